"""Reading a file, after asking its module. Nothing that was uploaded can run in the school's pages."""

from urllib.parse import quote
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.files.images import THUMBNAIL_TYPE
from core.files.models import StoredFile
from core.files.selectors import get_readable_or_404
from core.permissions.guards import signed_in
from core.permissions.viewer import viewer_of
from tenants.schemas.context import current_schema

logger = structlog.get_logger(__name__)


@signed_in
@require_safe
def serve(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file itself. Only images that we encoded are shown in the page, and not with `?telecharger`."""
    stored = get_readable_or_404(viewer_of(request), pk)
    return bytes_of(request, stored, inline=stored.is_image and "telecharger" not in request.GET)


def bytes_of(request: HttpRequest, stored: StoredFile, *, inline: bool = False) -> HttpResponseBase:
    """The file, for a view that has asked already who may have it."""
    response = _bytes(request, stored.content, stored.content_type, etag=f'"{stored.sha256}"')
    response["Content-Disposition"] = content_disposition_header(not inline, stored.name) or "attachment"
    return response


@signed_in
@require_safe
def thumb(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The small image, for lists. 404 for what is not an image."""
    stored = get_readable_or_404(viewer_of(request), pk)
    if not stored.thumbnail:
        raise Http404("not an image")
    response = _bytes(request, stored.thumbnail, THUMBNAIL_TYPE.content_type, etag=f'"{stored.sha256}-thumb"')
    response["Content-Disposition"] = "inline"
    return response


def _bytes(request: HttpRequest, kept: FieldFile, content_type: str, *, etag: str) -> HttpResponseBase:
    response = get_conditional_response(request, etag=etag) or _body(kept, content_type)
    response["ETag"] = etag
    # Kept by the browser, but asked again each time: a right that was withdrawn is withdrawn at once.
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Compressing again what is compressed would cost time and the length that progress bars need.
    response["Content-Encoding"] = "identity"
    return response


def _body(kept: FieldFile, content_type: str) -> HttpResponseBase:
    """Streamed by us, or by the front server when `FILES_ACCEL_PREFIX` names its internal place (nginx)."""
    prefix = getattr(settings, "FILES_ACCEL_PREFIX", "")
    if prefix:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = quote(f"{prefix.rstrip('/')}/{current_schema()}/{kept.name}")
        return response
    try:
        return FileResponse(kept.open("rb"), content_type=content_type)
    except FileNotFoundError as error:
        logger.error("the bytes of a file are missing", file=kept.name)
        raise Http404("missing bytes") from error

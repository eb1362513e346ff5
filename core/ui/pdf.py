"""Paper: a template as a PDF. WeasyPrint reads nothing but what stands in the page and our own static files.

Templates for paper extend `ui/pdf.html` (`title`, `styles`, `body`); their style sheets are static files, named by
`asset:` ("asset:people/pdf/trombinoscope.css"), pictures are `data:` addresses.
"""

import mimetypes
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core.errors import DomainError

ASSET = "asset:"


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a template, tagged for screen readers. Raises DomainError where `pdf_available` says why."""
    if reason := pdf_available():
        raise DomainError("no-pdf", reason)
    from weasyprint import HTML  # noqa: PLC0415 -- needs Pango, which a server may lack

    page = render_to_string(template, dict(context))
    made: bytes = HTML(string=page, base_url=None, url_fetcher=_fetcher()).write_pdf(pdf_tags=True)
    return made


@cache
def pdf_available() -> str:
    """Empty where PDFs can be made, else one sentence that says what to install."""
    try:
        import weasyprint  # noqa: F401, PLC0415 -- needs Pango, which a server may lack
    except (ImportError, OSError):
        return _("Les PDF demandent Pango sur le serveur\u00a0: installez libpango-1.0-0 et libpangoft2-1.0-0.")
    return ""


@cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- needs Pango

    class OwnFilesOnly(URLFetcher):
        """`data:` and `asset:`; no network, no other file of the server."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            name = url.removeprefix(ASSET)
            found = finders.find(name) if url.startswith(ASSET) and ".." not in name.split("/") else None
            if not isinstance(found, str):
                raise ValueError(f"{url[:80]}: a PDF only reads our own files")
            content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, Path(found).read_bytes(), {"Content-Type": content_type})

    return OwnFilesOnly(allowed_protocols=("data",))

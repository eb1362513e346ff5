"""Taking a list away."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.adoption import services as adoption
from core.people import exporting
from core.people.narrowing import narrowing_of
from core.people.services.exports import note_export
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of


@requires("people.export")
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """The list of the directory, of a class or of a group; `format` is xlsx, csv or vcf."""
    chosen = exporting.FORMATS.get(request.POST.get("format", ""))
    if chosen is None:
        return _page(request)
    viewer, narrowing = viewer_of(request), narrowing_of(request)
    table = exporting.Table(viewer, narrowing.people(viewer))
    label = narrowing.in_words or _("Tout l’annuaire")
    note_export(actor=viewer.person, form=chosen.slug, people=len(table.keys), filters=label)
    adoption.count("people.export", viewer)
    response = StreamingHttpResponse(chosen.made(table), content_type=chosen.content_type)
    name = exporting.file_name(chosen.slug, timezone.localdate())
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest) -> HttpResponse:
    viewer, narrowing = viewer_of(request), narrowing_of(request)
    people = narrowing.people(viewer)
    context = {
        "narrowing": narrowing,
        "count": people.count(),
        "first": list(people[:6]),
        "formats": exporting.FORMATS.values(),
    }
    return render(request, "people/export.html", context, status=422 if request.method == "POST" else 200)

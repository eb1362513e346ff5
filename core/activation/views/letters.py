"""Letters: asked for, followed while they are made, taken away within a week."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.activation import selectors, services
from core.activation.models import Letters
from core.activation.views.overview import title_of
from core.adoption import services as adoption
from core.files.views import bytes_of
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import printing, toasts


@requires("activation.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """What was asked for lately; a POST asks for the letters of its filters."""
    viewer = viewer_of(request)
    if request.method == "POST":
        asked = selectors.wanted(request.POST.dict())
        services.ask_letters(
            actor=viewer.person,
            filters=selectors.filters_of(asked),
            title=title_of(asked),
            modules=viewer.modules,
        )
        adoption.count("activation.letters", viewer)
        toasts.done(request, _("Les courriers se préparent."))
        return redirect("activation:letters")
    rows = [_shown(one) for one in selectors.latest_letters(viewer)]
    context = {"rows": rows, "missing": "" if printing.available() else printing.MISSING}
    return render(request, "activation/letters_list.html", context)


def _shown(one: Letters) -> dict[str, Any]:
    return {"letters": one, "ready": one.is_ready(timezone.now()), "moves": one.run is not None and one.run.is_open}


@requires("activation.manage")
@require_safe
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """How far they are: a fragment that asks again while they are made; without scripts, the page."""
    found = selectors.letters_visible_to(viewer_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404("no such letters")
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("activation:letters")
    return render(request, "activation/letters_row.html", _shown(found))


@requires("activation.manage")
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file. It holds keys: the journal says who took it, each time."""
    viewer = viewer_of(request)
    found = selectors.ready_letters_or_404(viewer, pk)
    assert found.file is not None  # noqa: S101 -- it is ready
    services.note_download(letters=found, actor=viewer.person)
    return bytes_of(request, found.file)

"""The sheet of faces of a class or a group: whoever may see these people sees their faces."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.adoption import services as adoption
from core.people.photos import sheets
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.structure import pages
from core.structure.selectors import get_visible_class_or_404, get_visible_group_or_404

_SEE = "people.view_faces"


def _class_sheet(viewer: Viewer, pk: int) -> sheets.Sheet:
    shown = pages.class_page(viewer, get_visible_class_or_404(viewer, pk))
    mains = ", ".join(row.person.full_name for row in shown["main_teachers"])
    lead = _("Professeur principal\u00a0: %(names)s") % {"names": mains} if mains else ""
    people = [row.person for row in shown["pupils"] if row.may_open]
    return sheets.Sheet(shown["school_class"].name, lead, sheets.faces(people))


def _group_sheet(viewer: Viewer, pk: int) -> sheets.Sheet:
    shown = pages.group_page(viewer, get_visible_group_or_404(viewer, pk))
    people = [row.person for row in shown["pupils"] if row.may_open]
    return sheets.Sheet(shown["group"].name, str(shown["group"].subject or ""), sheets.faces(people))


@requires(_SEE)
@require_safe
def of_class(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    adoption.count("people.faces", viewer)
    context = {"pk": pk, "paper": "people:class_faces_pdf", "back": "structure:class"}
    return render(request, "people/class_faces.html", context | sheets.page(viewer, _class_sheet(viewer, pk)))


@requires(_SEE)
@require_safe
def of_class_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    return sheets.paper(viewer, _class_sheet(viewer, pk))


@requires(_SEE)
@require_safe
def of_group(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    adoption.count("people.faces", viewer)
    context = {"pk": pk, "paper": "people:group_faces_pdf", "back": "structure:group"}
    return render(request, "people/class_faces.html", context | sheets.page(viewer, _group_sheet(viewer, pk)))


@requires(_SEE)
@require_safe
def of_group_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    return sheets.paper(viewer, _group_sheet(viewer, pk))

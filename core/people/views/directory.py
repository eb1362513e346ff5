"""The list of people and each one's page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.adoption import services as adoption
from core.people import pages
from core.people.choices import Role
from core.people.narrowing import classes_offered, remembered
from core.people.photos.seeing import give_faces
from core.people.selectors import get_visible_or_404
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of

PER_PAGE = 60


@requires("people.view_directory")
def directory(request: HttpRequest) -> HttpResponse:
    """Search, narrow, leaf through. The state lives in the address; htmx only asks for the list."""
    viewer, narrowing = viewer_of(request), remembered(request)
    page = Paginator(narrowing.people(viewer), PER_PAGE).get_page(request.GET.get("page"))
    pages.name_children(viewer, page.object_list)
    give_faces(viewer, page.object_list)
    context = {
        "page": page,
        "letters": pages.by_letter(page.object_list),
        "narrowing": narrowing,
        "words": narrowing.words,
        "role": narrowing.role,
        "roles": Role.choices,
        "classes": classes_offered(viewer),
        "chosen": narrowing.school_class,
        "departed": narrowing.departed,
        "narrowed": bool(narrowing),
        "sees_departed": pages.may_see_departed(viewer),
        "may_create": viewer.can("people.manage"),
        "may_export": viewer.can("people.export"),
        "may_see_faces": viewer.can("people.view_faces"),
        "manages_photos": viewer.can("people.manage_photos"),
    }
    if narrowing.words:
        adoption.count("people.search", viewer)
    fragment = "#results" if request.htmx and not request.htmx.boosted else ""  # type: ignore[attr-defined]
    return render(request, f"people/directory.html{fragment}", context)


@requires("people.view_directory")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What this viewer may know of one person."""
    found = get_visible_or_404(viewer_of(request), pk)
    adoption.count("people.person", viewer_of(request))
    return render(request, "people/person.html", pages.person_page(viewer_of(request), found))

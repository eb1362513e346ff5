"""The list of people and each one's page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.adoption import services as adoption
from core.people import pages
from core.people.choices import Role
from core.people.photos.seeing import give_faces
from core.people.selectors import (
    get_visible_or_404,
    listed,
    may_see_classes,
    people_visible_to,
    search,
)
from core.people.web import one_of, words_in
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure.selectors import classes_visible_to, current_year

PER_PAGE = 60


@requires("people.view_directory")
def directory(request: HttpRequest) -> HttpResponse:
    """Search, narrow, leaf through. The state lives in the address; htmx only asks for the list."""
    viewer, words = viewer_of(request), words_in(request)
    departed = request.GET.get("partis") == "1" and pages.may_see_departed(viewer)
    role = request.GET.get("role", "")
    role = role if role in Role.values else ""
    classes = classes_visible_to(viewer).filter(year=current_year()) if may_see_classes(viewer) else None
    chosen = one_of(classes, request.GET.get("classe")) if classes is not None else None
    people = search(people_visible_to(viewer, departed=departed), words)
    page = Paginator(
        listed(people, role=role, school_class=chosen.pk if chosen else None), PER_PAGE
    ).get_page(request.GET.get("page"))
    pages.name_children(viewer, page.object_list)
    give_faces(viewer, page.object_list)
    context = {
        "page": page,
        "letters": pages.by_letter(page.object_list),
        "words": words,
        "role": role,
        "roles": Role.choices,
        "classes": classes,
        "chosen": chosen,
        "departed": departed,
        "narrowed": bool(words or role or chosen or departed),
        "sees_departed": pages.may_see_departed(viewer),
        "may_create": viewer.can("people.manage"),
        "may_see_faces": viewer.can("people.view_faces"),
        "manages_photos": viewer.can("people.manage_photos"),
    }
    if words:
        adoption.count("people.search", viewer)
    fragment = "#results" if request.htmx and not request.htmx.boosted else ""  # type: ignore[attr-defined]
    return render(request, f"people/directory.html{fragment}", context)


@requires("people.view_directory")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What this viewer may know of one person."""
    found = get_visible_or_404(viewer_of(request), pk)
    adoption.count("people.person", viewer_of(request))
    return render(request, "people/person.html", pages.person_page(viewer_of(request), found))

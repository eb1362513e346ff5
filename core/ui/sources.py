"""Where the shell's contents come from, on a school's host and on the region's."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.modules import navigation as school_places
from core.people import children as school_children
from tenants.accounts.selectors import memberships_of

REGION_PLACES = "tenants.portal.navigation"


@dataclass(frozen=True)
class MenuEntry:
    """An entry of one's own menu. `post`: it leads to another host, with a form."""

    label: str
    url: str
    icon: str
    post: bool = False


@dataclass(frozen=True)
class SchoolEntry:
    """One of one's other schools; a POST to `url` hands over."""

    label: str
    detail: str
    url: str


def _school(request: HttpRequest) -> Any:
    return getattr(request, "school", None)


def navigation(request: HttpRequest) -> Iterable[Any]:
    """Places with `label`, `url`, `icon`; perhaps `active`, and `last` for the bottom of the rail."""
    if _school(request):
        return school_places.items_for(request)
    if find_spec(REGION_PLACES) is None:
        return ()
    places: Iterable[Any] = import_module(REGION_PLACES).items_for(request)
    return places


def menu(request: HttpRequest) -> list[MenuEntry]:
    if _school(request) is None:
        return [MenuEntry(_("Mon compte"), reverse("account_home"), "shield")]
    viewer = getattr(request, "viewer", None)
    member = viewer is not None and viewer.is_member
    own = [MenuEntry(_("Mon profil"), reverse("people:me"), "user")] if member else []
    return [*own, MenuEntry(_("Mon compte"), reverse("account_go_home"), "shield", post=True)]


def schools(request: HttpRequest) -> list[SchoolEntry]:
    here = _school(request)
    places = [place.establishment for place in memberships_of(request.user)]  # type: ignore[arg-type]
    return [
        SchoolEntry(school.display_name, school.commune, reverse("account_go", args=[school.uai]))
        for school in places
        if here is None or school.pk != here.pk
    ]


def children(request: HttpRequest) -> Iterable[Any]:
    return school_children.children_for(request) if _school(request) else ()


def banners(request: HttpRequest) -> Iterable[Any]:
    return school_places.banners_for(request) if _school(request) else ()

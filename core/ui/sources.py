"""Where the shell's contents come from, on a school's host and on the region's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.api.rules import may_hold_tokens
from core.modules import navigation as school_places
from core.notifications import live
from core.notifications.selectors import Bell, bell_of
from core.people import children as school_children
from tenants.accounts.selectors import memberships_of
from tenants.portal import navigation as region_places


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
    side: Any = school_places if _school(request) else region_places
    places: Iterable[Any] = side.items_for(request)
    return places


def menu(request: HttpRequest) -> list[Any]:
    if _school(request) is None:
        return list(region_places.menu_for(request))
    viewer = getattr(request, "viewer", None)
    member = viewer is not None and viewer.is_member
    own = [MenuEntry(_("Mon profil"), reverse("people:me"), "user")] if member else []
    if member:
        own.append(MenuEntry(_("Mes données"), reverse("privacy:mine"), "archive"))
    if viewer is not None and may_hold_tokens(viewer):
        own.append(MenuEntry(_("Mes jetons"), reverse("api:tokens"), "key"))
    return [*own, MenuEntry(_("Mon compte"), reverse("account_go_home"), "shield", post=True)]


def schools(request: HttpRequest) -> list[Any]:
    """One's other schools; a POST to `url` hands over without a second password."""
    here = _school(request)
    if here is None:
        return list(region_places.schools_for(request))
    others = [place.establishment for place in memberships_of(request.user)]  # type: ignore[arg-type]
    return [
        SchoolEntry(school.display_name, school.commune, reverse("account_go", args=[school.uai]))
        for school in others
        if school.pk != here.pk
    ]


def children(request: HttpRequest) -> Iterable[Any]:
    return school_children.children_for(request) if _school(request) else ()


def banners(request: HttpRequest) -> Iterable[Any]:
    return school_places.banners_for(request) if _school(request) else ()


def bell(request: HttpRequest) -> Bell:
    """What a member of a school has not read yet."""
    return bell_of(request)


def stream_url(request: HttpRequest) -> str:
    """Where an open page listens for what is new."""
    return live.stream_url(request)

"""What stands in the rail and the menus on the region's host (core.ui.sources asks)."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from tenants.accounts.guards import regional_roles
from tenants.accounts.models import RegionalRole
from tenants.accounts.selectors import memberships_of

_Role = RegionalRole.Role


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    detail: str = ""
    last: bool = False
    active: bool = False


def items_for(request: HttpRequest) -> list[Item]:
    """The console's places, for who holds a regional role; nothing for the others."""
    roles = {role.role for role in regional_roles(request)}
    if not roles:
        return []
    places = [
        (_("Région"), "portal:console", "map", bool(roles)),
        (_("Établissements"), "portal:establishments", "school", bool(roles)),
        (_("Alertes"), "regional_alerts:index", "triangle-alert", _Role.ADMINISTRATOR in roles),
        (_("Politiques"), "policies:index", "sliders", _Role.ADMINISTRATOR in roles),
        (_("Messagerie"), "suspensions:index", "mail", _Role.ADMINISTRATOR in roles),
        (_("Usages"), "regional_adoption:index", "chart-column", bool(roles)),
        (_("Versions"), "portal:versions", "layers", bool({_Role.ADMINISTRATOR, _Role.SUPPORT} & roles)),
        (_("Travaux"), "regional_work:index", "activity", bool({_Role.ADMINISTRATOR, _Role.SUPPORT} & roles)),
        (_("Imports"), "regional_imports:index", "users", whole_region(request)),
        (_("Annuaire"), "portal:imports", "upload", whole_region(request)),
        (_("Journal"), "portal:journal", "history", _Role.ADMINISTRATOR in roles),
    ]
    return [
        Item(label, url, icon, active=_is_current(request, url, name))
        for label, name, icon, wanted in places
        if wanted and (url := _url(name))
    ]


def menu_for(request: HttpRequest) -> list[Item]:
    """One's own account, and the console for who has one."""
    items = [Item(_("Mes établissements"), reverse("portal:home"), "home"), *own_pages()]
    if regional_roles(request):
        items.append(Item(_("Console de la région"), reverse("portal:console"), "map"))
    if url := _url("account_home"):
        items.append(Item(_("Mon compte"), url, "user"))
    return items


def own_pages() -> list[Item]:
    """What modules show of all one's schools together (`settings.FRONT_DOOR_PAGES`)."""
    return [Item(_(words), reverse(name), icon) for name, icon, words in settings.FRONT_DOOR_PAGES]


def schools_for(request: HttpRequest) -> list[Item]:
    """One's schools; a POST to the address hands over."""
    user: Any = request.user
    return [
        Item(
            place.establishment.display_name,
            reverse("account_go", args=[place.establishment.uai]),
            "school",
            place.establishment.commune,
        )
        for place in memberships_of(user)
    ]


def whole_region(request: HttpRequest) -> bool:
    """Whether who is signed in administers the whole region, and not a part of it."""
    return any(
        role.role == _Role.ADMINISTRATOR and role.scope == RegionalRole.Scope.REGION
        for role in regional_roles(request)
    )


def _is_current(request: HttpRequest, url: str, name: str) -> bool:
    """The console's own page begins the address of all the others."""
    return request.path == url or (name != "portal:console" and request.path.startswith(url))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

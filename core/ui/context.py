"""What every page of the shell knows: where one is, where one may go, who one is. Read only when asked."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from core.ui import colour, sources, typography

BOTTOM_PLACES = 5


@dataclass(frozen=True)
class Place:
    """One entry of the rail."""

    label: str
    url: str
    icon: str
    current: bool = False
    last: bool = False  # stands at the bottom of the rail: people, settings
    badge: int = 0  # how many things wait there
    short: str = ""  # its name where there is little room


class Shell:
    """Lazy: an anonymous page asks nothing of the database."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def school(self) -> Any:
        """The school of this host, or None on the region's."""
        return getattr(self.request, "school", None)

    @property
    def viewer(self) -> Any:
        """Who is looking, in this school; None when nobody is signed in."""
        return getattr(self.request, "viewer", None)

    @property
    def signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @property
    def product(self) -> str:
        return "Préau"

    @property
    def region(self) -> str:
        return str(settings.REGION_NAME)

    @cached_property
    def place_name(self) -> str:
        """The school's name with its commune, or the product's and the region's."""
        return self.school.full_name if self.school else f"{self.product} {self.region}"

    @cached_property
    def today(self) -> str:
        """« vendredi 21 novembre »"""
        return typography.date_in_words(timezone.localdate())

    @cached_property
    def mark(self) -> str:
        """Two letters for the school's tile."""
        return typography.initials(self.school.commune or self.school.display_name) if self.school else "P"

    @cached_property
    def navigation(self) -> list[Place]:
        """What this person may open on this host, in the référent's order."""
        if not self.signed_in:
            return []
        return [self._place(item) for item in sources.navigation(self.request)]

    def _place(self, item: Any) -> Place:
        url, path = str(item.url), self.request.path
        current = getattr(item, "active", path == url or (url != "/" and path.startswith(url)))
        waiting = getattr(item, "waiting", None)
        last = bool(getattr(item, "last", False))
        short = str(getattr(item, "short", ""))
        return Place(str(item.label), url, item.icon, current, last, waiting() if waiting else 0, short)

    @cached_property
    def rail(self) -> list[Place]:
        return [place for place in self.navigation if not place.last]

    @cached_property
    def rail_last(self) -> list[Place]:
        return [place for place in self.navigation if place.last]

    @cached_property
    def bar(self) -> list[Place]:
        """The bottom bar of phones: everything when it fits, else the first four."""
        places = self.navigation
        return places if len(places) <= BOTTOM_PLACES else places[: BOTTOM_PLACES - 1]

    @cached_property
    def bar_more(self) -> list[Place]:
        return self.navigation[len(self.bar) :]

    @cached_property
    def person(self) -> Any:
        """The viewer's person in this school, or None."""
        return self.viewer.person if self.viewer and self.signed_in else None

    @property
    def me(self) -> Any:
        """The person where there is one, else the account."""
        return self.person or getattr(self.request, "user", None)

    @cached_property
    def menu(self) -> list[Any]:
        """One's own menu: profile, account."""
        return sources.menu(self.request) if self.signed_in else []

    @cached_property
    def schools(self) -> list[Any]:
        """One's other schools: `label`, `detail`, `url` (a POST there hands over, no password asked)."""
        return sources.schools(self.request) if self.signed_in else []

    @cached_property
    def children(self) -> list[Any]:
        """A guardian's children in this school: `label`, `url`, `number` (1 to 6), `current`."""
        return list(sources.children(self.request)) if self.person else []

    @cached_property
    def banners(self) -> list[Any]:
        """What the whole school must see: `text`, `url`, `urgent`."""
        return list(sources.banners(self.request)) if self.person else []

    @cached_property
    def bell(self) -> Any:
        """What a member of a school has not read yet: `unread`, `shown`, `newest`. None for others."""
        return sources.bell(self.request) if self.person else None

    @property
    def stream_url(self) -> str:
        return sources.stream_url(self.request)

    @cached_property
    def _preferences(self) -> dict[str, Any]:
        return getattr(self.person, "preferences", None) or {}

    @property
    def theme(self) -> str:
        """`light`, `dark`, or `auto` for the device's wish."""
        theme = self._preferences.get("theme")
        return theme if theme in {"light", "dark"} else "auto"

    @property
    def comfort(self) -> bool:
        return bool(self._preferences.get("comfort"))

    @cached_property
    def accent_css(self) -> str:
        """The address of the school's accent, or "" when it keeps the default."""
        digits = colour.normalise(getattr(self.school, "accent_colour", "")) if self.school else ""
        if not digits or digits == colour.DEFAULT_ACCENT:
            return ""
        return _path("ui:accent", digits)

    @cached_property
    def logout_url(self) -> str:
        return _path("account_logout")

    @cached_property
    def login_url(self) -> str:
        return _path("account_login")


def _path(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` in every template."""
    known = getattr(request, "_shell", None)
    if known is None:
        known = Shell(request)
        request._shell = known  # type: ignore[attr-defined]
    return {"shell": known}

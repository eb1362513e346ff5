"""Who is looking: the person behind the request in this school, and what they may do."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cached_property
from types import SimpleNamespace
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils import timezone

from core.modules.state import Modules, modules_of
from core.people.models import Person
from tenants.establishments.models import Establishment

T = TypeVar("T")


class Viewer:
    """The signed-in person on a school's host. `person` is None for anonymous visitors and for strangers."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._known: dict[tuple[str, date], Any] = {}

    @cached_property
    def person(self) -> Person | None:
        account = self._request.user
        if not account.is_authenticated:
            return None
        return Person.objects.filter(account_id=account.pk, left_on=None).first()

    @property
    def is_member(self) -> bool:
        return self.person is not None

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(self.person.roles) if self.person else frozenset()

    @property
    def modules(self) -> Modules:
        return modules_of(self._request)

    @cached_property
    def codes(self) -> frozenset[str]:
        """Every permission code held here, over all roles of the person."""
        return self.modules.codes_for(self.roles) if self.person else frozenset()

    def can(self, code: str) -> bool:
        """`viewer.can("news.publish")`"""
        return code in self.codes

    def once(self, name: str, read: Callable[[], T]) -> T:
        """What `read` finds, asked for at the first call and then known for the rest of the request.

        For the few keys on which many conditions rest (one's classes, one's children): conditions made from them
        are short lists instead of the same nested query in each. Never use it for what the request itself changes.
        """
        key = (name, timezone.localdate())
        if key not in self._known:
            self._known[key] = read()
        found: T = self._known[key]
        return found

    @property
    def uses(self) -> Counter[tuple[str, str]] | None:
        """What this request has used, as (feature, role); None where there is no request (core.adoption.services)."""
        return getattr(self._request, "uses", None)


def viewer_as(person: Person, establishment: Establishment, *, modules: Modules | None = None) -> Viewer:
    """How a person sees their school where there is no request: for messages, commands and demo data.

    Give `modules` where the school's are read already, for instance in a loop over people.
    """
    stand_in: Any = SimpleNamespace(school=establishment, user=None)
    if modules is not None:
        stand_in._modules = modules
    viewer = Viewer(stand_in)
    viewer.person = person
    return viewer


def viewer_of(request: Any) -> Viewer:
    viewer: Viewer = request.viewer
    return viewer

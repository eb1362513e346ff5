"""What the region hands to a school, and what it gets back: plain values, for the two sides may not know each other."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class News:
    """Something said after the alert; `number` is the region's, and told once in each school."""

    number: int
    key: UUID
    text: str
    ends: bool


@dataclass(frozen=True, kw_only=True)
class Order:
    """The whole alert as it is now: a school that missed a part catches up with all of it."""

    number: int
    key: UUID
    kind: str
    drill: bool
    text: str
    news: tuple[News, ...] = ()

    @property
    def is_over(self) -> bool:
        return any(one.ends for one in self.news)


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Counts of one school, and nobody's name. `people`: told in the app; `counted`: classes answered for."""

    people: int = 0
    staff: int = 0
    answered: int = 0
    classes: int = 0
    counted: int = 0
    missing: int = 0
    help: int = 0


class SchoolSide(Protocol):
    """The school's side (`settings.SCHOOL_ALERTS`), called standing in the school: tenants may not import core."""

    def bring(self, order: Order) -> None:
        """Tell the school what it has not been told yet, in the caller's transaction; nothing twice."""

    def sums(self, number: int) -> Sums:
        """What its staff have answered."""


def school_side() -> SchoolSide:
    found: ModuleType = import_module(settings.SCHOOL_ALERTS)
    return cast(SchoolSide, found)

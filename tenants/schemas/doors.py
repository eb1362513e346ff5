"""Which school a host leads to and whether its door is open, kept in the process for a few seconds.

Changes made in this process count at once; others see them within `HOST_CACHE_SECONDS`, at most ten.
"""

import time
from collections import OrderedDict
from copy import copy
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from tenants.establishments.hosts import establishment_at
from tenants.establishments.models import Domain, Establishment, Lifecycle
from tenants.schemas.context import region
from tenants.schemas.models import InstalledApp
from tenants.schemas.selectors import PROOF

# Why a host does not lead to a school, as core.ui names the pages it shows.
UNKNOWN, PREPARING, SUSPENDED = "unknown", "preparing", "suspended"
QUARANTINE, BROKEN = "quarantine", "broken"
_CLOSED = {
    Lifecycle.KNOWN: UNKNOWN,
    Lifecycle.ARCHIVED: UNKNOWN,
    Lifecycle.PREPARING: PREPARING,
    Lifecycle.SUSPENDED: SUSPENDED,
}
# A school that opens again does so while people wait for it; one that is being prepared is asked for each time.
CLOSED_SECONDS = 1.0
# More than a region has schools, and room for their own domains; hosts that lead nowhere never push them out.
_SIZES = {True: 8192, False: 1024}
_LONGEST_HOST = 253


@dataclass(frozen=True)
class Door:
    """`closed` says why the host does not answer as a school; None when it does, and `school` is then set."""

    school: Establishment | None
    closed: str | None


class _Shelf:
    """A bounded memory of doors by host; the one longest unused goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._doors: OrderedDict[str, tuple[float, Door]] = OrderedDict()

    def get(self, host: str) -> Door | None:
        good_until, door = self._doors.get(host, (0.0, None))
        if door is None or time.monotonic() >= good_until:
            return None
        self._doors.move_to_end(host)
        return door

    def put(self, host: str, good_until: float, door: Door) -> None:
        self._doors[host] = (good_until, door)
        self._doors.move_to_end(host)
        while len(self._doors) > self._size:
            self._doors.popitem(last=False)

    def clear(self) -> None:
        self._doors.clear()

    def __len__(self) -> int:
        return len(self._doors)


_shelves = {known: _Shelf(size) for known, size in _SIZES.items()}
_lock = Lock()
_generation = 0


def door_at(host: str) -> Door:
    """The door of a host (lower case, without port). The school is a copy: a request may do with it as it likes."""
    if len(host) > _LONGEST_HOST:
        return Door(None, UNKNOWN)
    with _lock:
        generation = _generation
        door = _shelves[True].get(host) or _shelves[False].get(host)
    if door is None:
        asked_at = time.monotonic()
        door = _look(host)
        _keep(host, door, asked_at, generation)
    return Door(copy(door.school), door.closed)


def forget() -> None:
    """Ask the database again at the next request: for services that change schools without saving them one by one.

    Reaches this process; the others come to it within `HOST_CACHE_SECONDS`.
    """
    global _generation
    with _lock:
        _generation += 1
        for shelf in _shelves.values():
            shelf.clear()


def _keep(host: str, door: Door, asked_at: float, generation: int) -> None:
    seconds = float(settings.HOST_CACHE_SECONDS)
    if door.closed:
        seconds = 0 if door.closed == PREPARING else min(seconds, CLOSED_SECONDS)
    if seconds <= 0:
        return
    with _lock:
        if generation == _generation:  # else something changed while the database was asked
            _shelves[door.school is not None].put(host, asked_at + seconds, door)


def _look(host: str) -> Door:
    """One query for the school and for everything that may close it."""
    failed = InstalledApp.objects.filter(uai=OuterRef("uai"), state=InstalledApp.State.FAILED)
    furnished = RawSQL(
        "EXISTS (SELECT FROM pg_class WHERE relname = %s"
        " AND relnamespace = to_regnamespace(establishments_establishment.schema_name))",
        [PROOF],
    )
    schools = Establishment.objects.annotate(_failed=Exists(failed), _furnished=furnished)
    with region():
        school = establishment_at(host, schools)
    if school is None:
        return Door(None, UNKNOWN)
    facts = school.__dict__  # what was asked along with the row does not stay on it
    return Door(school, _why_closed(school, failed=facts.pop("_failed"), furnished=facts.pop("_furnished")))


def _why_closed(school: Establishment, *, failed: bool, furnished: bool) -> str | None:
    if school.lifecycle != Lifecycle.ACTIVE:
        return _CLOSED[Lifecycle(school.lifecycle)]
    if failed:
        return QUARANTINE
    return None if furnished else BROKEN


@receiver([post_save, post_delete], sender=Establishment, dispatch_uid="schemas.doors.establishment")
@receiver([post_save, post_delete], sender=Domain, dispatch_uid="schemas.doors.domain")
@receiver([post_save, post_delete], sender=InstalledApp, dispatch_uid="schemas.doors.installed")
def _on_change(sender: Any, **kwargs: Any) -> None:
    forget()
    # Another thread may have read the old row meanwhile.
    transaction.on_commit(forget)

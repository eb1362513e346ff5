"""What the pages of proposals show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from core.people.choices import Role
from core.people.models import Person
from core.people.transfers.records import Following, read
from core.permissions.viewer import Viewer
from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.search import find
from tenants.schemas.context import current_uai, region
from tenants.transfers import selectors as regional
from tenants.transfers.models import Transfer
from tenants.transfers.services import DAYS_KEPT

FOUND = 8


@dataclass(frozen=True)
class Received:
    row: Transfer
    school: str
    following: Following

    @property
    def until(self) -> datetime:
        return self.row.proposed_at + timedelta(days=DAYS_KEPT)


@dataclass(frozen=True)
class Sent:
    row: Transfer
    school: str
    pupil: Person | None


def received() -> list[Received]:
    rows = regional.received(current_uai())
    names = _names([row.from_uai for row in rows])
    return [Received(row, names.get(row.from_uai, row.from_uai), read(row.record)) for row in rows]


def sent() -> list[Sent]:
    rows = regional.sent(current_uai())
    names = _names([row.to_uai for row in rows])
    people = Person.objects.in_bulk([row.person_id for row in rows])
    return [Sent(row, names.get(row.to_uai, row.to_uai), people.get(row.person_id)) for row in rows]


def leavers(viewer: Viewer) -> QuerySet[Person]:
    """Pupils who have left and whose record neither waits for an answer nor was accepted somewhere."""
    done = (Transfer.State.PROPOSED, Transfer.State.ACCEPTED)
    taken = [row.person_id for row in regional.sent(current_uai()) if row.state in done]
    left = Person.objects.filter(left_on__isnull=False, roles__contains=[Role.PUPIL]).exclude(pk__in=taken)
    return left.order_by("-left_on", "search_text", "pk") if viewer.can("people.transfer") else left.none()


def found_schools(words: str) -> list[Establishment]:
    """Schools open here by name, commune or UAI, without this one."""
    here = current_uai()
    with region():
        among = Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE).exclude(uai=here)
        exact = list(among.filter(uai=words.strip().upper()[:8]))
        return exact or find(words, among, limit=FOUND)


def school_name(uai: str) -> str:
    return _names([uai]).get(uai, uai)


def _names(uais: list[str]) -> dict[str, str]:
    return {uai: f"{one.display_name}, {one.commune}" for uai, one in regional.schools(uais).items()}


def accept_page(pk: int, found: Any) -> dict[str, Any]:
    from_uai, following, meetings = found
    return {"pk": pk, "school": school_name(from_uai), "following": following, "meetings": meetings}

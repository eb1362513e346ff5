"""Somebody's mail in all their schools, for one page at the front door.

Each school is entered in turn and read with that person's own rights; what is read is shown and kept nowhere. A
school that cannot be read is shown as such, and the others stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse

from core.people.choices import PRIVILEGED
from core.people.models import Person
from core.permissions.viewer import viewer_as
from modules.messaging.choices import Place
from modules.messaging.selectors.boxes import box, unread_count
from modules.messaging.selectors.rows import Row
from tenants.accounts.hosts import urlconf_of
from tenants.accounts.models import Account
from tenants.accounts.selectors import memberships_of
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai
from tenants.schemas.loops import each_school
from tenants.schemas.models import InstalledApp

SHOWN = 5


@dataclass(frozen=True)
class Mail:
    """What one school holds for the person: its unread conversations counted, and the latest ones."""

    unread: int = 0
    rows: list[Row] = field(default_factory=list)
    needs_factor: bool = False  # the school shows it to who has passed the second factor


@dataclass(frozen=True)
class School:
    """One school of the account: `mail` is None where it cannot be read now, or the messagerie is closed to them."""

    establishment: Establishment
    mail: Mail | None
    open: bool = True  # whether the messagerie is open to them; else `mail` is None without any fault

    @property
    def inbox(self) -> str:
        return _path(self.establishment, "messaging:inbox")

    @property
    def rows(self) -> list[tuple[Row, str]]:
        """Conversations with their addresses inside the school."""
        found = self.mail.rows if self.mail else []
        return [(row, _path(self.establishment, "messaging:thread", row.conversation)) for row in found]


def _path(establishment: Establishment, name: str, *args: int) -> str:
    return reverse(name, urlconf=urlconf_of(establishment.schema_name), args=args)


def mail_of(account: Account, *, second_factor: bool) -> list[School]:
    """Every open school of the account, what is unread first. Begins and ends in the regional context.

    The same number of queries for each school, however much mail it holds. `second_factor`: whether the session has
    passed one; without it, the mail of those who lead a school stays in the school.
    """
    places = {place.establishment.uai: place.establishment for place in memberships_of(account)}
    found: dict[str, Mail | None] = {}

    def read() -> None:
        uai = current_uai()
        with transaction.atomic():  # a school whose tables are broken spoils nothing but its own part
            found[uai] = _read(places[uai], account.pk, second_factor=second_factor)

    closed = _in_quarantine(places)
    tour = each_school(read, uais=places.keys() - closed, name="messaging.joint")
    unread = closed | tour.failed.keys()
    schools = [
        School(establishment, found.get(uai), open=uai in unread or found.get(uai) is not None)
        for uai, establishment in places.items()
    ]
    return sorted(schools, key=lambda one: -(one.mail.unread if one.mail else -1))


def _in_quarantine(uais: Iterable[str]) -> set[str]:
    """Those of these schools whose tables are not as the code wants them: their own doors are closed too."""
    failed = InstalledApp.objects.filter(uai__in=list(uais), state=InstalledApp.State.FAILED)
    return set(failed.values_list("uai", flat=True))


def _read(establishment: Establishment, account_id: int, *, second_factor: bool) -> Mail | None:
    person = Person.objects.filter(account_id=account_id, left_on=None).first()
    if person is None:
        return None
    viewer = viewer_as(person, establishment)
    if not viewer.can("messaging.view"):
        return None
    if viewer.roles & PRIVILEGED and not second_factor:
        return Mail(needs_factor=True)
    return Mail(unread=unread_count(viewer), rows=box(viewer, Place.INBOX, size=SHOWN).rows)

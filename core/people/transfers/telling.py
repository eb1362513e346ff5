"""The school's side of proposals, for the region (`settings.SCHOOL_TRANSFERS`): called within the school."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from core.audit.services import record
from core.modules.state import Modules
from core.notifications import services as notifications
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.models import Person
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

PERMISSION = "transfer"


@transaction.atomic
def proposed(*, from_uai: str, number: int) -> None:
    """Records have come: the journal and those who answer are told, without any name."""
    changes: dict[str, list[Any]] = {"from": [None, from_uai], "records": [0, number]}
    record("people.transfer_receive", actor=None, target=None, changes=changes)
    notifications.emit(
        "people.transfer_proposed", actor=None, key=f"transfers:{from_uai}",
        data={"school": _school(from_uai), "number": number}, url=_url("people:transfers"),
    )  # fmt: skip


@transaction.atomic
def answered(*, to_uai: str, person_id: int, accepted: bool) -> None:
    """The other school has answered."""
    pupil = Person.objects.filter(pk=person_id).first()
    verb = "accepted" if accepted else "refused"
    record(f"people.transfer_{verb}", actor=None, target=pupil, changes={"to": [None, to_uai]})
    notifications.emit(
        f"people.transfer_{verb}", actor=None, key=f"transfer:{person_id}",
        data={"school": _school(to_uai), "name": pupil.full_name if pupil else ""}, url=_url("people:transfers_sent"),
    )  # fmt: skip


def deciders(event: Event) -> Recipients:
    """Whoever may propose and take in records."""
    people = Modules(Establishment.objects.get(uai=current_uai()))["people"]
    roles = sorted(people.grants[PERMISSION] & people.roles)
    return Recipients(people=Person.objects.filter(roles__overlap=roles, left_on=None))


def _school(uai: str) -> str:
    found = Establishment.objects.filter(uai=uai).values_list("display_name", flat=True).first()
    return str(found or uai)


def _url(name: str) -> str:
    return reverse(name, urlconf=settings.ROOT_URLCONF)

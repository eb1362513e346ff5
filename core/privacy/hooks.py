"""What the manifest names: a person's data out and gone, who reads an archive, what is past its time."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core.files.models import StoredFile
from core.modules.state import Modules
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.privacy.models import Archive, ConsentAnswer, ErasureRequest, RetentionNotice
from core.privacy.services.archives import erase_archives
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


def file_access(viewer: Viewer, stored_file: StoredFile) -> bool:
    """Nobody: archives are taken away on their own page, which asks again who may have them and writes it down."""
    return False


# --- Whom to tell ---------------------------------------------------------------------------------------
def deciders_of_request(event: Event) -> Recipients:
    """Those who answer requests, while this one waits; whoever asks answers for nobody else."""
    waiting = ErasureRequest.objects.filter(pk=event.data.get("request"), state=ErasureRequest.State.WAITING).first()
    if waiting is None:
        return Recipients()
    found = _deciders()
    return Recipients(people=found.exclude(pk=waiting.asked_by_id) if waiting.asked_by_id else found)


def deciders_of_notice(event: Event) -> Recipients:
    """Those who may hold it back, while nothing of it is erased."""
    notice = RetentionNotice.objects.filter(pk=event.data.get("notice"), ended_at=None, held_at=None)
    return Recipients(people=_deciders()) if notice.exists() else Recipients()


def _deciders() -> QuerySet[Person]:
    privacy = Modules(Establishment.objects.get(uai=current_uai()))["privacy"]
    return Person.objects.filter(roles__overlap=sorted(privacy.grants["manage"] & privacy.roles), left_on=None)


# --- A person's data ------------------------------------------------------------------------------------
def export_person(person: Person) -> dict[str, Any]:
    """Their consents, and what they asked. Who answered for a child is told as who they are to it, not by name."""
    return {
        "consents": [_consent(row, person) for row in ConsentAnswer.objects.filter(person=person).order_by("pk")],
        "archives": [
            {"asked_at": row.asked_at.isoformat(), "state": row.get_state_display()}
            for row in Archive.objects.filter(person=person, asked_by=person).order_by("pk")
        ],
        "requests": [
            {
                "asked_at": row.asked_at.isoformat(),
                "reason": row.reason,
                "state": row.get_state_display(),
                "answer": row.answer,
                "decided_at": row.decided_at.isoformat() if row.decided_at else None,
            }
            for row in ErasureRequest.objects.filter(person=person, asked_by=person).order_by("pk")
        ],
    }


def _consent(row: ConsentAnswer, person: Person) -> dict[str, Any]:
    return {
        "consent": row.consent,
        "version": row.version,
        "answer": row.get_answer_display(),
        "by_person": row.answered_by_id == person.pk,
        "at": row.at.isoformat(),
    }


def erase_person(person: Person, *, actor: Person | None) -> int:
    """Archives and consents go; requests and notices stay without the person."""
    touched = erase_archives(Archive.objects.filter(Q(person=person) | Q(asked_by=person)))
    touched += ConsentAnswer.objects.filter(person=person).delete()[0]
    touched += ConsentAnswer.objects.filter(answered_by=person).update(answered_by=None)
    for field in ("person", "asked_by", "decided_by"):
        rows = ErasureRequest.objects.filter(**{field: person})
        # What somebody wrote about the person goes with them.
        values = {field: None, "reason": "", "answer": ""} if field == "person" else {field: None}
        touched += rows.update(**values)
    return touched + RetentionNotice.objects.filter(held_by=person).update(held_by=None)


# --- What is past its time ------------------------------------------------------------------------------
def old_archives(limit: datetime) -> QuerySet[Archive]:
    over = Archive.objects.exclude(state__in=(Archive.State.WAITING, Archive.State.RUNNING, Archive.State.READY))
    return over.filter(asked_at__lt=limit)


def old_requests(limit: datetime) -> QuerySet[ErasureRequest]:
    return ErasureRequest.objects.exclude(state=ErasureRequest.State.WAITING).filter(decided_at__lt=limit)


def old_notices(limit: datetime) -> QuerySet[RetentionNotice]:
    return RetentionNotice.objects.filter(ended_at__lt=limit)


def departed(limit: datetime) -> QuerySet[Person]:
    """Those whose last day here was before."""
    return Person.objects.filter(left_on__lt=limit.date())

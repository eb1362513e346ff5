"""What staff say during an alert: themselves, the class with them, who is missing; and pupils who are found."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Func
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.alerts import rules, telling
from core.alerts.models import Alert, Answer, MissingPupil
from core.audit.services import record
from core.errors import Conflict, DomainError, NotAllowed
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.models import SchoolClass
from core.structure.selectors import pupils_of_class
from tenants.alerts import marks


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody answers. Without a class there is nobody to count; `present` empty: all but those missing."""

    school_class: SchoolClass | None = None
    present: int | None = None
    missing: tuple[int, ...] = ()
    needs_help: bool = False
    word: str = ""


@transaction.atomic
def answer(*, viewer: Viewer, alert: Alert, given: Given, key: UUID) -> Answer:
    """Keep the viewer's answer; it takes the place of their earlier one, which stays as history.

    Sent again with the same key, nothing changes. Raises NotAllowed, Conflict once the alert is over, DomainError for
    more pupils than the class has.
    """
    me = viewer.person
    if me is None or not viewer.can(rules.ANSWER):
        raise NotAllowed("answer", _("Seuls les personnels répondent à une alerte."))
    # Held by every answer: what is missing is told from all of them.
    current = Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
    if (known := Answer.objects.filter(key=key).first()) is not None:
        if (known.person_id, known.alert_id) != (me.pk, current.pk):
            raise Conflict("key", _("Ce formulaire a déjà servi\u00a0: rechargez la page."))
        return known
    if not rules.may_answer(current, viewer, timezone.now()):
        raise Conflict("over", _("Cette alerte est terminée\u00a0: votre réponse n’est plus attendue."))
    earlier = Answer.objects.filter(alert=current, person=me, latest=True).first()
    if earlier is not None:
        Answer.objects.filter(pk=earlier.pk).update(latest=False)
    made = Answer.objects.create(alert=current, person=me, key=key, **_counted(given))
    _note_missing(current, made, me, before=earlier.missing if earlier else ())
    record("alerts.answer", actor=me, target=current, label=_said(made))
    if made.needs_help and not (earlier and earlier.needs_help):
        telling.help_wanted(made, modules=viewer.modules)
    adoption.count("alerts.answer", viewer)
    marks.answered(current.regional)
    return made


def _counted(given: Given) -> dict[str, Any]:
    """The columns of the answer: the class list of now, and numbers that agree with the names."""
    values: dict[str, Any] = {"needs_help": given.needs_help, "word": given.word.strip()}
    if given.school_class is None:
        return values
    pupils = set(pupils_of_class(given.school_class).values_list("pk", flat=True))
    missing = sorted(pupils & set(given.missing))
    most = len(pupils) - len(missing)
    present = len(pupils) - len(missing) if given.present is None else given.present
    if present > len(pupils) or present < 0:
        sentence = _("Cette classe compte %(n)s élèves.") % {"n": len(pupils)}
        raise DomainError("too-many", sentence, {"present": sentence})
    return values | {
        "school_class": given.school_class,
        "expected": len(pupils),
        "present": min(present, most),
        "missing": missing,
    }


def _note_missing(alert: Alert, made: Answer, me: Person, *, before: Collection[int]) -> None:
    """Who is named is missing (again); who was named and is not any more, by anybody, is found."""
    now = timezone.now()
    MissingPupil.objects.bulk_create(
        [MissingPupil(alert=alert, pupil_id=pk, reported_by=me, reported_at=now) for pk in made.missing],
        ignore_conflicts=True,
    )
    rows = MissingPupil.objects.filter(alert=alert)
    again = set(made.missing) - set(before)
    rows.filter(pupil__in=again).exclude(found_at=None).update(
        found_at=None, found_by=None, reported_by=me, reported_at=now
    )
    still = Answer.objects.filter(alert=alert, latest=True).annotate(one=Func(F("missing"), function="unnest"))
    gone = set(before) - set(still.values_list("one", flat=True))
    rows.filter(pupil__in=gone, found_at=None).update(found_at=now, found_by=me)


def _said(made: Answer) -> str:
    if made.school_class is None:
        return _("besoin d’aide") if made.needs_help else _("en sécurité")
    said = {"name": made.school_class.name, "present": made.present, "expected": made.expected}
    return _("%(name)s\u00a0: %(present)s présents sur %(expected)s") % said


@transaction.atomic
def found(*, viewer: Viewer, row: MissingPupil) -> None:
    """Somebody has seen the pupil. Said twice, it stays as it was."""
    changed = MissingPupil.objects.filter(pk=row.pk, found_at=None).update(
        found_at=timezone.now(), found_by=viewer.person
    )
    if changed:
        record("alerts.found", actor=viewer.person, target=row.alert, label=row.pupil.full_name)
        marks.answered(row.alert.regional)


@transaction.atomic
def lost(*, viewer: Viewer, row: MissingPupil) -> None:
    """The undo of `found`."""
    changed = MissingPupil.objects.filter(pk=row.pk).exclude(found_at=None).update(found_at=None, found_by=None)
    if changed:
        record("alerts.lost", actor=viewer.person, target=row.alert, label=row.pupil.full_name)
        marks.answered(row.alert.regional)

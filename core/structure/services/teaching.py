"""Who teaches what to whom, and who stands in."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.people.choices import Role
from core.people.models import Person
from core.people.records import check, fill, hold, ordered
from core.structure.endings import end_rows, ended_by_hand
from core.structure.models import Group, SchoolClass, Subject, Substitution, TeachingService
from core.structure.services.base import guard_role, refuse

SERVICE_FIELDS = ("subject", "starts_on", "ends_on")


@transaction.atomic
def create_service(
    *,
    teacher: Person,
    subject: Subject,
    actor: Person | None,
    school_class: SchoolClass | None = None,
    group: Group | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> TeachingService:
    """A teacher takes a subject in one class or one group, by default for the whole school year."""
    teacher = hold(teacher)
    guard_role(teacher, Role.TEACHER, field="person", sentence=_("Seul un enseignant peut tenir un service."))
    if (school_class is None) == (group is None):
        raise refuse("class-or-group", _("Choisissez une classe ou un groupe."), "taught")
    year = (school_class or group).year  # type: ignore[union-attr]
    row = TeachingService(
        teacher=teacher,
        subject=subject,
        school_class=school_class,
        group=group,
        starts_on=starts_on or year.starts_on,
        ends_on=ends_on or year.ends_on,
    )
    _save(row)
    record("structure.create_service", actor=actor, target=row)
    return row


@transaction.atomic
def update_service(
    *, service: TeachingService, actor: Person | None, version: str | None = None, **changes: Any
) -> TeachingService:
    """Change subject or dates. Another teacher is another service, or a substitution."""
    current = hold(service, version=version)
    changed = fill(current, changes, allowed=SERVICE_FIELDS)
    if changed:
        _save(current)
        record("structure.update_service", actor=actor, target=current, changes=changed)
    return current


@transaction.atomic
def end_service(
    *,
    service: TeachingService,
    actor: Person | None,
    last_day: date | None = None,
    version: str | None = None,
) -> None:
    """The service's last day: yesterday by default. What would only have begun later is removed."""
    current = hold(service, version=version)
    day = last_day or timezone.localdate() - timedelta(days=1)
    if current.ends_on is not None and current.ends_on <= day:
        raise refuse("already-ended", _("Ce service a déjà pris fin."), "last_day")
    record("structure.end_service", actor=actor, target=current, changes={"ends_on": [current.ends_on, day]})
    end_rows(Substitution.objects.filter(service=current), on=day)
    own = TeachingService.objects.filter(pk=current.pk)
    own.update(source=ended_by_hand(current.source))
    end_rows(own, on=day)


@transaction.atomic
def add_substitution(
    *, service: TeachingService, substitute: Person, starts_on: date, ends_on: date, actor: Person | None
) -> Substitution:
    """Somebody covers a service between two days, both included, and sees what its holder sees meanwhile."""
    service, substitute = hold(service), hold(substitute)
    guard_role(substitute, Role.TEACHER, field="person", sentence=_("Un remplaçant est un enseignant."))
    ordered(starts_on, ends_on)
    if substitute.pk == service.teacher_id:
        raise refuse("self", _("Cette personne tient déjà ce service."), "person")
    if starts_on < service.starts_on or (service.ends_on and ends_on > service.ends_on):
        raise refuse("outside", _("Le remplacement doit tenir dans les dates du service."), "starts_on")
    if service.substitutions.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise refuse("overlap", _("Un remplacement couvre déjà une partie de ces dates."), "starts_on")
    row = Substitution(service=service, substitute=substitute, starts_on=starts_on, ends_on=ends_on)
    check(row, exclude={"service", "substitute"})
    row.save()
    record("structure.add_substitution", actor=actor, target=row)
    return row


@transaction.atomic
def end_substitution(
    *, substitution: Substitution, actor: Person | None, last_day: date | None = None
) -> None:
    """The substitute's last day: yesterday by default, so that access ends at once."""
    current = hold(substitution)
    day = last_day or timezone.localdate() - timedelta(days=1)
    if current.ends_on <= day:
        raise refuse("already-ended", _("Ce remplacement a déjà pris fin."), "last_day")
    record(
        "structure.end_substitution", actor=actor, target=current, changes={"ends_on": [current.ends_on, day]}
    )
    end_rows(Substitution.objects.filter(pk=current.pk), on=day)


def _save(row: TeachingService) -> None:
    ordered(row.starts_on, row.ends_on)
    check(row, exclude={"teacher", "subject", "school_class", "group"})
    same = TeachingService.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=row.starts_on),
        teacher=row.teacher_id,
        subject=row.subject_id,
        school_class=row.school_class_id,
        group=row.group_id,
        starts_on__lte=row.ends_on or date.max,
    )
    if same.exclude(pk=row.pk).exists():
        raise refuse("already", _("Ce service existe déjà sur cette période."), "person")
    row.save()

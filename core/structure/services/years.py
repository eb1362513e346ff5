"""School years and their periods."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import record
from core.people.models import Person
from core.people.records import hold, ordered
from core.structure.endings import end_rows
from core.structure.models import (
    ClassMembership,
    Closure,
    GroupMembership,
    Period,
    SchoolYear,
    Substitution,
    TeachingService,
)
from core.structure.services.base import created, deleted, refuse, updated

YEAR_FIELDS = ("label", "starts_on", "ends_on")
PERIOD_FIELDS = ("number", "name", "starts_on", "ends_on")
CLOSURE_FIELDS = ("name", "starts_on", "ends_on")
LONGEST_CLOSURE = timedelta(days=124)
LONGEST_YEAR = timedelta(days=500)


@transaction.atomic
def create_year(*, label: str, starts_on: date, ends_on: date, actor: Person | None) -> SchoolYear:
    """A school year, not current yet unless it is the first."""
    _check_year(starts_on, ends_on)
    year = SchoolYear(is_current=not SchoolYear.objects.filter(is_current=True).exists())
    values = {"label": label, "starts_on": starts_on, "ends_on": ends_on}
    return created(year, values, allowed=YEAR_FIELDS, action="structure.create_year", actor=actor)


@transaction.atomic
def update_year(
    *,
    year: SchoolYear,
    label: str,
    starts_on: date,
    ends_on: date,
    actor: Person | None,
    version: str | None = None,
) -> SchoolYear:
    _check_year(starts_on, ends_on)
    if year.periods.exclude(starts_on__gte=starts_on, ends_on__lte=ends_on).exists():
        raise refuse("periods", _("Des périodes de cette année débordent de ces dates."), "ends_on")
    values = {"label": label, "starts_on": starts_on, "ends_on": ends_on}
    return updated(
        year, values, allowed=YEAR_FIELDS, action="structure.update_year", actor=actor, version=version
    )


@transaction.atomic
def set_current_year(*, year: SchoolYear, actor: Person | None) -> SchoolYear:
    """Go over to a year. What was still open in the one before ends with its last day."""
    year = hold(year)
    if year.is_current:
        return year
    before = SchoolYear.objects.select_for_update().filter(is_current=True).first()
    if before:
        _close(before, before_day=year.starts_on)
        SchoolYear.objects.filter(pk=before.pk).update(is_current=False)
    year.is_current = True
    year.save(update_fields=["is_current"])
    changes = {"current": [before.label if before else None, year.label]}
    record("structure.set_current_year", actor=actor, target=year, changes=changes)
    return year


def _close(year: SchoolYear, *, before_day: date) -> None:
    last = min(year.ends_on, before_day - timedelta(days=1)) if before_day > year.starts_on else year.ends_on
    end_rows(ClassMembership.objects.filter(school_class__year=year), on=last)
    end_rows(GroupMembership.objects.filter(group__year=year), on=last)
    end_rows(Substitution.objects.filter(service__school_class__year=year), on=last)
    end_rows(Substitution.objects.filter(service__group__year=year), on=last)
    end_rows(TeachingService.objects.filter(school_class__year=year), on=last)
    end_rows(TeachingService.objects.filter(group__year=year), on=last)


@transaction.atomic
def create_period(
    *, year: SchoolYear, number: int, name: str, starts_on: date, ends_on: date, actor: Person | None
) -> Period:
    """A trimestre or semestre, within its year and apart from the year's other periods."""
    period = Period(year=hold(year))
    _check_period(period, starts_on, ends_on)
    values = {"number": number, "name": name, "starts_on": starts_on, "ends_on": ends_on}
    return created(period, values, allowed=PERIOD_FIELDS, action="structure.create_period", actor=actor)


@transaction.atomic
def update_period(
    *,
    period: Period,
    number: int,
    name: str,
    starts_on: date,
    ends_on: date,
    actor: Person | None,
    version: str | None = None,
) -> Period:
    _check_period(period, starts_on, ends_on)
    values = {"number": number, "name": name, "starts_on": starts_on, "ends_on": ends_on}
    return updated(
        period, values, allowed=PERIOD_FIELDS, action="structure.update_period", actor=actor, version=version
    )


@transaction.atomic
def delete_period(*, period: Period, actor: Person | None) -> None:
    deleted(
        period,
        action="structure.delete_period",
        actor=actor,
        in_use=_("Cette période sert encore\u00a0: gardez-la."),
    )


@transaction.atomic
def create_closure(
    *, year: SchoolYear, name: str, starts_on: date, actor: Person | None, ends_on: date | None = None
) -> Closure:
    """Days on which the school is closed by its own choice, one day where `ends_on` is not said."""
    closure = Closure(year=hold(year))
    ends_on = ends_on or starts_on
    _check_closure(closure, starts_on, ends_on)
    values = {"name": name, "starts_on": starts_on, "ends_on": ends_on}
    return created(closure, values, allowed=CLOSURE_FIELDS, action="structure.create_closure", actor=actor)


@transaction.atomic
def update_closure(
    *,
    closure: Closure,
    name: str,
    starts_on: date,
    actor: Person | None,
    ends_on: date | None = None,
    version: str | None = None,
) -> Closure:
    ends_on = ends_on or starts_on
    _check_closure(closure, starts_on, ends_on)
    values = {"name": name, "starts_on": starts_on, "ends_on": ends_on}
    return updated(
        closure, values, allowed=CLOSURE_FIELDS, action="structure.update_closure", actor=actor, version=version
    )


@transaction.atomic
def delete_closure(*, closure: Closure, actor: Person | None) -> None:
    deleted(closure, action="structure.delete_closure", actor=actor, in_use=_("Cette fermeture sert encore."))


def _check_closure(closure: Closure, starts_on: date, ends_on: date) -> None:
    ordered(starts_on, ends_on)
    if starts_on < closure.year.starts_on or ends_on > closure.year.ends_on:
        raise refuse("outside", _("La fermeture doit tenir dans l’année scolaire."), "starts_on")
    if ends_on - starts_on > LONGEST_CLOSURE:
        raise refuse(
            "too-long", _("Une fermeture dure quatre mois au plus : vérifiez les dates."), "ends_on"
        )


def _check_year(starts_on: date, ends_on: date) -> None:
    ordered(starts_on, ends_on)
    if ends_on - starts_on > LONGEST_YEAR:
        raise refuse(
            "too-long", _("Une année scolaire ne dure pas si longtemps\u00a0: vérifiez les dates."), "ends_on"
        )


def _check_period(period: Period, starts_on: date, ends_on: date) -> None:
    ordered(starts_on, ends_on)
    year = period.year
    if starts_on < year.starts_on or ends_on > year.ends_on:
        raise refuse("outside", _("La période doit tenir dans l’année scolaire."), "starts_on")
    others = Period.objects.filter(year=year, starts_on__lte=ends_on, ends_on__gte=starts_on).exclude(
        pk=period.pk
    )
    if others.exists():
        raise refuse("overlap", _("Cette période en recouvre une autre."), "starts_on")

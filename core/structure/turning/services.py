"""Preparing a change of year. Applying it is in `applying`, taking it back in `undoing`."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import Conflict, DomainError
from core.people.models import Person
from core.people.records import EARLIEST, LATEST, hold, ordered
from core.people.text import tidy
from core.structure.models import SchoolYear
from core.structure.selectors import current_year
from core.structure.services.base import refuse
from core.structure.services.years import LONGEST_YEAR
from core.structure.turning import content as plans
from core.structure.turning.dates import Span
from core.structure.turning.models import YearPlan
from core.structure.turning.proposing import proposal
from tenants.establishments.models import Establishment

NAME_LENGTH = 40
MOST_CLASSES = 300


@transaction.atomic
def start(*, establishment: Establishment, actor: Person | None) -> YearPlan:
    """Begin to prepare the year after the current one, or go on with what was begun. Raises DomainError without."""
    year = current_year()
    if year is None:
        raise DomainError("no-year", _("Créez d’abord l’année scolaire en cours."))
    held = SchoolYear.objects.select_for_update().get(pk=year.pk)
    known = YearPlan.objects.filter(from_year=held).first()
    if known is not None:
        return known
    plan = YearPlan.objects.create(from_year=held, content=proposal(held, establishment), changed_by=actor)
    record("structure.turn_start", actor=actor, target=plan)
    return plan


@transaction.atomic
def drop(*, plan: YearPlan, actor: Person | None) -> None:
    """Forget what was prepared; nothing of the school changes."""
    current = hold_draft(plan)
    label, pk = str(current), current.pk
    current.delete()
    current.pk = pk
    record("structure.turn_drop", actor=actor, target=current, label=label)


@transaction.atomic
def set_dates(*, plan: YearPlan, year: Span, periods: list[Span], actor: Person | None, seen: str) -> YearPlan:
    """Next year's dates and periods. Raises DomainError for dates that cannot be."""
    current = _unmoved(plan, "dates", seen)
    _check_year(year, current.from_year)
    _check_periods(year, periods)
    periods = sorted(periods, key=lambda one: one.starts_on)
    part = {"year": plans.as_year(year), "periods": [plans.as_period(one) for one in periods]}
    return _store(current, part, actor, "dates")


@transaction.atomic
def set_classes(
    *, plan: YearPlan, classes: list[dict[str, Any]], promotions: Mapping[int, str], actor: Person | None, seen: str
) -> YearPlan:
    """Next year's classes (`key`, `name`, `level`), and where those of this year go."""
    current = _unmoved(plan, "classes", seen)
    known = {one["key"]: one for one in current.content["classes"]}
    kept = [_next_class(one, known) for one in classes]
    if len(kept) > MOST_CLASSES:
        raise DomainError("too-many", _("Un établissement n’a pas autant de classes\u00a0: vérifiez la liste."))
    keys = {one["key"] for one in kept}
    ways = {str(pk): way if way in keys | {plans.LEAVES} else plans.UNDECIDED for pk, way in promotions.items()}
    said = {pk: way for pk, way in current.content["pupils"].items() if way in keys | {plans.LEAVES, plans.NOWHERE}}
    return _store(current, {"classes": kept, "promotions": ways, "pupils": said}, actor, "classes")


@transaction.atomic
def set_pupils(*, plan: YearPlan, choices: Mapping[int, str | None], actor: Person | None, seen: str) -> YearPlan:
    """Decide for these pupils one by one; None: they follow their class. `seen`: see `content.seen_pupils`."""
    current = hold_draft(plan)
    if seen != plans.seen_pupils(current.content, list(choices)):
        raise _moved()
    allowed = {one["key"] for one in current.content["classes"]} | {plans.LEAVES, plans.NOWHERE, plans.UNDECIDED}
    said = dict(current.content["pupils"])
    for pk, way in choices.items():
        if way is None:
            said.pop(str(pk), None)
        elif way in allowed:
            said[str(pk)] = way
        else:
            raise DomainError("no-such-class", _("Cette classe n’est plus prévue. Rechargez la page."))
    return _store(current, {"pupils": said}, actor, "pupils")


@transaction.atomic
def set_groups(
    *, plan: YearPlan, groups: Mapping[int, Mapping[str, str]], actor: Person | None, seen: str
) -> YearPlan:
    """Which groups go on, under which name, with or without their pupils."""
    current = _unmoved(plan, "groups", seen)
    kept: dict[str, Any] = {}
    for pk, one in groups.items():
        name = tidy(one.get("name", ""))[:NAME_LENGTH]
        if one.get("keep") not in plans.KEEPS:
            raise DomainError("keep", _("Ce choix n’existe pas."))
        if one["keep"] != plans.DROP and not name:
            raise DomainError("name", _("Un groupe repris porte un nom."))
        kept[str(pk)] = {"keep": one["keep"], "name": name}
    return _store(current, {"groups": kept}, actor, "groups")


@transaction.atomic
def set_services(
    *, plan: YearPlan, services: str, main_teachers: str, left_out: list[int], actor: Person | None, seen: str
) -> YearPlan:
    """Whether teachers keep their classes: not at all, those of the same name, or those of the same pupils."""
    current = _unmoved(plan, "services", seen)
    if services not in plans.POLICIES or main_teachers not in plans.POLICIES:
        raise DomainError("policy", _("Ce choix n’existe pas."))
    part = {"services": services, "main_teachers": main_teachers, "left_out": sorted(left_out)}
    return _store(current, part, actor, "services")


def hold_draft(plan: YearPlan) -> YearPlan:
    """The plan, locked. Raises Conflict when it was applied or dropped meanwhile."""
    current = hold(plan)
    if not current.is_draft:
        raise Conflict("applied", _("Ce changement d’année est déjà appliqué."))
    return current


def _unmoved(plan: YearPlan, part: str, seen: str) -> YearPlan:
    current = hold_draft(plan)
    if seen != plans.seen(current.content, part):
        raise _moved()
    return current


def _moved() -> Conflict:
    return Conflict("stale", _("Quelqu’un d’autre a modifié cette page entre-temps. Rechargez-la pour la voir."))


def _store(plan: YearPlan, part: dict[str, Any], actor: Person | None, name: str) -> YearPlan:
    content = {**plan.content, **part}
    if content == plan.content:
        return plan
    plan.content, plan.changed_at, plan.changed_by = content, timezone.now(), actor
    plan.save(update_fields=["content", "changed_at", "changed_by"])
    record("structure.turn_prepare", actor=actor, target=plan, changes={"part": [None, name]})
    return plan


def _next_class(given: Mapping[str, Any], known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    before = known.get(given["key"], {"code": "", "copy_of": None})
    name, level = tidy(given["name"]), tidy(given.get("level", ""))
    if not name or len(name) > NAME_LENGTH or len(level) > NAME_LENGTH:
        raise DomainError("name", _("Chaque classe porte un nom, de quarante caractères au plus."))
    # What imports call it goes with the name: the class of another name is another one to them.
    code = before["code"] if before.get("name") == name else ""
    return {"key": given["key"], "name": name, "level": level, "code": code, "copy_of": before["copy_of"]}


def _check_year(year: Span, before: SchoolYear) -> None:
    if not year.name:
        raise refuse("label", _("Donnez un nom à l’année, par exemple 2027-2028."), "label")
    if not (EARLIEST <= year.starts_on <= LATEST and EARLIEST <= year.ends_on <= LATEST):
        raise refuse("dates", _("Cette date est hors du possible\u00a0: vérifiez l’année."), "starts_on")
    ordered(year.starts_on, year.ends_on)
    if year.ends_on - year.starts_on > LONGEST_YEAR:
        raise refuse("too-long", _("Une année scolaire ne dure pas si longtemps\u00a0: vérifiez les dates."), "ends_on")
    if year.starts_on <= before.ends_on:
        sentence = _("L’année doit commencer après la fin de %(year)s.") % {"year": before.label}
        raise refuse("overlap", sentence, "starts_on")
    if year.name == before.label:
        raise refuse("label", _("L’année en cours porte déjà ce nom."), "label")


def _check_periods(year: Span, periods: list[Span]) -> None:
    last = None
    for one in sorted(periods, key=lambda period: period.starts_on):
        if not one.name or one.ends_on < one.starts_on:
            raise DomainError("periods", _("Chaque période a un nom, et finit après son début."))
        if one.starts_on < year.starts_on or one.ends_on > year.ends_on:
            raise DomainError("periods", _("Les périodes doivent tenir dans l’année scolaire."))
        if last is not None and one.starts_on <= last:
            raise DomainError("periods", _("Deux périodes se recouvrent."))
        last = one.ends_on

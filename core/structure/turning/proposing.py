"""What a plan says before anybody has touched it: the same classes, everybody one level up, the last level leaving."""

from typing import Any

from core.structure.holidays import zone_of
from core.structure.models import Group, SchoolClass, SchoolYear
from core.structure.turning import content as plans
from core.structure.turning import dates, levels
from core.structure.turning.dates import Span
from tenants.establishments.models import Establishment

SCHOOL = "ecole"


def proposal(year: SchoolYear, establishment: Establishment) -> dict[str, Any]:
    """The content of a new plan for the year after this one. Three queries."""
    kind = establishment.type
    zone = zone_of(establishment.academie)
    official = dates.official_year(zone, year.ends_on.year)
    following = max(official.starts_on, year.ends_on + dates.DAY)
    span = Span(official.name, following, official.ends_on)
    classes = in_order(kind, list(year.classes.all()))
    copies = [copy_of(one) for one in classes]
    return {
        "year": plans.as_year(span),
        "periods": [plans.as_period(one) for one in _periods(year, span, zone, kind)],
        "classes": copies,
        "promotions": {str(one.pk): promotion(kind, one, copies) for one in classes},
        "pupils": {},
        "groups": {str(one.pk): {"keep": plans.EMPTY, "name": one.name} for one in year.groups.all()},
        "services": plans.SAME if kind == SCHOOL else plans.NONE,
        "main_teachers": plans.SAME if kind == SCHOOL else plans.NONE,
        "left_out": [],
    }


def copy_of(one: SchoolClass) -> dict[str, Any]:
    """The class of the same name, next year. Imports will know it by the same code."""
    return {"key": f"k{one.pk}", "name": one.name, "level": one.level, "code": one.code, "copy_of": one.pk}


def promotion(kind: str, one: SchoolClass, following: list[dict[str, Any]]) -> str:
    """Where the pupils of a class go: the class named one level up, or the only one there is at that level."""
    level = levels.level_of(kind, one.level, one.name)
    if levels.is_last(level):
        return plans.LEAVES
    wanted = levels.squeezed(levels.promoted_name(kind, one.name))
    named = [other["key"] for other in following if wanted and levels.squeezed(other["name"]) == wanted]
    if named:
        return str(named[0])
    upper = levels.next_level(level)
    at_level = [o["key"] for o in following if upper and levels.level_of(kind, o["level"], o["name"]) == upper]
    return str(at_level[0]) if len(at_level) == 1 else plans.UNDECIDED


def in_order(kind: str, classes: list[SchoolClass]) -> list[SchoolClass]:
    """The youngest level first."""
    return sorted(classes, key=lambda one: (levels.rank(levels.level_of(kind, one.level, one.name)), one.name))


def new_groups(year: SchoolYear, content: dict[str, Any]) -> list[Group]:
    """Groups made since the plan was begun."""
    return [one for one in year.groups.all() if str(one.pk) not in content["groups"]]


def _periods(year: SchoolYear, span: Span, zone: str, kind: str) -> list[Span]:
    before = [Span(one.name, one.starts_on, one.ends_on) for one in year.periods.order_by("number")]
    if before:
        return dates.periods_like(before, span)
    return dates.stretches(zone, span) if kind == SCHOOL else dates.terms(span)

"""Where modules are on, and where they serve: the last four weeks of class, from nightly sums. No school is entered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tenants.adoption.models import ModuleReach, WeekUse
from tenants.establishments.models import Establishment

_WEEKS = 4
# A group of so few people that only "used" is known of it, as 1 (core.adoption.rules).
_FEW = "few"


@dataclass
class Tally:
    """How many schools. `fresh`: on for less than four weeks and not used yet, too early to judge."""

    on: int = 0
    used: int = 0
    fresh: int = 0

    @property
    def unused(self) -> int:
        return self.on - self.used - self.fresh

    def add(self, *, used: bool, fresh: bool) -> None:
        self.on += 1
        self.used += used
        self.fresh += fresh and not used


def since(today: date) -> date:
    """The Monday from which a use counts without holidays: four weeks, the current one included."""
    return today - timedelta(days=today.weekday(), weeks=_WEEKS - 1)


def _reaches(schools: QuerySet[Establishment], today: date) -> QuerySet[ModuleReach]:
    """With `used` and `fresh`, each by its school's own holidays."""
    first = Coalesce(OuterRef("judged_from"), since(today))
    uses = WeekUse.objects.filter(uai=OuterRef("uai"), module=OuterRef("module"), week__gte=first)
    fresh = Q(since=None) | Q(since__gt=Coalesce("judged_from", today - timedelta(weeks=_WEEKS)))
    return ModuleReach.objects.filter(uai__in=schools.order_by().values("uai")).annotate(
        used=Exists(uses), fresh=ExpressionWrapper(fresh, output_field=BooleanField())
    )


def by_module(schools: QuerySet[Establishment], today: date) -> dict[str, Tally]:
    """Module to its tally. One query."""
    rows = (
        _reaches(schools, today)
        .values("module")
        .annotate(on=Count("pk"), served=Count("pk", filter=Q(used=True)))
        .annotate(young=Count("pk", filter=Q(used=False, fresh=True)))
        .order_by("module")
    )
    return {row["module"]: Tally(row["on"], row["served"], row["young"]) for row in rows}


@dataclass(frozen=True)
class Place:
    """One school where a module is on."""

    school: Establishment
    used: bool
    fresh: bool


def places(schools: QuerySet[Establishment], module: str, today: date) -> list[Place]:
    """The schools where the module is on, by commune. Two queries."""
    reaches = {row.uai: row for row in _reaches(schools, today).filter(module=module)}
    found = schools.filter(uai__in=list(reaches)).order_by("commune", "display_name", "uai")
    return [Place(one, reaches[one.uai].used, reaches[one.uai].fresh) for one in found]  # type: ignore[attr-defined]


def by_departement(found: Iterable[Place]) -> list[tuple[str, str, Tally]]:
    """(code, name, tally) of each département, in the order of their codes."""
    tallies: defaultdict[tuple[str, str], Tally] = defaultdict(Tally)
    for place in found:
        key = (place.school.departement_code, place.school.departement)
        tallies[key].add(used=place.used, fresh=place.fresh)
    return [(code, name, tally) for (code, name), tally in sorted(tallies.items())]


def by_feature(schools: QuerySet[Establishment], module: str, today: date) -> dict[str, tuple[int, int]]:
    """Code to (schools where it served, uses as far as they are numbered)."""
    rows = (
        WeekUse.objects.filter(module=module, week__gte=since(today), uai__in=schools.order_by().values("uai"))
        .values("feature")
        .annotate(schools=Count("uai", distinct=True), uses=Sum("n", filter=~Q(role=_FEW), default=0))
        .order_by()
    )
    return {row["feature"]: (row["schools"], row["uses"]) for row in rows}


def last_report(schools: QuerySet[Establishment]) -> date | None:
    """The day of the latest report of any of these schools."""
    reaches = ModuleReach.objects.filter(uai__in=schools.order_by().values("uai"))
    newest: date | None = reaches.aggregate(newest=Max("reported_on"))["newest"]
    return newest

"""What a school tells the region of its uses, once a night."""

from collections import Counter
from datetime import date, timedelta

from django.utils import timezone

from core.adoption.models import Standing, Use
from core.adoption.reach import Reach, reach_of
from core.adoption.selectors import Period
from core.modules.state import Modules
from core.structure.calendar import calendar_of
from tenants.adoption.models import ModuleReach, WeekUse
from tenants.adoption.services import Report, receive
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.context import current_uai
from tenants.schemas.loops import each_school

SLICE = 100
# Each report replaces the current week and those before it: a few missed nights are made up for.
_WEEKS_TOLD = 3


def schools() -> list[str]:
    active = Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE)
    return list(active.order_by("uai").values_list("uai", flat=True))


def raise_from(uais: list[str]) -> int:
    """Read each school standing in it, then write what they told in the regional context. Returns how many."""
    reports: list[Report] = []
    tour = each_school(lambda: reports.append(report(timezone.localdate())), uais=uais, name="adoption.raise_sums")
    receive(reports)
    return len(tour.done)


def report(today: date) -> Report:
    """This school's sums of the last weeks."""
    uai = current_uai()
    since = today - timedelta(days=today.weekday(), weeks=_WEEKS_TOLD - 1)
    modules = Modules(Establishment.objects.get(uai=uai))
    reach = reach_of(modules)
    return Report(uai, since, today, tuple(_reach_rows(reach, today)), tuple(_uses(uai, reach, since)))


def _reach_rows(reach: Reach, today: date) -> list[ModuleReach]:
    noted = dict(Standing.objects.values_list("code", "since"))
    first = Period.until(today, calendar_of(reach.modules.establishment)).first
    return [
        ModuleReach(
            uai=reach.modules.establishment.uai,
            module=state.slug,
            since=noted.get(state.slug),
            members=sum(n for roles, n in reach.crowd if roles & state.roles),
            reported_on=today,
            judged_from=first - timedelta(days=first.weekday()),
        )
        for state in reach.modules.enabled()
        if state.manifest.features
    ]


def _uses(uai: str, reach: Reach, since: date) -> list[WeekUse]:
    weeks: Counter[tuple[str, str, date]] = Counter()
    for feature, role, day, n in Use.objects.filter(day__gte=since).values_list("feature", "role", "day", "n"):
        weeks[feature, role, day - timedelta(days=day.weekday())] += n
    return [
        WeekUse(
            uai=uai,
            module=feature.partition(".")[0],
            feature=feature,
            role=role,
            week=week,
            n=n,
            members=sum(reach.people(feature).get(role, {}).values()),
        )
        for (feature, role, week), n in sorted(weeks.items())
    ]

"""What is on, what serves whom, and what does not serve: the last four weeks of class beside the four before."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncWeek

from core.adoption import rules
from core.adoption.models import Stance, Standing, Use
from core.adoption.reach import Reach, reach_of
from core.modules.contract import Feature
from core.modules.state import Modules, ModuleState
from core.structure.calendar import LONGEST, Calendar, calendar_of
from core.structure.holidays import DAY

DAYS = 28
WEEKS_DRAWN = 8


class Verdict(StrEnum):
    """NEW: offered for less than four weeks of class; CLOSED: nobody here may use it."""

    USED = "used"
    UNUSED = "unused"
    NEW = "new"
    CLOSED = "closed"


@dataclass(frozen=True)
class Period:
    """Four weeks of class from `first` to `last`, and the four from `before` on. Holidays do not make them pass."""

    first: date
    last: date
    before: date

    @classmethod
    def until(cls, last: date, calendar: Calendar | None = None) -> "Period":
        first = _weeks_back(last, calendar or Calendar())
        return cls(first, last, _weeks_back(first - DAY, calendar or Calendar()))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def weeks(self) -> list[date]:
        """The Mondays that are drawn, oldest first."""
        monday = self.last - timedelta(days=self.last.weekday())
        return [monday - timedelta(weeks=n) for n in reversed(range(WEEKS_DRAWN))]


def _weeks_back(last: date, calendar: Calendar) -> date:
    """The first day of the four weeks of class that end on this day."""
    day, left = last, DAYS - (not calendar.is_off(last))
    for _ in range(LONGEST):
        if not left:
            break
        day -= DAY
        left -= not calendar.is_off(day)
    return day


@dataclass
class GroupUse:
    """One group of people and one feature. `days` is on how many days somebody used it.

    `people` says how many act under each role of the group.
    """

    role: str
    people: dict[str, int] = field(default_factory=dict)
    n: int = 0
    before: int = 0
    days: int = 0
    last: date | None = None

    @property
    def members(self) -> int:
        return sum(self.people.values())

    @property
    def counted(self) -> bool:
        """Whether there are enough people for their uses to be shown as a number."""
        return self.role != rules.FEW


@dataclass
class FeatureUse:
    """One feature. `weeks` are its uses in each week that is drawn."""

    code: str
    feature: Feature
    groups: list[GroupUse]
    weeks: list[int]
    standing: Standing
    period: Period

    @property
    def label(self) -> str:
        return str(self.feature.label)

    @property
    def members(self) -> int:
        return sum(group.members for group in self.groups)

    @property
    def n(self) -> int:
        return sum(group.n for group in self.groups if group.counted)

    @property
    def before(self) -> int:
        return sum(group.before for group in self.groups if group.counted)

    @property
    def last(self) -> date | None:
        return max((group.last for group in self.groups if group.last), default=None)

    @property
    def verdict(self) -> Verdict:
        if any(group.n for group in self.groups):
            return Verdict.USED
        if not self.members:
            return Verdict.CLOSED
        return Verdict.NEW if is_new(self.standing, self.period) else Verdict.UNUSED


@dataclass
class ModuleUse:
    """One module that is on, or an area of core."""

    state: ModuleState
    features: list[FeatureUse]
    standing: Standing
    period: Period

    @property
    def code(self) -> str:
        return self.state.slug

    @cached_property
    def judged(self) -> list[FeatureUse]:
        """Features that somebody could have used."""
        return [feature for feature in self.features if feature.verdict != Verdict.CLOSED]

    @property
    def used(self) -> list[FeatureUse]:
        return [feature for feature in self.features if feature.verdict == Verdict.USED]

    @property
    def unused(self) -> list[FeatureUse]:
        return [feature for feature in self.features if feature.verdict == Verdict.UNUSED]

    @property
    def verdict(self) -> Verdict:
        if self.used:
            return Verdict.USED
        if not self.judged:
            return Verdict.CLOSED
        return Verdict.UNUSED if self.unused and not is_new(self.standing, self.period) else Verdict.NEW

    @property
    def n(self) -> int:
        return sum(feature.n for feature in self.features)

    @property
    def before(self) -> int:
        return sum(feature.before for feature in self.features)

    @property
    def weeks(self) -> list[int]:
        return [sum(week) for week in zip(*(feature.weeks for feature in self.features), strict=True)]

    @property
    def last(self) -> date | None:
        return max((feature.last for feature in self.features if feature.last), default=None)

    def groups(self) -> list[GroupUse]:
        """Each group once, with the most people that one of the features is offered to."""
        widest: dict[str, GroupUse] = {}
        for feature in self.judged:
            for group in feature.groups:
                if group.role not in widest or widest[group.role].members < group.members:
                    widest[group.role] = group
        return [widest[role] for role in sorted(widest, key=_rank)]


@dataclass
class Overview:
    period: Period
    modules: list[ModuleUse] = field(default_factory=list)

    @property
    def features(self) -> list[FeatureUse]:
        return [feature for module in self.modules for feature in module.features]

    def proposals(self) -> list[ModuleUse | FeatureUse]:
        """What is on and serves nobody, and that nothing has been decided about: whole modules first.

        A module that nobody uses stands for its features.
        """
        idle = [module for module in self.modules if module.verdict == Verdict.UNUSED]
        whole = {module.code for module in idle}
        single = [f for module in self.modules if module.code not in whole for f in module.unused]
        subjects: list[ModuleUse | FeatureUse] = [*idle, *single]
        return [subject for subject in subjects if not is_decided(subject.standing, self.period.last)]

    def decided(self, stance: Stance) -> list[ModuleUse | FeatureUse]:
        """Those about which this was decided, while the decision holds."""
        subjects: list[ModuleUse | FeatureUse] = [*self.modules, *self.features]
        return [s for s in subjects if s.standing.stance == stance and is_decided(s.standing, self.period.last)]


def is_new(standing: Standing, period: Period) -> bool:
    """Offered for less than four weeks of class, as far as is known: too early to judge."""
    return standing.since is None or standing.since > period.first


def is_decided(standing: Standing, today: date) -> bool:
    return bool(standing.stance) and (standing.until is None or standing.until >= today)


def overview(modules: Modules, today: date, *, only: str = "") -> Overview:
    """All that is on with its uses, or one module. Five queries, whatever the number of features."""
    period = Period.until(today, calendar_of(modules.establishment))
    reach = reach_of(modules)
    uses, weeks = _uses(period, reach), _weeks(period)
    standings = {standing.code: standing for standing in Standing.objects.all()}
    found = Overview(period)
    for state in modules.enabled():
        if state.manifest.features and only in ("", state.slug):
            features = [
                FeatureUse(code, feature, groups, weeks[code], standings.get(code) or Standing(code=code), period)
                for feature in state.manifest.features
                for code in [f"{state.slug}.{feature.slug}"]
                for groups in [_groups(uses.get(code, {}), reach.people(code))]
            ]
            standing = standings.get(state.slug) or Standing(code=state.slug)
            found.modules.append(ModuleUse(state, features, standing, period))
    return found


def _uses(period: Period, reach: Reach) -> Mapping[str, Mapping[str, GroupUse]]:
    """Code to group to its uses, under the groups of today."""
    now = Q(day__gte=period.first, day__lte=period.last)
    before = Q(day__gte=period.before, day__lt=period.first)
    rows = Use.objects.values("feature", "role").annotate(
        now=Sum("n", filter=now, default=0),
        before=Sum("n", filter=before, default=0),
        days=Count("day", filter=now),
        last=Max("day"),
    )
    found: defaultdict[str, dict[str, GroupUse]] = defaultdict(dict)
    for row in rows.order_by():
        _lay(found[row["feature"]], reach.group(row["feature"], row["role"]), row)
    return found


def _lay(groups: dict[str, GroupUse], role: str, row: Mapping[str, Any]) -> None:
    group = groups.setdefault(role, GroupUse(role))
    group.n += row["now"]
    group.before += row["before"]
    group.days = max(group.days, row["days"])  # roles that were merged since: on that many days at least
    group.last = max(filter(None, (group.last, row["last"])), default=None)


def _weeks(period: Period) -> Mapping[str, list[int]]:
    """Code to its uses in each week that is drawn; those of groups without numbers are left out."""
    places = {monday: place for place, monday in enumerate(period.weeks)}
    rows = (
        Use.objects.filter(day__gte=period.weeks[0], day__lte=period.last)
        .exclude(role=rules.FEW)
        .annotate(week=TruncWeek("day"))
        .values_list("feature", "week")
        .annotate(n=Sum("n"))
        .order_by()
    )
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * WEEKS_DRAWN)
    for feature, week, n in rows:
        found[feature][places[week]] = n
    return found


def _groups(uses: Mapping[str, GroupUse], people: Mapping[str, dict[str, int]]) -> list[GroupUse]:
    """Those it is offered to, and those who used it all the same."""
    found = []
    for role in sorted({*people, *uses}, key=_rank):
        group = uses.get(role) or GroupUse(role)
        group.people = people.get(role, {})
        if group.members or group.n:
            found.append(group)
    return found


def _rank(role: str) -> int:
    order: list[str] = [*rules.ORDER, rules.OTHERS, rules.FEW]
    return order.index(role) if role in order else len(order)

"""Uses of the last eight weeks for the demo region: lively on school days, and some features that nobody found."""

import random
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from core.adoption import flushing
from core.adoption.models import Standing, Use
from core.adoption.reach import Reach, offered, reach_of
from core.adoption.selectors import WEEKS_DRAWN
from core.modules.state import Modules
from tenants.establishments.models import Establishment

_UNFOUND = 0.2  # of the features
# How often a person of the role opens something in a school day
_ZEAL = {"pupil": 0.2, "guardian": 0.12, "teacher": 0.35}
_USUAL = 0.3


@transaction.atomic
def create(establishment: Establishment, rng: random.Random) -> None:
    """Twice makes no more: a school that has uses keeps its own."""
    if Use.objects.exists():
        return
    reach = reach_of(Modules(establishment))
    today = timezone.localdate()
    first = today - timedelta(weeks=WEEKS_DRAWN)
    since = first - timedelta(days=rng.randint(5, 20))
    codes = sorted({*offered(reach.modules), *(state.slug for state in reach.modules.enabled())})
    Standing.objects.bulk_create([Standing(code=code, since=since) for code in codes], ignore_conflicts=True)
    for code in sorted(reach.members):
        if rng.random() > _UNFOUND:
            _live(code, reach, rng, first, today)


def _live(code: str, reach: Reach, rng: random.Random, first: date, today: date) -> None:
    share = rng.choice((0.1, 0.3, 0.7, 1.0))
    slope = rng.uniform(-0.4, 0.6)
    for n in range((today - first).days):
        day = first + timedelta(days=n)
        weight = (0.15 if day.weekday() > 4 else 1.0) * share * (1 + slope * n / 56)
        uses = {}
        for role, members in reach.members[code].items():
            mean = members * _ZEAL.get(role, _USUAL) * weight
            if (count := round(mean * rng.uniform(0.5, 1.5))) or rng.random() < mean:
                uses[code, role] = max(count, 1)
        flushing.add(uses, day, reach)

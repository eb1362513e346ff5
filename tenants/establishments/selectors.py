"""Reading establishments for pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404
from django.utils import timezone

from tenants.establishments.models import Establishment, Lifecycle, SchoolType
from tenants.establishments.search import matching
from tenants.schemas.models import ProvisioningStep
from tenants.text import words_of

StepState = ProvisioningStep.State
_SILENCE = timedelta(minutes=5)


def in_scope_or_404(uai: str, scope: QuerySet[Establishment]) -> Establishment:
    """The school, when it is within the scope. Raises Http404 otherwise, as if it were not there."""
    found = scope.filter(uai=uai.upper()).first()
    if found is None:
        raise Http404("no such establishment in scope")
    return found


def counts_by_state(schools: QuerySet[Establishment]) -> dict[str, int]:
    """State to number of schools, every state present, in the order of a school's life."""
    counted = dict(schools.order_by().values_list("lifecycle").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in Lifecycle.values}


def with_failed_step(schools: QuerySet[Establishment]) -> QuerySet[Establishment]:
    """Schools whose making stopped: still being prepared, with a failed step."""
    failed = ProvisioningStep.objects.filter(uai=OuterRef("uai"), state=StepState.FAILED)
    return schools.filter(Exists(failed), lifecycle=Lifecycle.PREPARING)


def filtered(schools: QuerySet[Establishment], filters: dict[str, Any]) -> QuerySet[Establishment]:
    """Narrow by `q`, `type`, `departement`, `academie`, `sector` and `state`; empty values do not narrow."""
    for name, column in (
        ("type", "type"),
        ("departement", "departement_code"),
        ("academie", "academie"),
        ("sector", "sector"),
    ):
        if value := filters.get(name):
            schools = schools.filter(**{column: value})
    state = filters.get("state")
    if state == "failed":
        schools = with_failed_step(schools)
    elif state:
        schools = schools.filter(lifecycle=state)
    words = words_of(filters.get("q") or "")[:8]
    return matching(words, schools) if words else schools


def departements(schools: QuerySet[Establishment]) -> list[tuple[str, str]]:
    """(code, name) of the départements that have schools, by name."""
    found = schools.order_by().values_list("departement_code", "departement").distinct()
    return sorted(dict(found).items(), key=lambda pair: pair[1])


def academies(schools: QuerySet[Establishment]) -> list[str]:
    return sorted(schools.order_by().values_list("academie", flat=True).distinct())


@dataclass(frozen=True)
class Preparation:
    """How far the making of a school is."""

    steps: list[ProvisioningStep]
    asked_at: datetime

    @property
    def done(self) -> int:
        return sum(step.state == StepState.DONE for step in self.steps)

    @property
    def failed(self) -> ProvisioningStep | None:
        return next((step for step in self.steps if step.state == StepState.FAILED), None)

    @property
    def total(self) -> int:
        return len(self.steps)

    @property
    def stalled(self) -> bool:
        """Whether nothing has moved for so long that its worker may have died: one may ask again."""
        signs = [at for step in self.steps for at in (step.started_at, step.finished_at) if at]
        return timezone.now() - max([self.asked_at, *signs]) > _SILENCE


def preparation_of(school: Establishment) -> Preparation:
    steps = ProvisioningStep.objects.filter(uai=school.uai).order_by("position")
    return Preparation(list(steps), asked_at=school.lifecycle_since)


@dataclass(frozen=True)
class Commune:
    """One commune of a département, with how many schools it has and how many are open."""

    name: str
    schools: int
    open: int


def communes(departement: str) -> list[Commune]:
    """The communes of a département, in the order of the alphabet without accents."""
    counted: dict[str, list[int]] = {}
    rows = Establishment.objects.filter(departement_code=departement).exclude(lifecycle=Lifecycle.ARCHIVED)
    for name, lifecycle in rows.order_by().values_list("commune", "lifecycle"):
        count = counted.setdefault(name, [0, 0])
        count[0] += 1
        count[1] += lifecycle == Lifecycle.ACTIVE
    return sorted((Commune(name, *count) for name, count in counted.items()), key=lambda c: words_of(c.name))


def counts_by_type(schools: QuerySet[Establishment]) -> list[tuple[str, int]]:
    """(type in words, number), for the types that occur."""
    counted = dict(schools.order_by().values_list("type").annotate(Count("pk")))
    return [(str(kind.label), counted[kind]) for kind in SchoolType if kind in counted]

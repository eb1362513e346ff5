"""Which of the region's suspensions hold, where, and who may see and end them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from tenants.establishments.models import Establishment
from tenants.policies.scopes import Part, label
from tenants.suspensions.models import RegionalSuspension

Scope = RegionalSuspension.Scope
# What a school reads of it (tenants.schemas.grants): never who did it.
PUBLIC = ("id", "scope", "value", "uais", "reason", "since", "until", "ended_at")


@dataclass(frozen=True)
class Holding:
    """A suspension as those whom it concerns hear of it."""

    reason: str
    since: datetime
    until: datetime | None


def open_now(now: datetime | None = None) -> QuerySet[RegionalSuspension]:
    """Those that hold at a moment."""
    moment = now or timezone.now()
    return RegionalSuspension.objects.filter(
        Q(until=None) | Q(until__gt=moment), ended_at=None, since__lte=moment
    )


def reaching(uai: str) -> Q:
    """Conditions on a suspension's row: that it reaches this school. The school's places are read with it."""
    place = Establishment.objects.filter(uai=uai)
    return (
        Q(scope=Scope.ALL)
        | Q(scope=Scope.ACADEMIE, value__in=place.values("academie"))
        | Q(scope=Scope.DEPARTEMENT, value__in=place.values("departement_code"))
        | Q(scope=Scope.SCHOOLS, uais__contains=[uai])
    )


def holding_at(uai: str, now: datetime | None = None) -> Holding | None:
    """The oldest suspension that holds in a school now. One query; works from the school and from the region."""
    rows = open_now(now).filter(reaching(uai)).order_by("since", "pk")
    row = rows.values_list("reason", "since", "until").first()
    return Holding(*row) if row else None


def schools_of(suspension: RegionalSuspension) -> QuerySet[Establishment]:
    """The schools that it reaches."""
    match suspension.scope:
        case Scope.ALL:
            return Establishment.objects.all()
        case Scope.ACADEMIE:
            return Establishment.objects.filter(academie=suspension.value)
        case Scope.DEPARTEMENT:
            return Establishment.objects.filter(departement_code=suspension.value)
    return Establishment.objects.filter(uai__in=suspension.uais)


def holds(part: Part, suspension: RegionalSuspension) -> bool:
    """Whether whoever answers for the part answers for every school of the suspension."""
    if part.whole:
        return True
    if suspension.scope == Scope.ALL:
        return False
    if suspension.scope == Scope.ACADEMIE:
        return suspension.value in part.academies
    if suspension.scope == Scope.DEPARTEMENT and suspension.value in part.departements:
        return True
    return not schools_of(suspension).exclude(part.q()).exists()


def get_endable_or_404(part: Part, pk: int) -> RegionalSuspension:
    """One that the administrator may end. Raises Http404 outside their part."""
    found = RegionalSuspension.objects.filter(pk=pk).first()
    if found is None or not holds(part, found):
        raise Http404("not in one's part of the region")
    return found


def where(suspension: RegionalSuspension) -> str:
    """« Toute la région », « Académie de Strasbourg », « Bas-Rhin », or the schools' names."""
    if suspension.scope != Scope.SCHOOLS:
        return label(suspension.scope, suspension.value)
    names = [str(school) for school in schools_of(suspension).order_by("display_name")]
    return ", ".join(names) or ", ".join(suspension.uais)

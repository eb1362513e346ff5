"""Who goes where, as a plan and the school's classes say it today."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core.people.choices import Role
from core.people.models import Person
from core.structure.models import ClassMembership, SchoolClass
from core.structure.selectors import PUPIL, lasting
from core.structure.turning import content as plans
from core.structure.turning.models import YearPlan
from core.structure.turning.proposing import in_order
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


@dataclass(frozen=True)
class Move:
    """One pupil: the classes of this year, and where next year begins. `said` is what was decided one by one."""

    person: Person
    classes: tuple[int, ...]
    destination: str
    said: str | None = None
    # The classes lead to different places, and nobody has decided between them
    torn: bool = False


@dataclass
class Reading:
    """A plan beside the school as it is. Three queries, whatever the number of pupils."""

    plan: YearPlan
    kind: str = field(default="")

    def __post_init__(self) -> None:
        self.kind = self.kind or Establishment.objects.values_list("type", flat=True).get(uai=current_uai())

    @property
    def content(self) -> dict[str, Any]:
        return self.plan.content

    @cached_property
    def classes(self) -> list[SchoolClass]:
        """This year's, the youngest level first."""
        return in_order(self.kind, list(SchoolClass.objects.filter(year=self.plan.from_year_id)))

    @cached_property
    def following(self) -> dict[str, dict[str, Any]]:
        """Next year's classes by key, in the plan's order."""
        return {one["key"]: one for one in self.content["classes"]}

    @cached_property
    def moves(self) -> list[Move]:
        """Every pupil of the school, in the order of names."""
        held = self._held()
        pupils = Person.objects.filter(roles__contains=[Role.PUPIL], left_on=None).order_by("search_text", "pk")
        return [self._move(person, held.get(person.pk, ())) for person in pupils]

    def of_class(self, pk: int | None) -> list[Move]:
        """Those of one class, or of none: the arrivals."""
        return [move for move in self.moves if (pk in move.classes if pk else not move.classes)]

    @cached_property
    def by_class(self) -> Counter[int]:
        return Counter(pk for move in self.moves for pk in move.classes)

    @cached_property
    def by_destination(self) -> Counter[str]:
        return Counter(move.destination for move in self.moves)

    @cached_property
    def leavers(self) -> list[Move]:
        return [move for move in self.moves if move.destination == plans.LEAVES]

    def promotion(self, pk: int) -> str:
        """Where a class goes; what leads to a class that the plan no longer has leads nowhere yet."""
        return self._known(self.content["promotions"].get(str(pk), plans.UNDECIDED))

    def _held(self) -> dict[int, tuple[int, ...]]:
        """The classes of each pupil on the old year's last day."""
        rows = ClassMembership.objects.filter(
            lasting(self.plan.from_year.ends_on), kind=PUPIL, school_class__year=self.plan.from_year_id
        )
        found: dict[int, tuple[int, ...]] = {}
        for person, school_class in rows.order_by("pk").values_list("person", "school_class"):
            found[person] = (*found.get(person, ()), school_class)
        return found

    def _move(self, person: Person, classes: tuple[int, ...]) -> Move:
        said = self.content["pupils"].get(str(person.pk))
        if said is not None:
            return Move(person, classes, self._known(said), said)
        ways = {self.promotion(pk) for pk in classes}
        if len(ways) > 1:
            return Move(person, classes, plans.UNDECIDED, torn=True)
        return Move(person, classes, ways.pop() if ways else plans.UNDECIDED)

    def _known(self, destination: str) -> str:
        if destination in self.following or destination in (plans.LEAVES, plans.NOWHERE):
            return destination
        return plans.UNDECIDED


def in_a_word(reading: Reading, destination: str) -> str:
    """« 5e A », « quitte l’établissement »."""
    if destination in reading.following:
        return str(reading.following[destination]["name"])
    return {plans.LEAVES: _("quitte l’établissement"), plans.NOWHERE: _("sans classe")}.get(
        destination, _("à décider")
    )

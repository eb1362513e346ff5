"""Taking an applied plan back, within a week: exactly what it did, except what somebody has changed since."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record, record_all
from core.errors import Conflict
from core.people.models import Person
from core.people.records import hold
from core.structure.models import (
    ClassMembership,
    Group,
    GroupMembership,
    Period,
    SchoolClass,
    SchoolYear,
    Substitution,
    TeachingService,
)
from core.structure.turning.models import YearPlan
from tenants.accounts import many
from tenants.schemas.context import current_uai

_ENDED: dict[str, type[models.Model]] = {
    "ClassMembership": ClassMembership,
    "GroupMembership": GroupMembership,
    "TeachingService": TeachingService,
    "Substitution": Substitution,
}


@transaction.atomic
def undo(*, plan: YearPlan, actor: Person | None) -> list[str]:
    """Make the plan a draft again and the school what it was. Returns in sentences what was kept, and why.

    Raises Conflict once the week is over, or when it was undone already.
    """
    current = hold(plan)
    if not current.is_reversible or not current.done:
        raise Conflict("too-late", _("Ce changement d’année ne peut plus être annulé."))
    kept = _Undoing(current, actor).run()
    current.state, current.done = YearPlan.State.DRAFT, {}
    current.applied_at = current.settled_at = None
    current.changed_at, current.changed_by = timezone.now(), actor
    current.save()
    record("structure.turn_undo", actor=actor, target=current, changes={"kept": [None, kept]})
    return kept


class _Undoing:
    def __init__(self, plan: YearPlan, actor: Person | None) -> None:
        self.plan, self.actor, self.done = plan, actor, plan.done
        self.last = plan.from_year.ends_on
        self.first = date.fromisoformat(plan.content["year"]["starts_on"])
        self.kept: list[str] = []

    def run(self) -> list[str]:
        self._current_year()
        self._departures()
        self._created()
        self._ended()
        return self.kept

    def _keep(self, number: int, one: str, many_: str) -> None:
        if number > 0:
            self.kept.append((one if number == 1 else many_) % {"n": number})

    def _current_year(self) -> None:
        if not SchoolYear.objects.filter(pk=self.done["year"], is_current=True).update(is_current=False):
            if self.plan.settled_at:
                self.kept.append(_("L’année en cours a été changée depuis\u00a0: elle reste celle qui a été choisie."))
            return
        SchoolYear.objects.filter(pk=self.plan.from_year_id).update(is_current=True)

    def _departures(self) -> None:
        left = self.done.get("left", [])
        unchanged = Person.objects.filter(pk__in=left, left_on=Greatest(Coalesce("arrived_on", self.last), self.last))
        back = list(unchanged.select_for_update().order_by("pk"))
        Person.objects.filter(pk__in=[one.pk for one in back]).update(left_on=None, updated_at=timezone.now())
        if back:
            changes = {one.pk: {"left_on": [one.left_on, None]} for one in back}
            record_all("people.return", actor=self.actor, targets=back, changes=changes)
        closed = {account: person for account, person in self.done.get("closed", [])}
        own = {one.account_id for one in back}
        wanted = {account: person for account, person in closed.items() if account in own}
        opened = many.open_again(uai=current_uai(), people=wanted) if wanted else {}
        Person.objects.filter(account_id__in=wanted.keys() - opened.keys()).update(account_id=None)
        self._keep(
            len(left) - len(back),
            _("%(n)d départ a été modifié ou effacé depuis\u00a0: il est gardé."),
            _("%(n)d départs ont été modifiés ou effacés depuis\u00a0: ils sont gardés."),
        )
        self._keep(
            len(wanted) - len(opened),
            _("%(n)d compte n’a pas pu être rouvert\u00a0: il a changé depuis."),
            _("%(n)d comptes n’ont pas pu être rouverts\u00a0: ils ont changé depuis."),
        )

    def _created(self) -> None:
        memberships = ClassMembership.objects.filter(pk__in=self.done["memberships"], **self._as_made())
        moved = self._remove(memberships, "memberships")
        moved += self._remove(
            GroupMembership.objects.filter(pk__in=self.done["group_memberships"], **self._as_made()),
            "group_memberships",
        )
        self._keep(
            moved,
            _("%(n)d appartenance à une classe ou un groupe a changé depuis\u00a0: elle est gardée."),
            _("%(n)d appartenances à une classe ou un groupe ont changé depuis\u00a0: elles sont gardées."),
        )
        services = TeachingService.objects.filter(
            pk__in=self.done["services"], starts_on=self.first, ends_on=self.plan.content["year"]["ends_on"],
            substitutions=None,
        )  # fmt: skip
        self._keep(
            self._remove(services, "services"),
            _("%(n)d service a changé depuis\u00a0: il est gardé."),
            _("%(n)d services ont changé depuis\u00a0: ils sont gardés."),
        )
        self._places()

    def _as_made(self) -> dict[str, Any]:
        return {"starts_on": self.first, "ends_on": None}

    def _places(self) -> None:
        """Groups, classes and the year itself, as long as nothing of them is used, by any module."""
        groups = _unused(Group, self.done["made_groups"])
        Group.objects.filter(pk__in=groups).delete()
        classes = _unused(SchoolClass, self.done["made"])
        SchoolClass.objects.filter(pk__in=classes).delete()
        kept = len(self.done["made_groups"]) - len(groups) + len(self.done["made"]) - len(classes)
        self._keep(
            kept,
            _("%(n)d classe ou groupe sert déjà\u00a0: il est gardé."),
            _("%(n)d classes ou groupes servent déjà\u00a0: ils sont gardés."),
        )
        Period.objects.filter(pk__in=self.done["periods"]).filter(pk__in=_unused(Period, self.done["periods"])).delete()
        planned = YearPlan.objects.filter(from_year=self.done["year"])
        if self.done["year_made"] and _unused(SchoolYear, [self.done["year"]]) and not planned.exists():
            SchoolYear.objects.filter(pk=self.done["year"], is_current=False).delete()

    def _remove(self, rows: Any, name: str) -> int:
        """Delete what is as it was made; returns how many of the plan's are not."""
        pks = list(rows.values_list("pk", flat=True))
        rows.model._default_manager.filter(pk__in=pks).delete()
        return len(self.done[name]) - len(pks)

    def _ended(self) -> None:
        missed = 0
        for name, by_day in self.done["ended"].items():
            same = Q(ends_on=Greatest("starts_on", self.last))
            for day, pks in by_day.items():
                rows = _ENDED[name]._default_manager.filter(same, pk__in=pks)
                missed += len(pks) - rows.update(ends_on=date.fromisoformat(day) if day else None)
        self._keep(
            missed,
            _("%(n)d fin d’appartenance ou de service a changé depuis\u00a0: elle est gardée."),
            _("%(n)d fins d’appartenance ou de service ont changé depuis\u00a0: elles sont gardées."),
        )


def _unused(model: type[models.Model], pks: Iterable[int]) -> list[int]:
    """Those of these rows that no other row refers to."""
    used: set[int] = set()
    wanted = list(pks)
    for relation in model._meta.related_objects:
        rows: Any = relation.related_model
        column = relation.field.name
        found = rows._default_manager.filter(**{f"{column}__in": wanted})
        used |= set(found.order_by().values_list(column, flat=True).distinct())
    return [pk for pk in wanted if pk not in used]

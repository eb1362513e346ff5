"""When an applied plan takes effect: the current year changes, and those who leave have left."""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from core.audit.services import record, record_all
from core.people.choices import Role
from core.people.families import holding
from core.people.models import GuardianLink, Person
from core.structure.models import ClassMembership, SchoolYear
from core.structure.selectors import PUPIL
from core.structure.turning.models import REVERSIBLE, YearPlan
from tenants.accounts import many
from tenants.schemas.context import current_uai


@transaction.atomic
def settle(*, plan: YearPlan, actor: Person | None) -> YearPlan:
    """The day after the old year's last one, or at once where that is over. A fixed number of statements."""
    current = YearPlan.objects.select_for_update(of=("self",)).select_related("from_year").get(pk=plan.pk)
    if current.is_draft or current.settled_at is not None:
        return current
    year = SchoolYear.objects.get(pk=current.done["year"])
    if current.from_year.is_current:
        SchoolYear.objects.filter(pk=current.from_year_id).update(is_current=False)
        SchoolYear.objects.filter(pk=year.pk).update(is_current=True)
        changes = {"current": [current.from_year.label, year.label]}
        record("structure.set_current_year", actor=actor, target=year, changes=changes)
    left = _depart(current, actor)
    accounts = [person.account_id for person in left if person.account_id is not None]
    closed = many.close(uai=current_uai(), account_ids=accounts) if accounts else {}
    current.done |= {"left": [person.pk for person in left], "closed": sorted(closed.items())}
    current.settled_at = timezone.now()
    current.save(update_fields=["done", "settled_at"])
    return current


def settle_due() -> int:
    """A daily job: what was applied in advance takes effect, what can no longer be undone is forgotten."""
    today = timezone.localdate()
    due = YearPlan.objects.filter(
        state=YearPlan.State.APPLIED, settled_at=None, from_year__ends_on__lt=today
    )
    for plan in due:
        settle(plan=plan, actor=None)
    _forget()
    return len(due)


def _forget() -> None:
    """Once the week is over, what was planned for each pupil and what was done serves nobody."""
    over = YearPlan.objects.filter(settled_at__lt=timezone.now() - REVERSIBLE).exclude(done={})
    for plan in over:
        plan.done, plan.content = {}, {**plan.content, "pupils": {}}
        plan.save(update_fields=["done", "content"])


def _depart(plan: YearPlan, actor: Person | None) -> list[Person]:
    """Pupils of the plan who leave, unless a class of next year has taken them since; then guardians left without."""
    stays = ClassMembership.objects.filter(school_class__year=plan.done["year"], kind=PUPIL)
    pupils = Person.objects.filter(pk__in=plan.done["leavers"], left_on=None)
    pupils = pupils.exclude(pk__in=stays.values("person"))
    gone = _leave(pupils.filter(roles__contained_by=[Role.PUPIL, Role.GUARDIAN]), plan)
    here = GuardianLink.objects.filter(holding(), child__left_on=None)
    alone = Person.objects.filter(
        left_on=None,
        roles=[Role.GUARDIAN],
        pk__in=GuardianLink.objects.filter(holding(), child__in=[one.pk for one in gone]).values("guardian"),
    ).exclude(pk__in=here.values("guardian"))
    guardians = _leave(alone, plan)
    left = [*gone, *guardians]
    if left:
        last = plan.from_year.ends_on
        record_all(
            "people.departure", actor=actor, targets=left, changes={one.pk: {"left_on": [None, last]} for one in left}
        )
    return left


def _leave(people: QuerySet[Person], plan: YearPlan) -> list[Person]:
    """Their last day is the old year's; the day of arrival for whoever came since."""
    found = list(people.order_by("pk").select_for_update())
    last = plan.from_year.ends_on
    rows = Person.objects.filter(pk__in=[one.pk for one in found])
    rows.update(left_on=Greatest(Coalesce("arrived_on", last), last), updated_at=timezone.now())
    return found

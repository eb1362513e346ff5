from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.people.models import Person
from core.search import services as search
from tests.contract.dummy.models import Booking, Meal


@transaction.atomic
def plan_meal(*, served_on: date, dish: str, actor: Person | None) -> Meal:
    """Raises DomainError when the day has its meal already."""
    if Meal.objects.filter(served_on=served_on).exists():
        message = _("Ce jour a déjà son repas.")
        raise DomainError("taken", message, {"served_on": message})
    meal = Meal.objects.create(served_on=served_on, dish=dish, author=actor)
    search.refresh("dummy.meal", meal.pk)
    record("dummy.plan", actor=actor, target=meal)
    return meal


@transaction.atomic
def book(*, meal: Meal, actor: Person) -> Booking:
    booking, _made = Booking.objects.get_or_create(meal=meal, person=actor)
    record("dummy.book", actor=actor, target=booking)
    return booking

"""What the manifest names."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.files.models import StoredFile
from core.modules.contract import Banner, SearchEntry, SearchHit
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.families import links_with_access
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_of
from core.search import services as search
from core.search.sql import begins_a_word
from tenants.establishments.models import Establishment
from tests.contract.dummy.models import Allergen, Booking, Meal
from tests.contract.dummy.selectors import meals_visible_to

_DISHES = ("Tarte flambée", "Potée lorraine", "Spaetzle", "Choucroute")


def today_widget(request: HttpRequest) -> dict[str, Any] | None:
    meal = meals_visible_to(viewer_of(request)).filter(served_on=timezone.localdate()).first()
    return {"meal": meal} if meal else None


def meals_today(viewer: Viewer) -> int:
    return meals_visible_to(viewer).filter(served_on=timezone.localdate()).count()


def banners(request: HttpRequest) -> list[Banner]:
    closed = viewer_of(request).modules["dummy"].settings["welcome"] == "Fermé"
    return [Banner(text=_("La cantine est fermée."), url=reverse("dummy:list"), urgent=True)] if closed else []


def search_entries(meals: QuerySet[Meal]) -> Iterator[SearchEntry]:
    for meal in meals.prefetch_related("allergens"):
        allergens = " ".join(allergen.name for allergen in meal.allergens.all())
        yield SearchEntry(pk=meal.pk, title=meal.dish, text=allergens, on=meal.served_on)


def allergens_matching(allergens: QuerySet[Allergen], words: list[str]) -> QuerySet[Allergen]:
    for word in words:
        allergens = allergens.filter(begins_a_word("name", word))
    return allergens.order_by("name")


def allergens_shown(viewer: Viewer, allergens: list[Allergen]) -> list[SearchHit]:
    return [SearchHit(pk=one.pk, title=one.name, url=reverse("dummy:list"), icon="utensils") for one in allergens]


def file_access(viewer: Viewer, stored_file: StoredFile) -> bool:
    return viewer.can("dummy.view")


def export_person(person: Person) -> dict[str, Any]:
    booked = Booking.objects.filter(person=person).select_related("meal")
    planned = Meal.objects.filter(author=person)
    return {
        "bookings": [{"day": b.meal.served_on.isoformat(), "dish": b.meal.dish} for b in booked],
        "meals": [{"day": m.served_on.isoformat(), "dish": m.dish} for m in planned],
    }


def export_files(person: Person) -> QuerySet[StoredFile]:
    """The pictures of dishes that the person sent."""
    return StoredFile.objects.filter(module="dummy", uploaded_by=person)


def export_to_guardian(viewer: Viewer, child: Person, data: dict[str, Any]) -> dict[str, Any]:
    """What the child eats, and not the menus that it may have helped to write."""
    return {name: value for name, value in data.items() if name != "meals"}


def erase_person(person: Person, *, actor: Person | None) -> int:
    gone, _by_model = Booking.objects.filter(person=person).delete()
    return gone + Meal.objects.filter(author=person).update(author=None)


def demo(establishment: Establishment, rng: random.Random) -> None:
    nuts, _made = Allergen.objects.get_or_create(name="Fruits à coque")
    eaters = list(Person.objects.filter(roles__contains=["pupil"]).order_by("pk")[:3])
    for day in range(5):
        meal, made = Meal.objects.get_or_create(
            served_on=timezone.localdate() + timedelta(days=day), defaults={"dish": rng.choice(_DISHES)}
        )
        if made:
            meal.allergens.add(nuts)
        search.refresh("dummy.meal", meal.pk)
        for eater in eaters:
            Booking.objects.get_or_create(meal=meal, person=eater)


def eaters(event: Event) -> Recipients:
    """The pupils who booked the meal, and their guardians about them."""
    pupils = Person.objects.filter(dummy_bookings__meal=event.data["meal"], left_on=None)
    return Recipients(people=pupils, links=links_with_access().filter(child__in=pupils.values("pk")))


def old_bookings(limit: datetime) -> QuerySet[Booking]:
    return Booking.objects.filter(meal__served_on__lt=limit.date())


def old_meals(limit: datetime) -> QuerySet[Meal]:
    return Meal.objects.filter(served_on__lt=limit.date())


def erase_meals(meals: QuerySet[Meal]) -> int:
    pks = list(meals.values_list("pk", flat=True))
    removed, _by_model = meals.delete()
    search.refresh("dummy.meal", *pks)
    return removed

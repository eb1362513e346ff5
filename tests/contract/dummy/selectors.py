from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from core.permissions.viewer import Viewer
from tests.contract.dummy.models import Allergen, Meal


def meals_visible_to(viewer: Viewer) -> QuerySet[Meal]:
    return Meal.objects.all() if viewer.can("dummy.view") else Meal.objects.none()


def allergens_visible_to(viewer: Viewer) -> QuerySet[Allergen]:
    return Allergen.objects.all() if viewer.can("dummy.view") else Allergen.objects.none()


def get_visible_or_404(viewer: Viewer, pk: int) -> Meal:
    return get_object_or_404(meals_visible_to(viewer), pk=pk)

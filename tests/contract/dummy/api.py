"""The canteen for programs: the menus, and booking a meal."""

from django.http import Http404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.views import SchoolView
from tenants.api.operations import PageQuery, operation
from tests.contract.dummy import rules, selectors, services


class DummyMeal(serializers.Serializer):
    """Un menu."""

    id = serializers.IntegerField()
    served_on = serializers.DateField()
    dish = serializers.CharField()


class MealsView(SchoolView):
    @operation(
        name="dummy.list", summary=_("Les menus"), scope="dummy.read", permission="dummy.view", query=PageQuery,
        answers=DummyMeal, paged=True,
    )  # fmt: skip
    def get(self, request):
        rows = selectors.meals_visible_to(self.viewer)
        return self.reply_piece(self.piece(rows, order=("pk",), asked=self.asked()))


class BookingView(SchoolView):
    @operation(name="dummy.book", summary=_("Réserver un repas"), scope="dummy.book", permission="dummy.book")
    def post(self, request, pk):
        meal = selectors.get_visible_or_404(self.viewer, pk)
        if not rules.may_book(self.viewer, meal, timezone.localdate()):
            raise Http404("not to be booked")
        services.book(meal=meal, actor=self.viewer.person)
        return self.reply()


urlpatterns = [
    path("meals", MealsView.as_view(), name="meals"),
    path("meals/<int:pk>/booking", BookingView.as_view(), name="booking"),
]

"""The canteen's tables: one impersonal, one that names its author, one that belongs to a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.modules.deletion import cascade_if_installed, set_null_if_installed
from core.people.models import Person


class Allergen(models.Model):
    name = models.CharField(_("nom"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("allergène")

    def __str__(self) -> str:
        return self.name


class Meal(models.Model):
    served_on = models.DateField(_("jour"), unique=True)
    dish = models.CharField(_("plat"), max_length=80)
    allergens = models.ManyToManyField(Allergen, blank=True, related_name="meals")
    author = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, related_name="dummy_meals", editable=False
    )

    class Meta:
        verbose_name = _("repas")
        ordering = ("served_on",)

    def __str__(self) -> str:
        return self.dish


class Booking(models.Model):
    meal = models.ForeignKey(Meal, on_delete=models.CASCADE, related_name="bookings")
    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="dummy_bookings")

    class Meta:
        verbose_name = _("réservation")
        constraints = [models.UniqueConstraint(fields=["meal", "person"], name="dummy_booking_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.meal}"

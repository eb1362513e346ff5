"""What a school keeps of the use of features: sums by role and day, and what its référent decided. Nobody's name."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Use(models.Model):
    """How often a feature ("news.read") was used by a role on a day.

    `role` is a role, or one of the groups of `core.adoption.rules` for roles with few people. Days of long ago are
    folded into the first of their month; those of FEW into the Monday of their week, with 1 for "used".
    """

    feature = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    day = models.DateField()
    n = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("usage")
        constraints = [models.UniqueConstraint(fields=["feature", "role", "day"], name="use_once")]

    def __str__(self) -> str:
        return f"{self.feature} {self.role} {self.day}: {self.n}"


class Batch(models.Model):
    """A batch from Redis that has been added to the uses, remembered for a while so that it is not added again."""

    id = models.CharField(max_length=32, primary_key=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("relevé d’usages")

    def __str__(self) -> str:
        return self.id


class Stance(models.TextChoices):
    NONE = "", _("Aucune décision")
    PRESENT = "present", _("À présenter à la prochaine formation")
    PRESENTED = "presented", _("Présentée")
    DISMISSED = "dismissed", _("Écartée")


class Standing(models.Model):
    """A feature ("news.banner") or a whole module ("news") in this school: since when it is offered, what was decided.

    A decision holds until `until` (included); without it, until another one.
    """

    code = models.CharField(max_length=80)
    since = models.DateField(null=True)
    stance = models.CharField(max_length=10, choices=Stance.choices, default=Stance.NONE, blank=True)
    decided_on = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        verbose_name = _("suivi d’une fonction")
        constraints = [models.UniqueConstraint(fields=["code"], name="standing_once")]

    def __str__(self) -> str:
        return self.code

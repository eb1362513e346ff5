"""What the region knows of the use of modules: sums by school, week and group of people. Nobody's name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModuleReach(models.Model):
    """A module, or an area of core, that is on in a school, as its last nightly report told."""

    uai = models.CharField(max_length=8)
    module = models.CharField(max_length=40)
    # Since when it is offered there, as far as the school has noted it
    since = models.DateField(null=True)
    # How many people it is open to
    members = models.PositiveIntegerField(default=0)
    reported_on = models.DateField()
    # The Monday from which a use counts there: four weeks of class ago, holidays not counted
    judged_from = models.DateField(null=True)

    class Meta:
        verbose_name = _("module proposé")
        verbose_name_plural = _("modules proposés")
        constraints = [models.UniqueConstraint(fields=["uai", "module"], name="module_reach_once")]
        indexes = [models.Index(fields=["module"], name="module_reach_module")]

    def __str__(self) -> str:
        return f"{self.uai} {self.module}"


class WeekUse(models.Model):
    """How often a feature was used in a school by a group of people, in the week that begins on the Monday `week`.

    `role` is a role or one of the merged groups of the schools; `members` is how many people the group had. A group of
    very few people has 1 for "used", whatever they did. Only weeks with a use have a row.
    """

    uai = models.CharField(max_length=8)
    module = models.CharField(max_length=40)
    feature = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    week = models.DateField()
    n = models.PositiveIntegerField()
    members = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("usage d’une semaine")
        verbose_name_plural = _("usages par semaine")
        constraints = [models.UniqueConstraint(fields=["uai", "feature", "role", "week"], name="week_use_once")]
        indexes = [models.Index(fields=["module", "week"], name="week_use_module")]

    def __str__(self) -> str:
        return f"{self.uai} {self.feature} {self.role} {self.week}: {self.n}"

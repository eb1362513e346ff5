"""The plan of a change of year. Part of core.structure: its table is in the structure's migrations."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people.models import Person

REVERSIBLE = timedelta(days=7)


class YearPlan(models.Model):
    """What next year is to be made of (`content`, see `core.structure.turning.content`), and once applied what
    was done (`done`, see `applying`), which is what undoing takes back.

    Applied before the old year is over, it takes effect (`settled_at`) on the day after the old year's last one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("en préparation")
        APPLIED = "applied", _("appliqué")

    from_year = models.OneToOneField("structure.SchoolYear", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(_("état"), max_length=8, choices=State.choices, default=State.DRAFT)
    content = models.JSONField(default=dict)
    done = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("commencé le"), default=timezone.now)
    changed_at = models.DateTimeField(_("modifié le"), default=timezone.now)
    changed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    applied_at = models.DateTimeField(_("appliqué le"), null=True)
    settled_at = models.DateTimeField(_("en vigueur depuis"), null=True)

    class Meta:
        verbose_name = _("changement d’année")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        year: dict[str, Any] = self.content.get("year", {})
        return _("Passage à %(year)s") % {"year": year.get("label", "")}

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_reversible(self) -> bool:
        """For a week from the day on which it takes effect."""
        since = self.settled_at or timezone.now()
        return not self.is_draft and timezone.now() <= since + REVERSIBLE

"""What the region knows of each school's schema."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InstalledApp(models.Model):
    """The ledger: which apps' tables a school's schema holds. Written in the transaction that makes them."""

    uai = models.CharField(max_length=8)
    app_label = models.CharField(max_length=60)
    installed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("application installée")
        constraints = [models.UniqueConstraint(fields=["uai", "app_label"], name="installed_app_once")]

    def __str__(self) -> str:
        return f"{self.uai} {self.app_label}"


class ProvisioningStep(models.Model):
    """One visible step of making a school; the last attempt of each is kept."""

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        RUNNING = "running", _("En cours")
        DONE = "done", _("Fait")
        FAILED = "failed", _("Échec")

    uai = models.CharField(max_length=8)
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120)
    label = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("étape de préparation")
        ordering = ("uai", "position")
        constraints = [models.UniqueConstraint(fields=["uai", "key"], name="provisioning_step_once")]

    def __str__(self) -> str:
        return f"{self.uai} {self.key}: {self.state}"

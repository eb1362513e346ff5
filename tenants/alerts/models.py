"""Alerts of the region, what was said after them, and how far each has come in each school."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.alerts.choices import TEXT_LENGTH, Kind, head_of


class Scope(models.TextChoices):
    ALL = "all", _("Toute la région")
    ACADEMIE = "academie", _("Une académie")
    DEPARTEMENT = "departement", _("Un département")
    SCHOOLS = "schools", _("Des établissements")


class RegionalAlert(models.Model):
    """One alert for many schools. `version` grows with each thing said: a school that has it all stands at the same.

    `key` comes with the form: pressed twice, it is one alert.
    """

    key = models.UUIDField(editable=False)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices)
    drill = models.BooleanField(_("exercice"), default=False)
    text = models.CharField(_("message"), max_length=TEXT_LENGTH)
    scope = models.CharField(_("portée"), max_length=12, choices=Scope.choices)
    # An académie, a département's code, or the UAI of the schools that were named
    values = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(_("par"), max_length=200, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("alerte régionale")
        verbose_name_plural = _("alertes régionales")
        ordering = ("-started_at", "-id")
        constraints = [models.UniqueConstraint(fields=["key"], name="regional_alert_once")]

    def __str__(self) -> str:
        return f"{self.head} – {self.get_kind_display()}"

    @property
    def head(self) -> str:
        return head_of(drill=self.drill)

    @property
    def is_active(self) -> bool:
        return self.ended_at is None


class RegionalNews(models.Model):
    """Something said in all its schools after the alert; `ends` for the words of its end."""

    alert = models.ForeignKey(RegionalAlert, on_delete=models.CASCADE, related_name="news")
    key = models.UUIDField(editable=False)
    text = models.CharField(_("message"), max_length=TEXT_LENGTH)
    ends = models.BooleanField(default=False)
    actor_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("suite d’une alerte régionale")
        ordering = ("at", "id")
        constraints = [models.UniqueConstraint(fields=["key"], name="regional_alert_news_once")]

    def __str__(self) -> str:
        return f"{self.text}"


class SchoolAlert(models.Model):
    """How far the alert has come in one school, and what its staff answered: counts, and nobody's name.

    `version` is what the school holds; behind the alert's own, it waits (or failed, and is tried again). `lease_until`
    is set while a worker has it: when that is over, the sweeper hands it out once more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        TOLD = "told", _("Prévenu")
        FAILED = "failed", _("En échec")
        SKIPPED = "skipped", _("Non ouvert")

    alert = models.ForeignKey(RegionalAlert, on_delete=models.CASCADE, related_name="schools")
    uai = models.CharField(_("UAI"), max_length=8)
    state = models.CharField(_("état"), max_length=7, choices=State.choices, default=State.WAITING)
    version = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    sentence = models.CharField(max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when its people were told of the start
    people = models.PositiveIntegerField(default=0)  # told in the app
    staff = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    classes = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)  # classes that somebody answered for
    missing = models.PositiveIntegerField(default=0)
    help = models.PositiveIntegerField(default=0)
    summed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("alerte dans un établissement")
        ordering = ("uai",)
        constraints = [models.UniqueConstraint(fields=["alert", "uai"], name="regional_alert_school_once")]
        indexes = [models.Index(fields=["alert", "state"], name="regional_alert_state")]

    def __str__(self) -> str:
        return f"{self.uai} ({self.state})"

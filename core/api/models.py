"""Tokens of the school's people, and the addresses that the school calls out to."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people.models import Person
from tenants.api.models import TokenBase


class AccessToken(TokenBase):
    """A token that acts for a person of this school, and of no other.

    `account_id` is the account that the person had: with another one, or none, the token opens nothing.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    account_id = models.BigIntegerField()

    class Meta(TokenBase.Meta):
        abstract = False


class Webhook(models.Model):
    """An address that is called when something of a chosen kind happens here.

    Its secret is derived (`core.api.signing`) from `salt`, so that a copy of the database signs nothing;
    `previous_salt` still signs until `previous_until`, while the other side changes over.
    """

    name = models.CharField(_("nom"), max_length=60)
    url = models.CharField(_("adresse"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=81), verbose_name=_("événements"), default=list)  # "news.published"
    salt = models.CharField(max_length=32, editable=False)
    previous_salt = models.CharField(max_length=32, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # When it first failed without having succeeded since
    failing_since = models.DateTimeField(null=True, editable=False)
    stopped_at = models.DateTimeField(_("arrêté le"), null=True, editable=False)

    class Meta:
        verbose_name = _("appel sortant")
        verbose_name_plural = _("appels sortants")
        ordering = ("name", "id")
        constraints = [models.UniqueConstraint(fields=["name"], name="webhook_name_once")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event for one address: tried until it is taken, or given up. No content is kept, of either side.

    `event_id` is the event of the outbox; empty for a test. `answers` are the statuses of the tries in order, 0 where
    no answer came; `reason` says why in the last case.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        TAKEN = "taken", _("reçu")
        FAILED = "failed", _("abandonné")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=81)
    key = models.CharField(max_length=120, blank=True)
    happened_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    answers = ArrayField(models.PositiveSmallIntegerField(), default=list)
    reason = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("envoi")
        verbose_name_plural = _("envois")
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["webhook", "event_id"], name="webhook_event_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="webhook_due"),
            models.Index(fields=["webhook", "-id"], name="webhook_log"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".strip()

    @property
    def attempts(self) -> int:
        return len(self.answers)

    @property
    def last_answer(self) -> int:
        """The last status, 0 when none came or none was tried."""
        return self.answers[-1] if self.answers else 0

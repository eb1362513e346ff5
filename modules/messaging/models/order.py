"""Rules, reports and suspensions, and what somebody has set for their own box."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.modules.deletion import cascade_if_installed, set_null_if_installed
from core.people.choices import Role
from core.people.models import Person
from modules.messaging.choices import Reach, ReportState, SuspensionScope
from modules.messaging.models.lengths import SIGNATURE_LENGTH
from modules.messaging.models.mail import Message


class Rule(models.Model):
    """How far people of one role may write to those of another. Without a row the school type's preset holds."""

    sender = models.CharField(max_length=20, choices=Role.choices)
    recipient = models.CharField(max_length=20, choices=Role.choices)
    reach = models.CharField(max_length=7, choices=Reach.choices)

    class Meta:
        verbose_name = _("règle d’écriture")
        constraints = [models.UniqueConstraint(fields=["sender", "recipient"], name="messaging_rule_once")]

    def __str__(self) -> str:
        return f"{self.sender} → {self.recipient}: {self.reach}"


class Correspondent(models.Model):
    """What somebody has set for their own box: signature, and the message that answers while they are away."""

    person = models.OneToOneField(Person, on_delete=cascade_if_installed, related_name="correspondent")
    signature = models.CharField(_("signature"), max_length=SIGNATURE_LENGTH, blank=True)
    away_from = models.DateField(_("absent du"), null=True, blank=True)
    away_until = models.DateField(_("au"), null=True, blank=True)  # that day included
    away_text = models.CharField(_("message d’absence"), max_length=SIGNATURE_LENGTH, blank=True)
    substitute = models.ForeignKey(
        Person, verbose_name=_("écrire plutôt à"), on_delete=set_null_if_installed, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    # Whom the absence message has answered already during this absence, by key.
    away_told = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("réglages de la messagerie")
        constraints = [
            models.CheckConstraint(
                condition=Q(away_from=None) | Q(away_until__gte=F("away_from")), name="messaging_away_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Block(models.Model):
    """`person` does not wish to be written to by `blocked` (pupils and guardians among themselves)."""

    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_blocks")
    blocked = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_blocked_by")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("correspondant bloqué")
        constraints = [models.UniqueConstraint(fields=["person", "blocked"], name="messaging_block_once")]

    def __str__(self) -> str:
        return f"{self.person_id} ✕ {self.blocked_id}"


class Report(models.Model):
    """A recipient found that a message should not have been sent."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="messages_reported")
    reason = models.CharField(_("motif"), max_length=500)
    state = models.CharField(max_length=9, choices=ReportState.choices, default=ReportState.OPEN)
    decision = models.CharField(_("suite donnée"), max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signalement")
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="messaging_report_once")]
        indexes = [models.Index(fields=["at"], condition=Q(state="open"), name="messaging_report_open")]

    def __str__(self) -> str:
        return f"{self.message_id} ({self.state})"


class Suspension(models.Model):
    """Nobody of these sends anything from `since` until `until` (or until it is ended by hand)."""

    scope = models.CharField(max_length=6, choices=SuspensionScope.choices)
    person = models.ForeignKey(Person, on_delete=cascade_if_installed, null=True, related_name="message_suspensions")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    reason = models.CharField(_("motif"), max_length=500)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    actor = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")

    class Meta:
        verbose_name = _("suspension")
        ordering = ("-since", "-id")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(scope="person", role="", person__isnull=False)
                    | Q(scope="role", person=None) & ~Q(role="")
                    | Q(scope="school", role="", person=None)
                ),
                name="messaging_suspension_one_scope",
            )
        ]
        indexes = [models.Index(fields=["scope"], condition=Q(ended_at=None), name="messaging_suspension_open")]

    def __str__(self) -> str:
        return f"{self.scope} {self.since:%Y-%m-%d}"

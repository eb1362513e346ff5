"""Archives that people asked for, requests to be erased, what the nightly job is about to erase, and consents."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.files.models import StoredFile
from core.jobs.models import Run
from core.people.models import Person
from tenants.work.models import State as WorkState

REASON_LENGTH = 1000
_OVER = (WorkState.FAILED, WorkState.INTERRUPTED, WorkState.CANCELLED)


class Archive(models.Model):
    """Everything the school holds about a person, being gathered or ready to be taken away by whoever asked."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        RUNNING = "running", _("en préparation")
        READY = "ready", _("prête")
        FAILED = "failed", _("interrompue")
        EXPIRED = "expired", _("effacée")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="data_archives")
    asked_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    state = models.CharField(_("état"), max_length=10, choices=State.choices, default=State.WAITING)
    # The work that gathers it: how far it is
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(_("disponible jusqu’au"), null=True)

    class Meta:
        verbose_name = _("archive de données personnelles")
        ordering = ("-asked_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "asked_by"],
                condition=Q(state__in=["waiting", "running"]),
                name="privacy_one_archive_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def is_under_way(self) -> bool:
        """Nobody called the work off, and its worker lives."""
        over = self.run is not None and self.run.state in _OVER
        return self.state in {self.State.WAITING, self.State.RUNNING} and not over

    def is_ready(self, now: datetime) -> bool:
        return self.state == self.State.READY and self.expires_at is not None and self.expires_at > now


class ErasureRequest(models.Model):
    """Somebody asks that a person's data be erased; the school decides. It keeps no name once that is done."""

    class State(models.TextChoices):
        WAITING = "waiting", _("à examiner")
        REFUSED = "refused", _("refusée")
        DONE = "done", _("acceptée")
        WITHDRAWN = "withdrawn", _("retirée")

    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="erasure_requests")
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    reason = models.CharField(_("motif"), max_length=REASON_LENGTH, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(_("décidée le"), null=True)
    answer = models.CharField(_("réponse"), max_length=REASON_LENGTH, blank=True)

    class Meta:
        verbose_name = _("demande d’effacement")
        ordering = ("-asked_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="waiting"), name="privacy_one_request_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.person or _("une personne effacée"))


class RetentionNotice(models.Model):
    """What the nightly job found past its time, and erases on `due_on` unless somebody holds it back.

    It erases what was over at `limit`, never what came to its end since: people read about all that goes.
    """

    model = models.CharField(_("données"), max_length=80)
    months = models.PositiveSmallIntegerField(_("mois"))
    limit = models.DateTimeField()
    rows = models.PositiveIntegerField(_("lignes"))
    found_at = models.DateTimeField(_("annoncé le"), default=timezone.now)
    due_on = models.DateField(_("effacement le"))
    held_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    held_because = models.CharField(_("motif"), max_length=REASON_LENGTH, blank=True)
    erased = models.PositiveIntegerField(_("effacées"), default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("effacement annoncé")
        ordering = ("-found_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["model"], condition=Q(ended_at=None), name="privacy_one_notice_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.model} ({self.rows})"

    @property
    def is_held(self) -> bool:
        return self.held_at is not None


class ConsentAnswer(models.Model):
    """One answer to one version of a text. Rows are only added: the last one holds, the others are its history."""

    class Answer(models.TextChoices):
        ASKED = "asked", _("demandé")
        GIVEN = "given", _("accordé")
        REFUSED = "refused", _("refusé")
        WITHDRAWN = "withdrawn", _("retiré")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consent_answers")
    # "news.portrait": the module, and its consent
    consent = models.CharField(max_length=81)
    version = models.PositiveSmallIntegerField(_("version du texte"))
    answer = models.CharField(_("réponse"), max_length=10, choices=Answer.choices)
    # Who answered: the person, or for a child a guardian; nobody for what was only asked.
    answered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("le"), default=timezone.now)

    class Meta:
        verbose_name = _("consentement")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["person", "consent", "-at"], name="privacy_consent_last")]

    def __str__(self) -> str:
        return f"{self.consent} {self.get_answer_display()}"

"""What works in the background: long works with their progress, scheduled jobs, and tasks that failed."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """INTERRUPTED: its worker was killed, or said nothing for too long."""

    WAITING = "waiting", _("En attente")
    RUNNING = "running", _("En cours")
    DONE = "done", _("Terminé")
    FAILED = "failed", _("En échec")
    INTERRUPTED = "interrupted", _("Interrompu")
    CANCELLED = "cancelled", _("Annulé")


OPEN = (State.WAITING, State.RUNNING)
BROKEN = (State.FAILED, State.INTERRUPTED)


class WorkBase(models.Model):
    """One long piece of work, as people follow it. Written by `tenants.work.tracking`, never with contents."""

    # What a person reads, without anybody's name: "Archive de données personnelles"
    label = models.CharField(_("travail"), max_length=200)
    # The Celery task, and the ids that it was sent with where it may be sent again
    task = models.CharField(max_length=120, blank=True)
    arguments = models.JSONField(default=list, blank=True)
    retryable = models.BooleanField(default=False)
    state = models.CharField(_("état"), max_length=11, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0: not known
    message = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # The kind of error, one sentence for people, and where in the code: never the error's own words
    error = models.CharField(max_length=80, blank=True)
    sentence = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=200, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.label} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_broken(self) -> bool:
        return self.state in BROKEN


class RegionalWork(WorkBase):
    """A long work of the region, about one school (`uai`) or many."""

    uai = models.CharField(max_length=8, blank=True)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(_("par"), max_length=200, blank=True)

    class Meta(WorkBase.Meta):
        verbose_name = _("travail de la région")
        verbose_name_plural = _("travaux de la région")
        indexes = [models.Index(fields=["state", "-created_at"], name="regional_work_state")]


class JobRun(models.Model):
    """How a scheduled job fared the last time, in one school, or for the region (`uai` empty)."""

    uai = models.CharField(max_length=8, blank=True)
    # "news.housekeeping", or the task's name for those of the region
    job = models.CharField(max_length=120)
    ran_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    ok = models.BooleanField(default=True)
    error = models.CharField(max_length=80, blank=True)
    failed_at = models.DateTimeField(null=True)  # the last time that it failed
    failures = models.PositiveIntegerField(default=0)  # in a row

    class Meta:
        verbose_name = _("tâche planifiée")
        verbose_name_plural = _("tâches planifiées")
        constraints = [models.UniqueConstraint(fields=["job", "uai"], name="job_run_once")]
        indexes = [models.Index(fields=["uai"], condition=models.Q(ok=False), name="job_run_failing")]

    def __str__(self) -> str:
        return f"{self.job} {self.uai}".strip()


class JobDay(models.Model):
    """A scheduled job over all schools on one day; kept for thirty days."""

    job = models.CharField(max_length=120)
    day = models.DateField()
    runs = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        verbose_name = _("bilan d’un jour")
        verbose_name_plural = _("bilans par jour")
        constraints = [models.UniqueConstraint(fields=["job", "day"], name="job_day_once")]

    def __str__(self) -> str:
        return f"{self.job} {self.day}: {self.runs}"


class TaskFailure(models.Model):
    """A background task that failed for good. What it was about is known only where it may be sent again."""

    task = models.CharField(max_length=120)
    uai = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=1)
    error = models.CharField(max_length=80)
    place = models.CharField(max_length=200, blank=True)
    retryable = models.BooleanField(default=False)
    arguments = models.JSONField(default=list, blank=True)
    retried_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("tâche en échec")
        verbose_name_plural = _("tâches en échec")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["-at"], name="task_failure_newest")]

    def __str__(self) -> str:
        return f"{self.task} {self.uai} {self.error}"

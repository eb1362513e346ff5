"""What the region knows of each school's schema."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InstalledApp(models.Model):
    """The ledger: which apps' tables a school's schema holds, and in which version.

    `version` is the hash of the migrations that the school has of this app (tenants.schemas.graph); it moves in
    the transaction that changes the tables. A school with an app in the state `failed` is in quarantine.
    """

    class State(models.TextChoices):
        READY = "ready", _("En place")
        FAILED = "failed", _("En échec")

    uai = models.CharField(max_length=8)
    app_label = models.CharField(max_length=60)
    version = models.CharField(max_length=16, default="")
    state = models.CharField(max_length=6, choices=State.choices, default=State.READY)
    # What went wrong, and in which migration; empty when nothing did
    migration = models.CharField(max_length=200, default="", blank=True)
    error = models.TextField(default="", blank=True)
    # Operations already done of a migration that cannot run in one transaction
    operations_done = models.PositiveSmallIntegerField(default=0)
    installed_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("application installée")
        constraints = [models.UniqueConstraint(fields=["uai", "app_label"], name="installed_app_once")]
        indexes = [
            models.Index(fields=["app_label", "version"], name="installed_app_version"),
            models.Index(fields=["uai"], condition=models.Q(state="failed"), name="installed_app_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.uai} {self.app_label} {self.version}"


class AppVersion(models.Model):
    """Which migrations stand behind a version: code that is older or newer than a school can tell what it has."""

    app_label = models.CharField(max_length=60)
    version = models.CharField(max_length=16)
    # Names of the migrations, in the order in which they are applied
    migrations = models.JSONField()

    class Meta:
        verbose_name = _("version d’application")
        constraints = [models.UniqueConstraint(fields=["app_label", "version"], name="app_version_once")]

    def __str__(self) -> str:
        return f"{self.app_label} {self.version}"


class Blueprint(models.Model):
    """The definition of one app's part of a school, captured from a template that Django migrated.

    `key` hashes everything that it depends on: the migrations' own text, those they stand on, Django and
    PostgreSQL. `content` is tenants.schemas.blueprint.definition.Definition as JSON; the last one captured for a
    version also rebuilds templates of that version, after the code has gone on.
    """

    app_label = models.CharField(max_length=60)
    version = models.CharField(max_length=16)
    key = models.CharField(max_length=64)
    content = models.JSONField()
    captured_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("plan d’application")
        constraints = [models.UniqueConstraint(fields=["app_label", "key"], name="blueprint_once")]
        indexes = [models.Index(fields=["app_label", "version"], name="blueprint_version")]

    def __str__(self) -> str:
        return f"{self.app_label} {self.version}"


class Spare(models.Model):
    """A schema made in advance, with its owner role of the same name, for a school that is in a hurry.

    `kit` hashes the apps, versions and first rows that it holds: it serves any school whose plan has the same.
    """

    schema_name = models.CharField(max_length=63)
    kit = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("espace de réserve")
        constraints = [models.UniqueConstraint(fields=["schema_name"], name="spare_once")]
        indexes = [models.Index(fields=["kit", "made_at"], name="spare_by_kit")]

    def __str__(self) -> str:
        return self.schema_name


class Upgrade(models.Model):
    """One bringing up to date of schools: from the console or the command line, one at a time.

    The work itself is what the ledger lacks; this row says who asked, how far it is, and takes the order to pause.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        RUNNING = "running", _("En cours")
        PAUSING = "pausing", _("Mise en pause")
        PAUSED = "paused", _("En pause")
        DONE = "done", _("Terminée")
        STOPPED = "stopped", _("Arrêtée")

    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    # "canary" while the first group runs, then "all"
    stage = models.CharField(max_length=8, default="", blank=True)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    # Schools whose tables were in use all along: untouched, to be taken again
    busy = models.PositiveIntegerField(default=0)
    # Why it stopped, in words
    reason = models.TextField(default="", blank=True)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(_("par"), max_length=200, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True)
    # Moves every few seconds while a process works on it
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mise à jour des établissements")
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(state__in=["waiting", "running", "pausing", "paused"]),
                name="upgrade_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.state} {self.done}/{self.total}"


class Tombstone(models.Model):
    """A school that was erased or replaced: its schema under another name, until it is destroyed for good.

    `public_rows` holds what else the region knew of it, as tenants.schemas.archive keeps it in a bundle.
    """

    class Cause(models.TextChoices):
        ERASED = "erased", _("Effacé")
        REPLACED = "replaced", _("Remplacé")

    uai = models.CharField(max_length=8)
    schema_name = models.CharField(max_length=63)
    cause = models.CharField(max_length=8, choices=Cause.choices)
    public_rows = models.JSONField(default=dict)
    actor_name = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(default=timezone.now)
    destroy_after = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("établissement effacé")
        ordering = ("-created_at", "-pk")
        constraints = [models.UniqueConstraint(fields=["schema_name"], name="tombstone_once")]

    def __str__(self) -> str:
        return f"{self.uai} {self.cause} {self.created_at:%Y-%m-%d}"


class ModulePurge(models.Model):
    """What a module holds in one school, to be destroyed on a day: asked for, called off, or done.

    A failed one keeps its error and is tried again the next day.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Prévue")
        FAILED = "failed", _("En échec")
        DONE = "done", _("Faite")
        CANCELLED = "cancelled", _("Annulée")

    uai = models.CharField(max_length=8)
    module = models.CharField(max_length=60)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    # Whether the region asked: only the region then calls it off, unless the module is switched on again
    by_region = models.BooleanField(default=False)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(max_length=200, default="", editable=False)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
    # {"rows": …, "files": …}: what was destroyed, counted just before
    lost = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("suppression du contenu d’un module")
        ordering = ("-asked_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["uai", "module"],
                condition=models.Q(state__in=["planned", "failed"]),
                name="module_purge_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=["planned", "failed"]), name="module_purge_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uai} {self.module} {self.state}"


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

"""Imports of the whole region: what was read, how each school fared, and which structure is which school."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RegionalImport(models.Model):
    """One source of the whole region. What it says of people goes to the schools; here are only numbers."""

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        READING = "reading", _("Lecture en cours")
        APPLYING = "applying", _("Répartition dans les établissements")
        DONE = "done", _("Terminé")
        REFUSED = "refused", _("Refusé")
        FAILED = "failed", _("En échec")
        CANCELLED = "cancelled", _("Abandonné")

    format = models.CharField(_("format"), max_length=12)
    label = models.CharField(_("fichier"), max_length=200)
    digest = models.CharField(max_length=64, blank=True)
    complete = models.BooleanField(_("complet"), default=True)
    state = models.CharField(_("état"), max_length=9, choices=State.choices, default=State.WAITING)
    sentence = models.CharField(max_length=400, blank=True)
    # {"confirm": bool, "dry_run": bool, "structures": {jointure: uai}}
    options = models.JSONField(default=dict)
    # {"read": {kind: n}, "remarks": {code: n}, "elsewhere": {structure key: people}}
    report = models.JSONField(default=dict)
    # Where the sent file and the parts of each school wait, within the folder of imports; empty once deleted
    folder = models.CharField(max_length=200, blank=True)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(_("par"), max_length=200, blank=True)
    # The long work (tenants.work) that reads and applies it
    work = models.BigIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("reçu le"), default=timezone.now)
    finished_at = models.DateTimeField(_("terminé le"), null=True)

    class Meta:
        verbose_name = _("import régional")
        verbose_name_plural = _("imports régionaux")
        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return self.label


class SchoolImport(models.Model):
    """How one school fared in it. A killed import goes on with those that wait."""

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        APPLIED = "applied", _("Appliqué")
        UNCHANGED = "unchanged", _("Sans changement")
        CONFIRM = "confirm", _("À confirmer")
        REFUSED = "refused", _("Refusé")
        FAILED = "failed", _("En échec")
        UNKNOWN = "unknown", _("Établissement inconnu")
        INACTIVE = "inactive", _("Établissement fermé")

    regional = models.ForeignKey(RegionalImport, on_delete=models.CASCADE, related_name="schools")
    # Empty for a structure that leads to no school
    uai = models.CharField(_("UAI"), max_length=8, blank=True)
    structures = models.JSONField(default=list)
    name = models.CharField(_("nom"), max_length=200, blank=True)
    state = models.CharField(_("état"), max_length=9, choices=State.choices, default=State.WAITING)
    people = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    sentence = models.CharField(max_length=400, blank=True)
    # The school's own row of it
    run = models.BigIntegerField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import d’un établissement")
        ordering = ("uai", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["regional", "uai"], condition=~models.Q(uai=""), name="regional_import_school_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uai} ({self.state})"


class StructureRoute(models.Model):
    """Which school a structure of a source is, where the source does not say it or says it wrongly."""

    # As in the keys of structures: "aaf.12" for the académie 12; empty stands for any
    space = models.CharField(_("académie"), max_length=20, blank=True)
    jointure = models.CharField(_("identifiant de structure"), max_length=40)
    uai = models.CharField(_("UAI"), max_length=8)
    # Told by a complete source rather than by somebody: it holds where a source says nothing, as deltas do
    learned = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("structure")
        ordering = ("space", "jointure")
        constraints = [models.UniqueConstraint(fields=["space", "jointure"], name="structure_route_once")]

    def __str__(self) -> str:
        return f"{self.space}:{self.jointure} → {self.uai}"

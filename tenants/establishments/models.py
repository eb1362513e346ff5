"""The region's establishments: the tenants, their hosts and their life."""

from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tenants.models import DomainMixin, TenantMixin


class SchoolType(models.TextChoices):
    ECOLE = "ecole", _("École")
    COLLEGE = "college", _("Collège")
    LYCEE = "lycee", _("Lycée")


class LyceeType(models.TextChoices):
    """`LEGT` general and technological, `LP` vocational, `LPO` both."""

    LEGT = "LEGT", _("Lycée général et technologique")
    LP = "LP", _("Lycée professionnel")
    LPO = "LPO", _("Lycée polyvalent")


class Sector(models.TextChoices):
    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Privé")


class Lifecycle(models.TextChoices):
    KNOWN = "known", _("Connu")
    PREPARING = "preparing", _("En préparation")
    ACTIVE = "active", _("Actif")
    SUSPENDED = "suspended", _("Suspendu")
    ARCHIVED = "archived", _("Archivé")


class Establishment(TenantMixin):
    """One school. Its natural key is the UAI, by which every other place refers to it.

    `schema_name` is derived from the UAI; the schema itself exists from `preparing` on.
    """

    auto_create_schema = False  # tenants.schemas.provisioning does, step by step
    auto_drop_schema = False

    uai = models.CharField(_("UAI"), max_length=8)
    # Without the parent's db_index, which would add a second index for LIKE.
    schema_name = models.CharField(max_length=63, editable=False)
    official_name = models.CharField(_("nom officiel"), max_length=200)
    display_name = models.CharField(_("nom affiché"), max_length=200)
    type = models.CharField(_("type"), max_length=10, choices=SchoolType.choices)
    lycee_type = models.CharField(_("type de lycée"), max_length=4, choices=LyceeType.choices, blank=True)
    sector = models.CharField(_("secteur"), max_length=10, choices=Sector.choices)
    commune_code = models.CharField(_("code INSEE de la commune"), max_length=5, blank=True)
    commune = models.CharField(_("commune"), max_length=100)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    departement_code = models.CharField(_("code du département"), max_length=3)
    departement = models.CharField(_("département"), max_length=60)
    academie = models.CharField(_("académie"), max_length=60)
    headcount = models.PositiveIntegerField(_("effectif"), null=True, blank=True)
    slug = models.CharField(_("sous-domaine"), max_length=63)
    accent_colour = models.CharField(_("couleur d’accent"), max_length=7, blank=True)
    lifecycle = models.CharField(
        _("état"), max_length=10, choices=Lifecycle.choices, default=Lifecycle.KNOWN, editable=False
    )
    lifecycle_since = models.DateTimeField(_("depuis"), default=timezone.now, editable=False)
    # Folded words of name, commune, codes and UAI (tenants.establishments.search), for the front door.
    search_text = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("établissement")
        verbose_name_plural = _("établissements")
        ordering = ("commune", "display_name", "uai")
        constraints = [
            models.UniqueConstraint(fields=["uai"], name="establishment_uai_unique"),
            models.UniqueConstraint(fields=["schema_name"], name="establishment_schema_unique"),
            models.UniqueConstraint(Lower("slug"), name="establishment_slug_unique"),
            models.CheckConstraint(
                condition=models.Q(schema_name__regex=r"^e_[0-9]{7}[a-z]$"), name="establishment_schema_form"
            ),
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
                name="establishment_slug_form",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.uai})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A plain row: the parent would look for the schema at every save."""
        models.Model.save(self, *args, **kwargs)

    @property
    def full_name(self) -> str:
        """The name with its commune, because 564 schools are called just "École primaire"."""
        if self.commune.casefold() in self.display_name.casefold():
            return self.display_name
        return f"{self.display_name}, {self.commune}"

    @property
    def is_active(self) -> bool:
        return self.lifecycle == Lifecycle.ACTIVE


class Domain(DomainMixin):
    """A further host name of a school: its own domain, or a former subdomain that keeps working."""

    domain = models.CharField(_("domaine"), max_length=253)
    tenant = models.ForeignKey(Establishment, on_delete=models.CASCADE, related_name="domains")
    is_primary = models.BooleanField(_("adresse principale"), default=False)

    class Meta:
        verbose_name = _("domaine")
        constraints = [
            models.UniqueConstraint(Lower("domain"), name="domain_unique"),
            models.UniqueConstraint(fields=["tenant"], condition=models.Q(is_primary=True), name="domain_one_primary"),
        ]

    def __str__(self) -> str:
        return self.domain

    def save(self, *args: Any, **kwargs: Any) -> None:
        models.Model.save(self, *args, **kwargs)


class ImportRun(models.Model):
    """One loading of a directory file from the console: analysed, shown, then applied or given up.

    The file, the difference (JSON) and the refused lines (CSV) lie in `folder`; the row says how far it is.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        ANALYSING = "analysing", _("Lecture du fichier")
        READY = "ready", _("À confirmer")
        APPLYING = "applying", _("Enregistrement")
        DONE = "done", _("Chargé")
        FAILED = "failed", _("Échec")
        CANCELLED = "cancelled", _("Abandonné")

    file_name = models.CharField(_("fichier"), max_length=200)
    size = models.PositiveBigIntegerField(_("taille, en octets"))
    state = models.CharField(_("état"), max_length=10, choices=State.choices, default=State.WAITING)
    lines_done = models.PositiveIntegerField(default=0)
    lines_total = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("à créer"), default=0)
    updated = models.PositiveIntegerField(_("à mettre à jour"), default=0)
    unchanged = models.PositiveIntegerField(_("inchangés"), default=0)
    refused = models.PositiveIntegerField(_("refusés"), default=0)
    # Of the difference that was shown: what is applied must be what was confirmed.
    fingerprint = models.CharField(max_length=64, blank=True)
    error = models.TextField(_("erreur"), blank=True)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(_("par"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("chargement de l’annuaire")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.file_name} ({self.state})"

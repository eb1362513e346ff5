"""People of a school and how they are related."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people.choices import Authority, Civility, Kinship, Role


class Person(models.Model):
    """A profile in this school. The account that signs in with it lives in public, without constraint."""

    account_id = models.BigIntegerField(null=True, blank=True, unique=True, editable=False)
    civility = models.CharField(_("civilité"), max_length=4, choices=Civility.choices, blank=True)
    first_name = models.CharField(_("prénom"), max_length=100)
    last_name = models.CharField(_("nom"), max_length=100)
    birth_name = models.CharField(_("nom de naissance"), max_length=100, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name=_("rôles"), default=list
    )
    # What staff do, in words for the directory: "CPE", "Gestionnaire", "Professeure documentaliste".
    function = models.CharField(_("fonction"), max_length=100, blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    other_phones = ArrayField(
        models.CharField(max_length=20), verbose_name=_("autres téléphones"), default=list, db_default=[], blank=True
    )
    # What a pupil's file says of meals and nights, in its own words: "DEMI-PENSIONNAIRE DANS L'ETABLISSEMENT"
    regime = models.CharField(_("régime"), max_length=60, blank=True, db_default="")
    # National codes of the subjects that a pupil studies: what groups by subject are made of
    studies = ArrayField(
        models.CharField(max_length=12), verbose_name=_("enseignements suivis"), default=list, db_default=[], blank=True
    )
    address = models.TextField(_("adresse postale"), max_length=300, blank=True)
    photo_id = models.UUIDField(null=True, blank=True, editable=False)
    # {"source": "identifier"}: AAF jointure prefixed by académie, INE, SIECLE id
    external_ids = models.JSONField(default=dict, blank=True, editable=False)
    # {"field": what the source last said of it}: corrected by hand, and kept against later imports
    corrections = models.JSONField(default=dict, db_default={}, blank=True, editable=False)
    # The same human's other profile, which took this one's place when the two were found to be one
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="merged", db_index=False
    )
    # Folded "last first birth" words, kept by the services, for the directory's search.
    search_text = models.CharField(max_length=400, blank=True, editable=False)
    # {"theme": "auto|light|dark", "comfort": bool}
    preferences = models.JSONField(default=dict, blank=True, editable=False)
    arrived_on = models.DateField(_("arrivée le"), null=True, blank=True)
    left_on = models.DateField(_("parti le"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("personne")
        ordering = ("last_name", "first_name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(arrived_on=None) | Q(left_on__gte=models.F("arrived_on")),
                name="person_leaves_after_arrival",
            )
        ]
        indexes = [models.Index(fields=["last_name", "first_name"], name="person_name")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def sort_name(self) -> str:
        return f"{self.last_name} {self.first_name}"

    def has_role(self, *roles: str) -> bool:
        return bool(set(roles) & set(self.roles))

    def is_present(self, on: date) -> bool:
        return (self.arrived_on is None or self.arrived_on <= on) and (
            self.left_on is None or on <= self.left_on
        )


class GuardianLink(models.Model):
    """A guardian's relation to a child, with what it entitles to and from when to when.

    `authority` follows AAF's `légal`; only LEGAL (and IN_CHARGE where the school says so) gives access to the
    child's data. Between separated parents each LEGAL one sees the child and never the other's address.
    It holds on every day from `starts_on` on and before `ends_on`: ended today, it is over today.
    """

    child = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardian_links")
    guardian = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="child_links")
    kinship = models.CharField(_("lien"), max_length=2, choices=Kinship.choices)
    authority = models.CharField(
        _("autorité"), max_length=1, choices=Authority.choices, default=Authority.LEGAL
    )
    # 1 is called first
    priority = models.PositiveSmallIntegerField(_("ordre d’appel"), default=1)
    pays = models.BooleanField(_("responsable financier"), default=False)
    is_contact = models.BooleanField(_("à contacter"), default=True)
    starts_on = models.DateField(_("à partir du"), null=True, blank=True)
    ends_on = models.DateField(_("prend fin le"), null=True, blank=True)
    # The import that keeps it ("aaf", "siecle"…); empty for what people of the school entered
    source = models.CharField(max_length=12, blank=True, db_default="", editable=False)
    corrections = models.JSONField(default=dict, db_default={}, blank=True, editable=False)

    class Meta:
        verbose_name = _("lien de responsabilité")
        ordering = ("child", "priority", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["child", "guardian"], condition=Q(ends_on=None), name="guardian_link_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(child=models.F("guardian")), name="guardian_link_not_self"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="guardian_link_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian} → {self.child}"

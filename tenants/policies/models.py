"""What the region asks of schools' modules, for all of them or a part."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """One rule on one module for the schools in its scope.

    The narrower scope wins over the wider (all, académie, département, type, school); at equal scope the newer.
    """

    class Effect(models.TextChoices):
        REQUIRE = "require", _("Imposer")
        ALLOW = "allow", _("Autoriser")
        FORBID = "forbid", _("Interdire")

    class Scope(models.TextChoices):
        ALL = "all", _("Toute la région")
        ACADEMIE = "academie", _("Une académie")
        DEPARTEMENT = "departement", _("Un département")
        TYPE = "type", _("Un type d’établissement")
        SCHOOL = "school", _("Un établissement")

    module = models.CharField(_("module"), max_length=40)
    scope = models.CharField(_("portée"), max_length=12, choices=Scope.choices, default=Scope.ALL)
    # The académie's name, the département's code, the type's value or the UAI; empty for all.
    scope_value = models.CharField(_("valeur"), max_length=60, blank=True)
    effect = models.CharField(_("règle"), max_length=8, choices=Effect.choices, default=Effect.ALLOW)
    # {"key": value}: defaults for the module's settings in these schools
    defaults = models.JSONField(default=dict, blank=True)
    # What the school cannot change: setting keys, or "enabled", "name", "roles", "grants", "notifications"
    locked = models.JSONField(default=list, blank=True)
    note = models.CharField(_("motif, affiché aux établissements"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("politique")
        verbose_name_plural = _("politiques")
        constraints = [
            models.UniqueConstraint(fields=["module", "scope", "scope_value"], name="policy_once_per_scope")
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.effect} {self.scope} {self.scope_value}".strip()

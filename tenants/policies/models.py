"""What the region asks of schools' modules, for all of them or a part."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """One rule on one module for the schools in its scope.

    The narrower scope wins over the wider: all, académie, département, type, school.
    """

    class Effect(models.TextChoices):
        """KEEP leaves the effect of wider policies as it is, and only adds defaults and locks."""

        REQUIRE = "require", _("Imposer")
        ALLOW = "allow", _("Autoriser")
        FORBID = "forbid", _("Interdire")
        KEEP = "keep", _("Régler seulement")

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
    # What the school cannot change: setting keys, or one of core.modules.state.LOCKABLE ("name", "roles"…)
    locked = models.JSONField(default=list, blank=True)
    note = models.CharField(_("motif, affiché aux établissements"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    # Raised by each change, so that two administrators who change the same policy at once are told.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("politique")
        verbose_name_plural = _("politiques")
        constraints = [models.UniqueConstraint(fields=["module", "scope", "scope_value"], name="policy_once_per_scope")]

    def __str__(self) -> str:
        return f"{self.module} {self.effect} {self.scope} {self.scope_value}".strip()


class EnabledModule(models.Model):
    """Which modules each school has chosen to switch on, for the region to count without entering schools.

    Kept by core.modules' services; the school's own ModuleChoice is the truth.
    """

    uai = models.CharField(max_length=8)
    module = models.CharField(max_length=40)
    enabled = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("module activé")
        verbose_name_plural = _("modules activés")
        constraints = [models.UniqueConstraint(fields=["uai", "module"], name="enabled_module_once")]
        indexes = [models.Index(fields=["module", "uai"], name="enabled_module_by_module")]

    def __str__(self) -> str:
        return f"{self.uai} {self.module}"


class PolicyChange(models.Model):
    """One change of a policy, kept so that it can be shown and undone.

    `before` and `after` are the policy's fields (`services.snapshot`), or null where it did not exist.
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_account_id = models.BigIntegerField(null=True, editable=False)
    actor_name = models.CharField(max_length=200, editable=False)
    module = models.CharField(max_length=40)
    scope = models.CharField(max_length=12, choices=Policy.Scope.choices)
    scope_value = models.CharField(max_length=60, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # How many schools it reached and changed when it was applied
    reached = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        verbose_name = _("changement de politique")
        verbose_name_plural = _("changements de politique")
        ordering = ("-at", "-id")
        indexes = [models.Index(fields=["module", "scope", "scope_value", "-id"], name="policy_change_of")]

    def __str__(self) -> str:
        return f"{self.module} {self.scope} {self.scope_value}".strip()


class Rollout(models.Model):
    """One school in which a required module's tables are still to be made, or were."""

    class State(models.TextChoices):
        WAITING = "waiting", _("En attente")
        DONE = "done", _("Fait")
        FAILED = "failed", _("Échec")

    uai = models.CharField(max_length=8)
    module = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("mise en place")
        verbose_name_plural = _("mises en place")
        ordering = ("module", "uai")
        constraints = [models.UniqueConstraint(fields=["uai", "module"], name="rollout_once")]
        indexes = [models.Index(fields=["module", "state"], name="rollout_by_state")]

    def __str__(self) -> str:
        return f"{self.module} {self.uai}: {self.state}"

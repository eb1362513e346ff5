"""What a school has chosen for each module. A missing row or an empty value means: as by default."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ModuleChoice(models.Model):
    """One module in this school. What finally applies also depends on the region (core.modules.state)."""

    slug = models.CharField(max_length=40)
    enabled = models.BooleanField(_("activé"), default=False)
    name = models.CharField(_("nom affiché"), max_length=40, blank=True)
    icon = models.CharField(_("icône"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    # Roles the module is open to; null means all that it serves.
    roles = ArrayField(models.CharField(max_length=20), verbose_name=_("ouvert à"), null=True, blank=True)
    # {"permission slug": ["role", …]}: where it differs from the manifest's defaults
    grants = models.JSONField(default=dict, blank=True)
    # {"key": value}: where it differs from the defaults
    settings = models.JSONField(default=dict, blank=True)
    # {"kind": {"rule": "off|default|forced|hidden", "channels": […], "importance": "…",
    #           "frequencies": {"channel": "…"}, "roles": {"role": ["channel", …]}}}: where it differs
    notifications = models.JSONField(default=dict, blank=True)
    # Raised by each change, so that two people who change the same module at once are told.
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("module de l’établissement")
        ordering = ("position", "slug")
        constraints = [models.UniqueConstraint(fields=["slug"], name="module_choice_once")]

    def __str__(self) -> str:
        return self.slug


class ChangeSet(models.Model):
    """One change of the school's modules as it was applied, kept so that it can be read and undone.

    `before` and `after` map a module's slug to the fields that changed (`core.modules.changes.FIELDS`);
    `lines` holds the difference in words as it was shown: [{"module", "what", "before", "after"}].
    """

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor = models.ForeignKey("people.Person", on_delete=models.SET_NULL, null=True, editable=False, related_name="+")
    modules = ArrayField(models.CharField(max_length=40), editable=False)
    before = models.JSONField(editable=False)
    after = models.JSONField(editable=False)
    lines = models.JSONField(editable=False)
    undoes = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="undone_by")

    class Meta:
        verbose_name = _("changement des modules")
        verbose_name_plural = _("changements des modules")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {', '.join(self.modules)}"

"""What a school has chosen for each module. A missing row or an empty value means: as by default."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
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
    # {"kind": {"rule": "off|default|forced|hidden", "channels": […], "importance": "…"}}
    notifications = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("module de l’établissement")
        ordering = ("position", "slug")
        constraints = [models.UniqueConstraint(fields=["slug"], name="module_choice_once")]

    def __str__(self) -> str:
        return self.slug

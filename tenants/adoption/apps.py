from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionalAdoptionConfig(AppConfig):
    name = "tenants.adoption"
    label = "regional_adoption"
    verbose_name = _("Usages de la région")

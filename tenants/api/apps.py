from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionalApiConfig(AppConfig):
    name = "tenants.api"
    label = "regional_api"
    verbose_name = _("Accès par programme à la région")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionalAlertsConfig(AppConfig):
    name = "tenants.alerts"
    label = "regional_alerts"
    verbose_name = _("Alertes de la région")

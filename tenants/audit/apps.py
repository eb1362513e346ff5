from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionalAuditConfig(AppConfig):
    name = "tenants.audit"
    label = "regional_audit"
    verbose_name = _("Journal de la région")

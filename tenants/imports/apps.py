from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionalImportsConfig(AppConfig):
    name = "tenants.imports"
    label = "regional_imports"
    verbose_name = _("Imports de la région")

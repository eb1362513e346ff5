from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PermissionsConfig(AppConfig):
    name = "core.permissions"
    label = "permissions"
    verbose_name = _("Droits")

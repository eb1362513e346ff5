from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionalWorkConfig(AppConfig):
    name = "tenants.work"
    label = "regional_work"
    verbose_name = _("Travaux de la région")

    def ready(self) -> None:
        """Listen to Celery."""
        from tenants.work import signals  # noqa: F401, PLC0415 -- needs the models

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "core.jobs"
    label = "jobs"
    verbose_name = _("Travaux")

    def ready(self) -> None:
        """Listen to Celery."""
        from core.jobs import receivers  # noqa: F401, PLC0415 -- needs the models

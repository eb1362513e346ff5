from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModulesConfig(AppConfig):
    name = "core.modules"
    label = "modules"
    verbose_name = _("Modules")

    def ready(self) -> None:
        from celery import current_app  # noqa: PLC0415 -- the manifests need the apps

        from core.modules import checks  # noqa: F401, PLC0415 -- registers the system checks
        from core.modules.jobs import beat_schedule  # noqa: PLC0415 -- as above

        current_app.conf.beat_schedule = {**current_app.conf.beat_schedule, **beat_schedule()}

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SchemasConfig(AppConfig):
    name = "tenants.schemas"
    label = "schemas"
    verbose_name = _("Schémas")

    def ready(self) -> None:
        from tenants.schemas import checks, pooling  # noqa: F401, PLC0415 -- they register system checks

        post_migrate.connect(_apply_grants, dispatch_uid="schemas.grants")


def _apply_grants(sender: Any, **kwargs: Any) -> None:
    # Once, after the last app: each app emits the signal.
    from django.apps import apps  # noqa: PLC0415 -- as above

    from tenants.schemas import grants  # noqa: PLC0415 -- needs the apps

    if sender is list(a for a in apps.get_app_configs() if a.models_module is not None)[-1]:
        grants.apply()

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "tenants.accounts"
    label = "accounts"
    verbose_name = _("Comptes")

    def ready(self) -> None:
        from tenants.accounts import receivers  # noqa: F401, PLC0415 -- connects once models are loaded

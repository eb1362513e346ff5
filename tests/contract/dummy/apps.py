from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DummyConfig(AppConfig):
    name = "tests.contract.dummy"
    label = "dummy"
    verbose_name = _("Cantine d’essai")

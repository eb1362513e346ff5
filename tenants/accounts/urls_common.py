"""What every host offers: signing in and out, a forgotten password, passing to another host.

allauth's views run in the regional context; each gets the guard that every address must bear.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, register_converter

from tenants.accounts.guards import open_to_all
from tenants.accounts.hosts import in_region
from tenants.accounts.views import activating, passage


class UaiConverter:
    regex = "[0-9]{7}[A-Za-z]"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


class ResetKeyConverter:
    """What allauth calls `uidb36-key`; its key holds no slash."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ShortConverter(ResetKeyConverter):
    regex = "[0-9A-Za-z]+"


register_converter(UaiConverter, "uai")
register_converter(ResetKeyConverter, "resetkey")
register_converter(ShortConverter, "base36")

urlpatterns = [
    path("connexion/", open_to_all(in_region(account.login)), name="account_login"),
    path("connexion/code/", open_to_all(in_region(mfa.authenticate)), name="mfa_authenticate"),
    path("connexion/cle/", open_to_all(in_region(passkeys.login_webauthn)), name="mfa_login_webauthn"),
    path(
        "connexion/compte-desactive/",
        open_to_all(in_region(account.account_inactive)),
        name="account_inactive",
    ),
    path("deconnexion/", open_to_all(in_region(account.logout)), name="account_logout"),
    path("mot-de-passe/oubli/", open_to_all(in_region(account.password_reset)), name="account_reset_password"),
    path(
        "mot-de-passe/oubli/envoye/",
        open_to_all(in_region(account.password_reset_done)),
        name="account_reset_password_done",
    ),
    path(
        "mot-de-passe/oubli/change/",
        open_to_all(in_region(account.password_reset_from_key_done)),
        name="account_reset_password_from_key_done",
    ),
    path(
        "mot-de-passe/oubli/<base36:uidb36>-<resetkey:key>/",
        open_to_all(in_region(account.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path("double-verification/requise/", passage.second_factor_needed, name="account_second_factor"),
    path("activer/", activating.start, name="account_activate"),
    path("activer/qui/", activating.who, name="account_activate_who"),
    path("activer/naissance/", activating.birth, name="account_activate_birth"),
    path("activer/choisir/", activating.choose, name="account_activate_choose"),
    path("activer/compte/", activating.own, name="account_activate_own"),
    path("activer/verification/", activating.factor, name="account_activate_factor"),
    path("activer/ajouter/", activating.mine, name="account_activate_mine"),
    path("entrer/", passage.enter, name="account_enter"),
    path("aller/<uai:uai>/", passage.go, name="account_go"),
]

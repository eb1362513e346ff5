"""The pages of an account at the front door."""

from collections.abc import Callable

from allauth.account import views as allauth_account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.http import HttpResponseBase
from django.urls import URLPattern, path

from tenants.accounts import urls_common
from tenants.accounts.guards import account_signed_in, open_to_all
from tenants.accounts.hosts import in_region
from tenants.accounts.views import account, joining


def _own(route: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
    """A page of the library about one's own account."""
    return path(route, account_signed_in(in_region(view)), name=name)


_FACTOR = "compte/double-verification/"

urlpatterns = [
    *urls_common.urlpatterns,
    path("compte/", account.home, name="account_home"),
    path("compte/sessions/", account.open_sessions, name="account_sessions"),
    path("compte/sessions/<int:pk>/fermer/", account.end_session, name="account_end_session"),
    path("compte/sessions/tout-fermer/", account.sign_out_everywhere, name="account_sign_out_everywhere"),
    path("compte/reunir/", joining.start, name="account_join"),
    path("compte/reunir/verification/", joining.factor, name="account_join_factor"),
    path("compte/reunir/confirmer/", joining.confirm, name="account_join_confirm"),
    path("compte/separer/<int:pk>/", joining.separate, name="account_separate"),
    _own("compte/mot-de-passe/", allauth_account.password_change, "account_change_password"),
    _own("compte/mot-de-passe/choisir/", allauth_account.password_set, "account_set_password"),
    _own("compte/adresse/", allauth_account.email, "account_email"),
    path(
        "compte/adresse/envoye/",
        open_to_all(in_region(allauth_account.email_verification_sent)),
        name="account_email_verification_sent",
    ),
    path(
        "compte/adresse/<str:key>/",
        open_to_all(in_region(allauth_account.confirm_email)),
        name="account_confirm_email",
    ),
    _own("compte/confirmer/", allauth_account.reauthenticate, "account_reauthenticate"),
    _own("compte/confirmer/code/", mfa.reauthenticate, "mfa_reauthenticate"),
    _own("compte/confirmer/cle/", passkeys.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    _own(_FACTOR, mfa.index, "mfa_index"),
    _own(f"{_FACTOR}application/", totp.activate_totp, "mfa_activate_totp"),
    _own(f"{_FACTOR}application/retirer/", totp.deactivate_totp, "mfa_deactivate_totp"),
    _own(f"{_FACTOR}codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _own(f"{_FACTOR}codes/nouveaux/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    _own(f"{_FACTOR}codes/telecharger/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    _own(f"{_FACTOR}cles/", passkeys.list_webauthn, "mfa_list_webauthn"),
    _own(f"{_FACTOR}cles/ajouter/", passkeys.add_webauthn, "mfa_add_webauthn"),
    _own(f"{_FACTOR}cles/<int:pk>/renommer/", passkeys.edit_webauthn, "mfa_edit_webauthn"),
    _own(f"{_FACTOR}cles/<int:pk>/retirer/", passkeys.remove_webauthn, "mfa_remove_webauthn"),
]

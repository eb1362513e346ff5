"""Where allauth's account flows meet two kinds of host."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.accounts import lockout, services, sessions, tasks
from tenants.accounts.addresses import address_of
from tenants.accounts.mail import KINDS
from tenants.accounts.models import Account
from tenants.accounts.selectors import is_member

_WRONG = _("L’identifiant ou le mot de passe ne convient pas.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: dict[str, str | Promise] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "email_password_mismatch": _WRONG,
        "account_inactive": _("Ce compte est désactivé."),
        "duplicate_email": _("C’est déjà l’adresse de votre compte."),
        "email_taken": _("Cette adresse est déjà celle d’un autre compte."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_code": _("Ce code ne convient pas. Vérifiez l’heure de votre appareil et réessayez."),
        "incorrect_password": _("Ce n’est pas votre mot de passe."),
        "invalid_password_reset": _("Ce lien n’est plus valable."),
        "too_many_login_attempts": _("Trop d’essais. Réessayez dans quelques minutes."),
        "rate_limited": _("Trop de demandes. Réessayez dans quelques minutes."),
        "same_as_current": _("C’est déjà la valeur actuelle."),
    }

    # --- Signing in ---------------------------------------------------------------------------------------
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: schools give accounts."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        typed = credentials.get("username") or credentials.get("email") or ""
        try:
            self._attempt = lockout.begin(typed, address_of(request))
        except lockout.Locked as error:
            raise ValidationError(lockout.sentence(error.seconds), code="too_many_login_attempts") from error

    def _rollback_login_failed_rl_usage(self) -> None:
        """allauth calls this when the password was right."""
        lockout.succeed(self._attempt)

    def pre_login(self, request: HttpRequest, user: Account, **details: Any) -> HttpResponse | None:
        """After the password and before the second factor: a stranger to the school goes no further."""
        if response := super().pre_login(request, user, **details):
            return response
        school = request.school  # type: ignore[attr-defined]
        if school is None or is_member(user, school.schema_name):
            return None
        request.session.flush()
        return HttpResponseRedirect(reverse("account_no_profile"))

    def login(self, request: HttpRequest, user: Account) -> None:
        records = get_authentication_records(request, user)
        super().login(request, user)
        passed = [record["at"] for record in records if record.get("method") == "mfa"]
        if passed:
            request.session[sessions.MFA_AT] = int(passed[-1])
            sessions.record(request, user)

    def logout(self, request: HttpRequest) -> None:
        sessions.forget(request)
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Before touching credentials, unless one has just signed in with them. A ticket is no such proof."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or time.time() - records[-1]["at"] > app_settings.REAUTHENTICATION_TIMEOUT

    # --- Credentials --------------------------------------------------------------------------------------
    def set_password(self, user: Account, password: str) -> None:
        services.set_password(account=user, password=password, actor=user)

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    # --- Where to go next ---------------------------------------------------------------------------------
    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("account_home" if self.request.user.is_authenticated else "account_login")

    # --- Mail ---------------------------------------------------------------------------------------------
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By a task, in our own words. What we have no words for is not sent."""
        kind = template_prefix.rpartition("/")[2]
        user = context.get("user") or getattr(self.request, "user", None)
        if kind in KINDS and user is not None:
            tasks.enqueue(
                tasks.send_mail,
                kind=kind,
                to=email,
                login=user.get_username(),
                url=context.get("activate_url", ""),
            )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Account,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

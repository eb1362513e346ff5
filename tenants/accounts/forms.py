"""allauth's forms in plain French: a label above each field, the right autocomplete, no placeholder."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tenants.accounts import tasks
from tenants.accounts.hosts import host_schema

PASSWORD_HELP = _(
    "Au moins 10\u00a0caractères. Trois ou quatre mots au hasard font un bon mot de passe\u00a0; "
    "évitez votre nom et les suites connues."
)


def _dress(form: forms.Form, **labels: Any) -> None:
    """Give fields their label, and take away placeholders, which vanish when they are needed."""
    for name, label in labels.items():
        form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self,
            login=_("Identifiant ou adresse électronique"),
            password=_("Mot de passe"),
            remember=_("Rester connecté sur cet appareil"),
        )
        self.fields["login"].max_length = 254
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "maxlength": 254,
        }  # fmt: skip
        self.fields["password"].help_text = ""
        self.fields["remember"].help_text = _("Pas sur un ordinateur partagé.")

    def user_credentials(self) -> dict[str, Any]:
        """One name, whatever it is: tenants.accounts.backends tells a login from an address."""
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class ForgottenForm(account.ResetPasswordForm):
    """Answers in the same time whether the address is known or not: looking for it is left to a task."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, email=_("Adresse électronique de votre compte"))

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        origin = f"{request.scheme}://{request.get_host()}"
        tasks.enqueue(tasks.send_reset_link, email=email, schema=host_schema(), origin=origin)
        return email


class _NewPassword(forms.Form):
    """What the forms that choose a password share."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, password1=_("Nouveau mot de passe"), password2=_("Le même, encore une fois"))
        self.fields["password1"].help_text = PASSWORD_HELP

    def add_error(self, field: str | None, error: Any) -> None:
        if field == "password2":
            error = _("Les deux mots de passe ne sont pas identiques.")
        super().add_error(field, error)


class NewPasswordForm(_NewPassword, account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, oldpassword=_("Mot de passe actuel"))
        self.fields["oldpassword"].help_text = ""


class FirstPasswordForm(_NewPassword, account.SetPasswordForm):
    """For an account that has signed in without a password until now."""


class ResetForm(_NewPassword, account.ResetPasswordKeyForm):
    """Reached by the link of a reset mail."""


class ConfirmPasswordForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, password=_("Mot de passe"))
        self.fields["password"].help_text = ""


class NewAddressForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, email=_("Nouvelle adresse électronique"))


def _dress_code(form: forms.Form, label: Any) -> None:
    _dress(form, code=label)
    form.fields["code"].max_length = 20  # type: ignore[attr-defined]
    form.fields["code"].widget.attrs |= {
        "autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 20, "class": "short",
    }  # fmt: skip


class CodeForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_code(self, _("Code"))
        self.fields["code"].help_text = _("Les 6\u00a0chiffres de votre application, ou un code de secours.")


class ConfirmCodeForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_code(self, _("Code"))
        self.fields["code"].help_text = _("Les 6\u00a0chiffres de votre application, ou un code de secours.")


class ActivateApplicationForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress_code(self, _("Code affiché par l’application"))


class NewPasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(
            self,
            name=_("Nom de la clé"),
            passwordless=_("Me connecter avec cette clé seule, sans mot de passe"),
        )
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.fields["name"].help_text = _(
            "Pour la reconnaître\u00a0: «\u00a0Téléphone\u00a0», «\u00a0Clé du bureau\u00a0»…"
        )
        self.fields["passwordless"].help_text = _("L’appareil demandera votre empreinte, votre visage ou un code.")

    def clean_name(self) -> str:
        return str(super().clean_name())[:60]


class RenamePasskeyForm(EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self, name=_("Nom de la clé"))
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"])[:60]

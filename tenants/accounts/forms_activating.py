"""The forms behind the code of a letter, and of proving an account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.accounts.forms import PASSWORD_HELP

_LOGIN = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class OneTimeCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Douze lettres et chiffres, sur votre courrier ou votre courriel. Majuscules ou minuscules."),
        error_messages={"required": _("Écrivez le code de votre courrier.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false",
                "class": "account-code",
            }
        ),
    )  # fmt: skip


class BirthForm(forms.Form):
    birth_date = forms.DateField(
        label=_("Date de naissance"),
        error_messages={
            "required": _("Indiquez votre date de naissance."),
            "invalid": _("Écrivez une date, comme 03/05/2014."),
        },
        widget=forms.DateInput(attrs={"autocomplete": "bday"}),
    )


class NewPasswordByCodeForm(forms.Form):
    password1 = forms.CharField(
        label=_("Nouveau mot de passe"),
        strip=False,
        max_length=500,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Le même, encore une fois"),
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if {"password1", "password2"} <= values.keys() and values["password1"] != values["password2"]:
            self.add_error("password2", _("Les deux mots de passe ne sont pas identiques."))
        return values


class ChosenAccountForm(NewPasswordByCodeForm):
    field_order = ["login", "password1", "password2", "email"]

    login = forms.CharField(
        label=_("Identifiant"),
        max_length=80,
        help_text=_("Ce nom vous servira à vous connecter. Vous pouvez en choisir un autre."),
        widget=forms.TextInput(attrs=_LOGIN),
    )
    email = forms.EmailField(
        label=_("Adresse électronique"),
        required=False,
        help_text=_("Pour retrouver vous-même un mot de passe perdu. Un lien de confirmation y est envoyé."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Mot de passe")


class OwnAccountForm(forms.Form):
    """An account that one has already: to sign in with, or to prove that it is one's own."""

    login = forms.CharField(
        label=_("Identifiant ou adresse électronique"), max_length=254, widget=forms.TextInput(attrs=_LOGIN)
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

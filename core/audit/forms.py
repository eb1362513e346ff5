"""The filters of the journal; they live in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.audit import words


def _choices() -> list[Any]:
    return [("", _("Toutes")), *words.actions()]


class JournalFilters(forms.Form):
    """Names are French because they show in the address. `cible` comes from links, not from a field."""

    qui = forms.CharField(label=_("Qui"), max_length=100, required=False)
    objet = forms.CharField(label=_("Objet"), max_length=100, required=False)
    action = forms.ChoiceField(label=_("Action"), choices=_choices, required=False)
    du = forms.DateField(label=_("Du"), required=False)
    au = forms.DateField(label=_("Au"), required=False)
    cible = forms.CharField(max_length=130, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("du") and values.get("au") and values["au"] < values["du"]:
            self.add_error("au", _("Choisissez une date qui suit la première."))
        return values

    def filters(self) -> dict[str, Any]:
        """What `selectors.filtered` takes; fields in error are left out."""
        names = {"qui": "who", "objet": "what", "du": "since", "au": "until", "cible": "target"}
        return {names.get(key, key): value for key, value in self.chosen().items()}

    def chosen(self) -> dict[str, Any]:
        """What was filled in and is right, under the names of the fields."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}

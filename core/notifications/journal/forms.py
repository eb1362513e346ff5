"""The filters of the delivery log; they live in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.notifications import rules
from core.notifications.journal import selectors


def kind_label(code: str) -> str:
    """« Une actualité vous est adressée »; the code itself for a kind that no manifest knows any more."""
    kind = rules.kind_of(code)
    return str(kind.label) if kind else code


def _kinds() -> list[tuple[str, Any]]:
    return [("", _("Tous")), *((code, kind_label(code)) for code in selectors.kinds_told())]


class JournalFilters(forms.Form):
    """Names are French because they show in the address."""

    type = forms.ChoiceField(label=_("Type"), choices=_kinds, required=False)
    du = forms.DateField(label=_("Du"), required=False)
    au = forms.DateField(label=_("Au"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("du") and values.get("au") and values["au"] < values["du"]:
            self.add_error("au", _("Choisissez une date qui suit la première."))
        return values

    def filters(self) -> dict[str, Any]:
        """What `selectors.filtered` takes; fields in error are left out."""
        names = {"type": "kind", "du": "since", "au": "until"}
        return {names[key]: value for key, value in self.chosen().items()}

    def chosen(self) -> dict[str, Any]:
        """What was filled in and is right, under the names of the fields."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}

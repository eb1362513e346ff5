"""The filters of the region's pages of uses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UseFilters(forms.Form):
    q = forms.CharField(label=_("Module"), required=False, max_length=60)
    departement = forms.ChoiceField(label=_("Département"), required=False)

    def __init__(self, *args: Any, departements: list[tuple[str, str]], searches: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not searches:
            del self.fields["q"]
        self.fields["departement"].choices = [("", _("Tous")), *departements]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """What is asked for; a wrong value asks for nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

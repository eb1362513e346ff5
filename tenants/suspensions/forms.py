"""Where the messaging is suspended, why, and until when."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.establishments.models import Establishment
from tenants.policies.scopes import Part
from tenants.suspensions.models import REASON_LENGTH, RegionalSuspension

Scope = RegionalSuspension.Scope


class SuspensionForm(forms.Form):
    """Only the field that the chosen scope needs counts."""

    scope = forms.ChoiceField(label=_("Où"), widget=forms.RadioSelect)
    academie = forms.ChoiceField(label=_("Académie"), required=False)
    departement = forms.ChoiceField(label=_("Département"), required=False)
    schools = forms.CharField(
        label=_("Établissements"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Leurs UAI, par exemple 0670079Z, séparés par des espaces ou des retours à la ligne."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Motif"), max_length=REASON_LENGTH, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Affiché à tous dans ces établissements."),
    )  # fmt: skip
    until = forms.DateTimeField(
        label=_("Jusqu’au"), required=False, help_text=_("Sans date, la suspension dure jusqu’à ce que vous la leviez.")
    )

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = Establishment.objects.filter(part.q()).order_by()
        academies = schools.values_list("academie", flat=True).distinct()
        if not part.whole:
            academies = academies.filter(academie__in=part.academies)
        departements = schools.values_list("departement_code", "departement").distinct()
        self._choose("scope", [(kind.value, kind.label) for kind in offered(part)])
        self._choose("academie", [("", "—"), *((name, name) for name in sorted(academies))])
        self._choose("departement", [("", "—"), *sorted(departements, key=lambda row: row[0])])

    def _choose(self, name: str, choices: Any) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The arguments of `services.suspend`. Call it on a valid form."""
        given = self.cleaned_data
        scope = given["scope"]
        return {
            "scope": scope,
            "value": given.get(scope, "") if scope in {Scope.ACADEMIE, Scope.DEPARTEMENT} else "",
            "uais": re.findall(r"[0-9A-Z]+", given["schools"].upper()) if scope == Scope.SCHOOLS else [],
            "reason": given["reason"],
            "until": given["until"],
        }


def offered(part: Part) -> list[Scope]:
    """The kinds of scope that an administrator of this part may use."""
    if part.whole:
        return list(Scope)
    return [*([Scope.ACADEMIE] if part.academies else []), Scope.DEPARTEMENT, Scope.SCHOOLS]

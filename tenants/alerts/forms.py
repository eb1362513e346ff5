"""What a regional administrator types: the words, and the part of the region that they are for."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.alerts.choices import TEXT_LENGTH, Kind
from tenants.alerts.models import Scope
from tenants.alerts.scopes import NAMED, uais_in
from tenants.alerts.services import Draft
from tenants.establishments.models import Establishment
from tenants.policies.scopes import Part


class Keyed(forms.Form):
    """Carries the key by which what is sent twice is done once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": TEXT_LENGTH}),
        help_text=gettext_lazy("160 caractères au plus\u00a0: il part aussi par SMS là où l’établissement en envoie."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())


class AlertForm(Keyed):
    """A new alert, within the part that the administrator answers for."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Nature"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.SHELTER
    )
    drill = forms.BooleanField(
        label=gettext_lazy("C’est un exercice"),
        required=False,
        help_text=gettext_lazy("«\u00a0EXERCICE\u00a0» est alors le premier mot de chaque message et de chaque page."),
    )
    scope = forms.ChoiceField(label=gettext_lazy("Pour"), choices=Scope.choices, widget=forms.RadioSelect)
    academie = forms.ChoiceField(label=gettext_lazy("Académie"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    uais = forms.CharField(
        label=gettext_lazy("UAI des établissements"), required=False, max_length=NAMED * 20,
        widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("Par exemple 0670079Z 0680001A."),
    )  # fmt: skip

    field_order = ("kind", "text", "drill", "scope", "academie", "departement", "uais", "key")

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        schools = Establishment.objects.filter(part.q()).order_by()
        academies = schools.values_list("academie", flat=True).distinct()
        if not part.whole:
            academies = academies.filter(academie__in=part.academies)
        departements = schools.values_list("departement_code", "departement").distinct()
        self._choose("academie", [("", "—"), *((name, name) for name in sorted(academies))])
        self._choose("departement", [("", "—"), *sorted(departements, key=lambda row: row[0])])
        offered = [pair for pair in Scope.choices if part.whole or pair[0] != Scope.ALL]
        self._choose("scope", offered)
        self.initial.setdefault("scope", offered[-1][0])

    def _choose(self, name: str, choices: Any) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        wanted = {Scope.ACADEMIE: "academie", Scope.DEPARTEMENT: "departement", Scope.SCHOOLS: "uais"}
        name = wanted.get(given.get("scope", ""))
        if name == "uais" and not uais_in(given.get("uais", "")):
            self.add_error("uais", _("Donnez au moins un UAI\u00a0: sept chiffres et une lettre."))
        elif name and not given.get(name):
            self.add_error(name, _("Choisissez dans la liste."))
        return given

    def draft(self) -> Draft:
        """Call it on a valid form."""
        given = self.cleaned_data
        values: dict[str, tuple[str, ...]] = {
            Scope.ACADEMIE: (given["academie"],),
            Scope.DEPARTEMENT: (given["departement"],),
            Scope.SCHOOLS: tuple(uais_in(given["uais"])),
        }
        return Draft(
            kind=given["kind"], text=given["text"], drill=given["drill"], scope=given["scope"],
            values=values.get(given["scope"], ()),
        )  # fmt: skip


class NewsForm(Keyed):
    """More for the same schools, or the last word."""

"""What the pages of imports ask for. They check shapes; the services check the rest."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.imports.neutral import Format
from core.people.models import Person
from core.ui.widgets import Choice, MultipleFileField

FORMATS = [
    ("", Choice(_("Reconnaître le fichier"), _("Préau dit ce qu’il a reconnu avant que rien ne change."))),
    (Format.AAF, Choice(_("AAF"), _("L’annuaire de l’académie, complet ou différentiel\u00a0: zip, tar.gz ou XML."))),
    (Format.SIECLE, Choice(_("SIECLE"), _("Élèves, responsables et structures\u00a0: envoyez les fichiers ensemble."))),
    (Format.STS, Choice(_("STS"), _("L’export descendant sts_emp…\u00a0: enseignants, services, groupes."))),
    (Format.ONDE, Choice(_("ONDE"), _("Élèves et responsables des écoles\u00a0: les deux fichiers CSV ensemble."))),
    (Format.TABLE, Choice(_("Tableau"), _("CSV ou Excel\u00a0: vous dites ensuite ce que contient chaque colonne."))),
]


class SendForm(forms.Form):
    """The files, and what they are where people know it."""

    sent = MultipleFileField(label=_("Fichiers"), help_text=_("Tels que vous les avez reçus, sans les ouvrir."))
    format = forms.ChoiceField(label=_("Ce que c’est"), required=False, choices=FORMATS, widget=forms.RadioSelect)


class ConfirmForm(forms.Form):
    """Applying; `confirmed` where the import would remove more than it should without anybody saying so."""

    confirmed = forms.BooleanField(label=_("Oui, ces personnes doivent être retirées"), required=False)


class MergeForm(forms.Form):
    """The profile that joins another one."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        error_messages={"required": _("Choisissez une fiche."), "invalid_choice": _("Choisissez dans la liste.")},
    )

    def __init__(self, *args: Any, candidates: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = candidates  # type: ignore[attr-defined]


class ColumnsForm(forms.Form):
    """What each column of a table holds; fields are `c0`, `c1`… in the table's order."""

    def __init__(self, *args: Any, headers: Sequence[str], fields: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers = list(headers)
        choices = [("", _("Ne pas importer")), *fields]
        for number, header in enumerate(self.headers):
            self.fields[f"c{number}"] = forms.ChoiceField(
                label=header or _("Colonne %(n)s") % {"n": number + 1}, required=False, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        chosen = [value for value in given.values() if value]
        for name, value in list(given.items()):
            if value and chosen.count(value) > 1:
                self.add_error(name, _("Une autre colonne contient déjà cela\u00a0: choisissez laquelle."))
        return given

    def mapping(self) -> dict[str, str]:
        """{header: field} of the columns that are taken."""
        pairs = ((header, self.cleaned_data.get(f"c{n}", "")) for n, header in enumerate(self.headers))
        return {header: value for header, value in pairs if value}

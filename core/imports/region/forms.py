"""What the console asks for: files, a structure's school, a confirmation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.imports.forms import FORMATS
from core.imports.neutral import Format
from core.ui.widgets import MultipleFileField


class SendForm(forms.Form):
    """The State's files: tables of one school are that school's."""

    sent = MultipleFileField(label=_("Fichiers"), help_text=_("L’archive de l’académie, telle que vous l’avez reçue."))
    format = forms.ChoiceField(
        label=_("Ce que c’est"),
        required=False,
        choices=[pair for pair in FORMATS if pair[0] in ("", Format.AAF)],
        widget=forms.RadioSelect,
    )


class ApplyForm(forms.Form):
    confirmed = forms.BooleanField(
        label=_("Aussi dans les établissements où beaucoup de personnes seraient retirées"), required=False
    )


class RouteForm(forms.Form):
    """Which school a structure is."""

    structure = forms.CharField(
        label=_("Structure"), max_length=60, help_text=_("Son identifiant dans l’annuaire de l’académie, comme 52003.")
    )
    uai = forms.CharField(label=_("UAI de l’établissement"), max_length=8, help_text=_("Comme 0671234A."))

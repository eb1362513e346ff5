"""The forms of the front door and the console."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.errors import DomainError
from tenants.establishments import selectors
from tenants.establishments.models import Establishment, Lifecycle, LyceeType, SchoolType, Sector
from tenants.schemas.status import Standing

_ANY = [("", _("Tous"))]


def add_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Put a service's refusal beside the fields it names, else on top."""
    known = {name: text for name, text in error.fields.items() if name in form.fields}
    for name, text in known.items():
        form.add_error(name, text)
    if not known:
        form.add_error(None, str(error.message))


class EstablishmentFilters(forms.Form):
    """What narrows the list of establishments; lives in the address."""

    q = forms.CharField(label=_("Recherche"), required=False, max_length=100)
    type = forms.ChoiceField(label=_("Type"), required=False, choices=[*_ANY, *SchoolType.choices])
    departement = forms.ChoiceField(label=_("Département"), required=False)
    academie = forms.ChoiceField(label=_("Académie"), required=False)
    sector = forms.ChoiceField(label=_("Secteur"), required=False, choices=[*_ANY, *Sector.choices])
    state = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[*_ANY, *Lifecycle.choices, ("failed", _("Préparation échouée"))],
    )

    def __init__(self, *args: Any, schools: QuerySet[Establishment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = selectors.departements(schools)
        names = selectors.academies(schools)
        self.fields["departement"].choices = [*_ANY, *places]  # type: ignore[attr-defined]
        self.fields["academie"].choices = [*_ANY, *((name, name) for name in names)]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The values that are sound; nonsense in the address narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class VersionFilters(forms.Form):
    """What narrows the list of versions; lives in the address."""

    q = forms.CharField(label=_("Nom, commune ou UAI"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[("", _("À suivre")), *Standing.choices, ("all", _("Tous"))],
    )

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PurgeForm(forms.Form):
    """Typing a module's name before what it holds is destroyed."""

    name = forms.CharField(label=_("Nom du module"), max_length=80)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = gettext("Écrivez «\u00a0%(name)s\u00a0» pour confirmer.") % {"name": name}
        self.fields["name"].help_text = said
        self.fields["name"].widget.attrs["autocomplete"] = "off"


class RegisterForm(forms.Form):
    """One school, added by hand. Field names are the directory's."""

    uai = forms.CharField(label=_("UAI"), max_length=20, help_text=_("Sept chiffres et une lettre."))
    name = forms.CharField(label=_("Nom officiel"), max_length=200)
    type = forms.ChoiceField(label=_("Type"), choices=SchoolType.choices)
    lycee_type = forms.ChoiceField(
        label=_("Type de lycée"), required=False, choices=[("", _("Sans objet")), *LyceeType.choices]
    )
    sector = forms.ChoiceField(label=_("Secteur"), choices=Sector.choices)
    commune = forms.CharField(label=_("Commune"), max_length=100)
    postal_code = forms.CharField(label=_("Code postal"), max_length=5, required=False)
    headcount = forms.CharField(label=_("Nombre d’élèves"), max_length=10, required=False)


class SlugForm(forms.Form):
    slug = forms.CharField(
        label=_("Adresse"),
        max_length=63,
        help_text=_(
            "Des lettres sans accent, des chiffres et des tirets. L’adresse actuelle fonctionnera toujours."
        ),
    )


class DomainForm(forms.Form):
    domain = forms.CharField(
        label=_("Domaine de l’établissement"),
        max_length=253,
        help_text=_("Par exemple college.example.fr. L’établissement le fait pointer vers Préau."),
    )


class DirectoryForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier de l’annuaire"),
        help_text=_("Un fichier CSV\u00a0: celui de la région, ou l’annuaire de l’éducation du ministère."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.ui_kind = "drop"


class JournalFilters(forms.Form):
    q = forms.CharField(label=_("Objet, UAI ou compte"), required=False, max_length=100)
    action = forms.ChoiceField(label=_("Action"), required=False)
    since = forms.DateField(label=_("Depuis le"), required=False, widget=forms.DateInput)
    until = forms.DateField(label=_("Jusqu’au"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, actions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("Toutes")), *actions]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

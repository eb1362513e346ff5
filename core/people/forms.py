"""The forms of the directory. They check shapes; the services check the rest."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people import rules
from core.people.choices import Role
from core.people.models import GuardianLink, Person
from core.people.records import version_of
from core.ui.widgets import Switch

# The fields that each group of details opens
DETAILS = {
    rules.CONTACT: ("email", "phone"),
    rules.BIRTH: ("birth_name", "birth_date"),
    rules.ADDRESS: ("address",),
}


class Versioned(forms.Form):
    """Carries what the reader saw, so that nobody overwrites what another one has just changed."""

    version = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)

    def show(self, row: Any) -> None:
        self.initial["version"] = version_of(row)

    @property
    def seen(self) -> str | None:
        """The version to hand to the service."""
        return self.cleaned_data.get("version") or ""

    def values(self) -> dict[str, Any]:
        """What was filled in, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PersonForm(Versioned, forms.ModelForm):
    """The record, with those details only that its editor may see."""

    field_order = ["roles", "civility", "first_name", "last_name"]

    class Meta:
        model = Person
        fields = [
            "civility", "first_name", "last_name", "birth_name", "birth_date", "function", "email", "phone",
            "address", "arrived_on",
        ]  # fmt: skip
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "function": _("Pour le personnel\u00a0: «\u00a0CPE\u00a0», «\u00a0Gestionnaire\u00a0»…")
        }

    def __init__(self, *args: Any, details: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group, names in DETAILS.items():
            if group not in details:
                for name in names:
                    del self.fields[name]
        name_empty_choice(self.fields["civility"], _("Non précisée"))
        if self.instance.pk:
            self.show(self.instance)

    def _post_clean(self) -> None:
        """The service checks the record as a whole; here it would be done twice."""


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {"required": _("Choisissez au moins un rôle.")})
        super().__init__(label=_("Rôles"), choices=Role.choices, **kwargs)


class NewPersonForm(PersonForm):
    roles = RolesField()


class RolesForm(Versioned):
    roles = RolesField()


class DepartureForm(Versioned):
    on = forms.DateField(label=_("Dernier jour"), help_text=_("Aujourd’hui ou un jour passé."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())


def name_empty_choice(field: Any, label: Any) -> None:
    """Words in place of the dashes that stand for « nothing chosen »."""
    field.choices = [("", label), *(choice for choice in field.choices if choice[0] != "")]


class GuardianForm(Versioned, forms.ModelForm):
    """A link between a child and a guardian."""

    class Meta:
        model = GuardianLink
        fields = ["kinship", "authority", "priority", "starts_on", "ends_on", "is_contact", "pays"]
        widgets = {"priority": forms.NumberInput(attrs={"min": 1, "max": 20})}
        help_texts = {
            "priority": _("1 est appelé en premier."),
            "authority": _("Seul un responsable légal voit toujours le dossier de l’enfant."),
            "ends_on": _("À partir de ce jour, le lien ne donne plus aucun accès."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_empty_choice(self.fields["kinship"], _("Choisir"))
        if self.instance.pk:
            self.show(self.instance)

    def _post_clean(self) -> None:
        """The service checks the link as a whole."""


class NewGuardianForm(GuardianForm):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Responsable"),
        error_messages={
            "required": _("Choisissez une personne dans la liste."),
            "invalid_choice": _("Choisissez une personne dans la liste."),
        },
    )

    def __init__(self, *args: Any, candidates: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = candidates  # type: ignore[attr-defined]


class NewAccountForm(forms.Form):
    login = forms.CharField(
        label=_("Identifiant"), max_length=80, help_text=_("Lettres sans accent, chiffres, point et tiret.")
    )
    email = forms.EmailField(
        label=_("Adresse électronique"), required=False,
        help_text=_("Son titulaire la confirmera\u00a0: elle sert à retrouver un mot de passe perdu."),
    )  # fmt: skip


class ExistingAccountForm(forms.Form):
    login = forms.CharField(
        label=_("Identifiant actuel"), max_length=80,
        help_text=_("Celui que cette personne utilise déjà dans un autre établissement de la région."),
    )  # fmt: skip


class OwnContactForm(Versioned, forms.ModelForm):
    class Meta:
        model = Person
        fields = ["email", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.show(self.instance)

    def _post_clean(self) -> None:
        """The service checks."""


class PreferencesForm(forms.Form):
    theme = forms.ChoiceField(
        label=_("Apparence"),
        widget=forms.RadioSelect,
        choices=[("auto", _("Comme l’appareil")), ("light", _("Claire")), ("dark", _("Sombre"))],
        error_messages={
            "required": _("Choisissez une apparence."),
            "invalid_choice": _("Ce choix n’existe pas."),
        },
    )
    comfort = forms.BooleanField(
        label=_("Confort de lecture"),
        required=False,
        widget=Switch,
        help_text=_("Une police aux lettres bien distinctes et un texte plus aéré."),
    )

"""What each action on several people asks for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people.bulk import GIVEN_TO_MANY, Action
from core.structure.models import Group, SchoolClass
from core.structure.selectors import current_year


class ClassForm(forms.Form):
    school_class = forms.ModelChoiceField(
        label=_("Classe"), queryset=SchoolClass.objects.none(), empty_label=_("Choisir")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school_class"]
        field.queryset = SchoolClass.objects.filter(year=current_year()).select_related("year")


class GroupForm(forms.Form):
    group = forms.ModelChoiceField(label=_("Groupe"), queryset=Group.objects.none(), empty_label=_("Choisir"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["group"]
        field.queryset = Group.objects.filter(year=current_year()).select_related("year")


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Rôle"),
        choices=[(role.value, role.label) for role in GIVEN_TO_MANY],
        help_text=_("La direction et les référents sont nommés un par un, depuis leur fiche."),
    )


class AwayForm(forms.Form):
    on = forms.DateField(label=_("Dernier jour"), help_text=_("Aujourd’hui ou un jour passé."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Le dernier jour ne peut pas être dans l’avenir."))
        return day


_FORMS = {"class": ClassForm, "group": GroupForm, "ungroup": GroupForm, "role": RoleForm, "departure": AwayForm}


def form_for(action: Action, data: Any = None) -> forms.Form:
    return _FORMS[action.slug](data)

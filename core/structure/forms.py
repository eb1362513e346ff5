"""The forms of the structure. They check shapes; the services check the rest."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.people.forms import Versioned
from core.people.models import Person
from core.structure.models import Closure, Group, Period, Room, SchoolClass, SchoolYear, Subject, TeachingService

_CHOOSE = {
    "required": _("Choisissez dans la liste."),
    "invalid_choice": _("Choisissez dans la liste."),
    "invalid_pk_value": _("Choisissez dans la liste."),
}


class RowForm(Versioned, forms.ModelForm):
    """A form over a row: the service checks it as a whole."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.show(self.instance)

    def _post_clean(self) -> None:
        """The service does it, once."""


class YearForm(RowForm):
    class Meta:
        model = SchoolYear
        fields = ["label", "starts_on", "ends_on"]
        help_texts = {"label": _("Par exemple 2026-2027.")}


class PeriodForm(RowForm):
    class Meta:
        model = Period
        fields = ["number", "name", "starts_on", "ends_on"]
        help_texts = {"number": _("1 pour la première période de l’année.")}


class ClosureForm(RowForm):
    class Meta:
        model = Closure
        fields = ["name", "starts_on", "ends_on"]
        help_texts = {"name": _("Par exemple Journée pédagogique.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False
        self.fields["ends_on"].help_text = _("Le même jour si vous ne dites rien.")


class SubjectForm(RowForm):
    class Meta:
        model = Subject
        fields = ["name", "short_name", "code"]
        help_texts = {"code": _("Le code national de la matière, si vous l’avez.")}


class RoomForm(RowForm):
    class Meta:
        model = Room
        fields = ["name", "building", "capacity"]


class ClassForm(RowForm):
    class Meta:
        model = SchoolClass
        fields = ["name", "level"]
        help_texts = {"name": _("Par exemple 6e B."), "level": _("Par exemple Sixième.")}


class GroupForm(RowForm):
    classes = forms.ModelMultipleChoiceField(
        SchoolClass.objects.none(),
        label=_("Classes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_CHOOSE,
    )

    class Meta:
        model = Group
        fields = ["name", "subject", "classes"]

    def __init__(self, *args: Any, year: SchoolYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["classes"].queryset = year.classes.all()  # type: ignore[attr-defined]


class RuleForm(Versioned):
    """Who is in a group by itself; the choices are what the year's pupils have."""

    levels = forms.MultipleChoiceField(
        label=_("Niveaux"), required=False, widget=forms.CheckboxSelectMultiple, error_messages=_CHOOSE
    )
    classes = forms.TypedMultipleChoiceField(
        label=_("Classes"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple, error_messages=_CHOOSE
    )
    studies = forms.MultipleChoiceField(
        label=_("Enseignements suivis"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_CHOOSE,
        help_text=_("Suivre l’un d’eux suffit."),
    )

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[Any, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, pairs in choices.items():
            self.fields[name].choices = pairs  # type: ignore[attr-defined]
        for name in [name for name, pairs in choices.items() if not pairs]:
            del self.fields[name]


class PeopleForm(forms.Form):
    """Several people out of a list, and the day it begins."""

    person = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=_("Élèves"),
        error_messages={**_CHOOSE, "required": _("Choisissez au moins une personne.")},
    )
    starts_on = forms.DateField(
        label=_("À partir du"), required=False, help_text=_("Aujourd’hui si vous ne dites rien.")
    )

    def __init__(self, *args: Any, candidates: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = candidates  # type: ignore[attr-defined]


class _OnePerson(forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Enseignant"),
        error_messages={**_CHOOSE, "required": _("Choisissez une personne.")},
    )

    def __init__(self, *args: Any, candidates: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = candidates  # type: ignore[attr-defined]


class MainTeacherForm(_OnePerson):
    starts_on = forms.DateField(
        label=_("À partir du"), required=False, help_text=_("Aujourd’hui si vous ne dites rien.")
    )


class NewServiceForm(_OnePerson):
    subject = forms.ModelChoiceField(Subject.objects.all(), label=_("Matière"), error_messages=_CHOOSE)
    starts_on = forms.DateField(
        label=_("Depuis le"),
        required=False,
        help_text=_("Le début de l’année scolaire si vous ne dites rien."),
    )
    ends_on = forms.DateField(
        label=_("Jusqu’au"), required=False, help_text=_("La fin de l’année scolaire si vous ne dites rien.")
    )


class ServiceForm(RowForm):
    class Meta:
        model = TeachingService
        fields = ["subject", "starts_on", "ends_on"]
        labels = {"subject": _("Matière")}


class SubstitutionForm(_OnePerson):
    starts_on = forms.DateField(label=_("Premier jour"))
    ends_on = forms.DateField(label=_("Dernier jour"))


class EndForm(Versioned):
    last_day = forms.DateField(
        label=_("Dernier jour"),
        required=False,
        help_text=_("Hier si vous ne dites rien\u00a0: la fin est immédiate."),
    )

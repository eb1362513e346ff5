"""What people type in an emergency: little, with everything proposed."""

from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.alerts.choices import Audience
from core.alerts.models import WORD_LENGTH, Alert, Answer
from core.alerts.services import Draft, Given
from core.people.models import Person
from core.people.web import number_in
from core.permissions.viewer import Viewer
from core.structure.models import SchoolClass
from core.structure.selectors import current_year, pupils_of_class
from core.ui.widgets import Switch
from tenants.alerts.choices import TEXT_LENGTH, Kind


class Keyed(forms.Form):
    """Carries the key by which what is sent twice is done once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())


def _text(label: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": rows, "maxlength": TEXT_LENGTH})
    )


class LaunchForm(Keyed):
    """A new alert. `active`: others that last; sending another then takes a word."""

    kind = forms.ChoiceField(choices=Kind.choices, widget=forms.HiddenInput)
    drill = forms.BooleanField(
        label=gettext_lazy("C’est un exercice"),
        required=False,
        widget=Switch,
        help_text=gettext_lazy("«\u00a0EXERCICE\u00a0» est alors le premier mot de chaque message et de chaque page."),
    )
    text = _text(gettext_lazy("Consigne"))
    audience = forms.ChoiceField(
        label=gettext_lazy("Pour"), choices=Audience.choices, widget=forms.RadioSelect, initial=Audience.EVERYONE
    )
    classes: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Classes"), required=False, queryset=None, widget=forms.CheckboxSelectMultiple
    )
    despite = forms.BooleanField(
        label=gettext_lazy("C’est une autre alerte\u00a0: les deux seront en cours"), required=False
    )

    def __init__(self, viewer: Viewer, *args: Any, active: list[Alert], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = SchoolClass.objects.filter(year=current_year()).order_by("name", "pk")
        self._field("classes").queryset = classes
        if not active:
            del self.fields["despite"]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def draft(self) -> Draft:
        """Call it on a valid form."""
        given = self.cleaned_data
        return Draft(
            kind=given["kind"], text=given["text"], drill=given["drill"], audience=given["audience"],
            classes=tuple(one.pk for one in given["classes"]),
        )  # fmt: skip


def draft_in(data: QueryDict, fallback: Draft) -> Draft:
    """What is being written, half done as it may be: for the preview."""
    kind, audience = data.get("kind", ""), data.get("audience", "")
    return Draft(
        kind=kind if kind in Kind.values else fallback.kind,
        text=data.get("text", fallback.text)[:TEXT_LENGTH].replace("\x00", ""),
        drill=bool(data.get("drill")),
        audience=audience if audience in Audience.values else fallback.audience,
        classes=tuple(pk for one in data.getlist("classes")[:500] if (pk := number_in(one)) is not None),
    )


class SayForm(Keyed):
    """More for the same people."""

    text = _text(gettext_lazy("Suite à donner à tous"), rows=2)


class EndForm(Keyed):
    """The last word."""

    text = _text(gettext_lazy("Dernier message à tous"), rows=2)

    def __init__(self, *args: Any, alert: Alert, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        over = _("Fin de l’exercice. Merci à tous.") if alert.drill else _("Fin de l’alerte. Reprenez vos activités.")
        self.initial.setdefault("text", over)


class AnswerForm(Keyed):
    """Safe, with a class or without. `school_class` is chosen before: its list is what is ticked from."""

    present = forms.IntegerField(
        label=gettext_lazy("Élèves avec vous"), required=False, min_value=0, max_value=999,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    missing: Any = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Manquent"), required=False, queryset=None, widget=forms.CheckboxSelectMultiple
    )
    needs_help = forms.BooleanField(
        label=gettext_lazy("J’ai besoin d’aide"),
        required=False,
        widget=Switch,
        help_text=gettext_lazy("La direction et la vie scolaire sont prévenues aussitôt."),
    )
    word = forms.CharField(
        label=gettext_lazy("Précision"), max_length=WORD_LENGTH, required=False,
        help_text=gettext_lazy("Où vous êtes, ce qu’il faut savoir."),
    )  # fmt: skip

    def __init__(self, *args: Any, school_class: SchoolClass | None, earlier: Answer | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school_class = school_class
        if school_class is None:
            del self.fields["present"], self.fields["missing"]
        else:
            self._list(school_class, earlier)
        if earlier is not None:
            self.initial.update(needs_help=earlier.needs_help, word=earlier.word)

    def _list(self, school_class: SchoolClass, earlier: Answer | None) -> None:
        pupils = pupils_of_class(school_class)
        field: Any = self.fields["missing"]
        field.queryset = pupils
        field.label_from_instance = _name_of
        self.expected = expected = pupils.count()
        self.fields["present"].help_text = _("Sur %(n)s. Cochez qui manque\u00a0: le nombre suit.") % {"n": expected}
        if earlier is not None and earlier.school_class_id == school_class.pk:
            self.initial.update(present=earlier.present, missing=earlier.missing)
        else:
            self.initial["present"] = expected

    def given(self) -> Given:
        """Call it on a valid form."""
        found = self.cleaned_data
        return Given(
            school_class=self.school_class,
            present=self._present(),
            missing=tuple(person.pk for person in found.get("missing") or ()),
            needs_help=found["needs_help"],
            word=found["word"],
        )

    def _present(self) -> int | None:
        """What was typed; the number that was proposed follows who is ticked and unticked (the service caps it)."""
        value: int | None = self.cleaned_data.get("present")
        if value is None or "present" in self.changed_data:
            return value
        now = {person.pk for person in self.cleaned_data["missing"]}
        return min(value + len(set(self.initial.get("missing", ())) - now), self.expected)


def _name_of(person: Person) -> str:
    return person.sort_name

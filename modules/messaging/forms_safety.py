"""The forms of what keeps the messagerie safe."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.people.choices import Role
from core.people.models import Person
from modules.messaging.choices import SuspensionScope
from modules.messaging.models import SIGNATURE_LENGTH

_REASON = 500


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ReportForm(forms.Form):
    reason = forms.CharField(
        label=_("Ce qui ne va pas"), max_length=_REASON, widget=_lines(4),
        help_text=_("Les personnes chargées de la modération lisent ce mot et le message\u00a0; l’expéditeur, non."),
    )  # fmt: skip


class WordForm(forms.Form):
    """A word that goes with a decision, and stays in the school."""

    word = forms.CharField(label=_("Suite donnée"), max_length=_REASON, required=False, widget=_lines(2))


class SendBackForm(forms.Form):
    word = forms.CharField(
        label=_("Ce que l’auteur doit revoir"), max_length=400, widget=_lines(3),
        help_text=_("Il le lit, corrige et envoie de nouveau."),
    )  # fmt: skip


class SuspensionForm(forms.Form):
    """`person` comes from the address, and is then the only scope."""

    scope = forms.ChoiceField(
        label=_("Qui n’envoie plus"), widget=forms.RadioSelect,
        choices=[(SuspensionScope.ROLE.value, _("Un rôle")), (SuspensionScope.SCHOOL.value, _("Tout le monde"))],
    )  # fmt: skip
    role = forms.ChoiceField(label=_("Rôle"), required=False, choices=[("", "—"), *Role.choices])
    reason = forms.CharField(
        label=_("Motif"), max_length=_REASON, widget=_lines(2), help_text=_("Affiché aux personnes concernées.")
    )
    until = forms.DateTimeField(
        label=_("Jusqu’au"), required=False, help_text=_("Sans date, la suspension dure jusqu’à ce que vous la leviez.")
    )

    def __init__(self, *args: Any, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person is not None:
            del self.fields["scope"], self.fields["role"]

    def wanted(self) -> dict[str, Any]:
        """The arguments of `suspensions.suspend`. Call it on a valid form."""
        given = self.cleaned_data
        scope = SuspensionScope.PERSON.value if self.person else given["scope"]
        role = given.get("role", "") if scope == SuspensionScope.ROLE else ""
        return {
            "scope": scope, "person": self.person, "role": role, "reason": given["reason"], "until": given["until"]
        }  # fmt: skip


class PurgeForm(forms.Form):
    since = forms.DateTimeField(label=_("Messages envoyés depuis le"))
    until = forms.DateTimeField(label=_("jusqu’au"))
    reason = forms.CharField(
        label=_("Motif"), max_length=_REASON, widget=_lines(2), help_text=_("Inscrit au journal de l’établissement.")
    )
    suspend = forms.BooleanField(label=_("Suspendre aussi ses envois"), required=False, initial=True)


class AbsenceForm(forms.Form):
    away_from = forms.DateField(label=_("Absent du"))
    away_until = forms.DateField(label=_("au"), help_text=_("Ce jour compris."))
    away_text = forms.CharField(
        label=_("Message d’absence"), max_length=SIGNATURE_LENGTH, widget=_lines(4),
        help_text=_("Envoyé une fois à chaque personne qui vous écrit pendant ces dates."),
    )  # fmt: skip
    substitute = forms.ModelChoiceField(
        label=_("Écrire plutôt à"), queryset=Person.objects.none(), required=False, empty_label=_("Personne")
    )

    def __init__(self, *args: Any, substitutes: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = substitutes  # type: ignore[attr-defined]

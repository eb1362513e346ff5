"""Filters of lists, as they stand in the address. What makes no sense is left out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from modules.liaison.choices import NoteKind, Outcome, Status, WordKind


class NotesFilter(forms.Form):
    """The filters of the list of notes, as they stand in the address. What makes no sense is left out."""

    etat = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[("", _("Tous")), *((s.value, s.label) for s in Status if s != Status.DISCARDED)],
    )
    nature = forms.ChoiceField(
        label=_("Nature"), required=False, choices=[("", _("Toutes")), *NoteKind.choices]
    )
    auteur = forms.ChoiceField(label=_("Auteur"), required=False, choices=[("", _("Moi")), ("tous", _("Tous"))])

    def __init__(self, *args: Any, manages: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not manages:
            del self.fields["auteur"]

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        typed = self.cleaned_data
        return {
            "status": typed.get("etat", ""),
            "kind": typed.get("nature", ""),
            "everyone": typed.get("auteur") == "tous",
        }


class BoardFilter(forms.Form):
    etat = forms.ChoiceField(label=_("Réponse"), required=False, choices=[("", _("Toutes")), *Outcome.choices])
    classe = forms.TypedChoiceField(label=_("Classe"), required=False, coerce=int, empty_value=None)

    def __init__(self, classes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["classe"]
        field.choices = [("", _("Toutes")), *classes]
        if len(classes) < 2:
            del self.fields["classe"]

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        return {"outcome": self.cleaned_data.get("etat", ""), "school_class": self.cleaned_data.get("classe")}


class DeskFilter(forms.Form):
    """Families' words: what matter, what day, what class, treated or not."""

    motif = forms.ChoiceField(label=_("Motif"), required=False, choices=[("", _("Tous")), *WordKind.choices])
    jour = forms.DateField(label=_("Jour"), required=False)
    classe: Any = forms.ModelChoiceField(label=_("Classe"), required=False, queryset=None, empty_label=_("Toutes"))
    etat = forms.ChoiceField(
        label=_("État"), required=False, choices=[("", _("À traiter")), ("traites", _("Traités"))]
    )

    def __init__(self, classes: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["classe"]
        field.queryset = classes

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        typed = self.cleaned_data
        place = typed.get("classe")
        return {
            "kind": typed.get("motif", ""),
            "day": typed.get("jour"),
            "school_class": place.pk if place else None,
            "settled": typed.get("etat") == "traites",
        }

"""Forms of what families answer and write, and of what the school enters and decides."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.files.models import Kind
from core.files.types import accept
from core.people.models import Person
from core.ui.widgets import Choice as Labelled
from core.ui.widgets import FileDrop, MultipleFileDrop, MultipleFileField
from modules.liaison import rules, selectors
from modules.liaison.choices import ACKNOWLEDGED, DECISIONS, Answer, NoteKind, WordKind
from modules.liaison.models import WORD_LENGTH, Note
from modules.liaison.selectors.family import Item, euros, slot_in_words
from modules.liaison.services import (
    Reply,
    WordContent,
)


class ReplyForm(forms.Form):
    """A guardian's answer for one child; the button that is pressed says which."""

    answer = forms.ChoiceField(choices=[(one.value, one.label) for one in Answer if one], widget=forms.HiddenInput)
    choice = forms.TypedChoiceField(
        label=_("Votre choix"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    slot = forms.TypedChoiceField(
        label=_("Votre créneau"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    word = forms.CharField(
        label=_("Un mot pour l’établissement"),
        max_length=WORD_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nécessaire pour refuser."),
    )

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        mine = item.mine
        initial = {"choice": mine.choice_id, "slot": mine.slot_id, "word": mine.word} if mine else {}
        kwargs |= {"initial": initial, "auto_id": f"id_{item.copy.pk}_%s"}
        super().__init__(*args, **kwargs)
        note = item.note
        choice, slot = self._field("choice"), self._field("slot")
        choice.choices = [(one.pk, _choice_label(one)) for one in note.choices.all()]
        if not choice.choices:
            del self.fields["choice"]
        if note.kind != NoteKind.APPOINTMENT:
            del self.fields["slot"]
            return
        # A slot that is taken meanwhile is no slip of the form: the service says what happened.
        bound = bool(args and args[0])
        slot.choices = [
            (free.slot.pk, Labelled(slot_in_words(free.slot), _left(free)))
            for free in selectors.slots_for(item)
            if free.may_be_chosen or bound
        ]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def reply(self) -> Reply:
        typed = self.cleaned_data
        return Reply(
            answer=typed["answer"], choice=typed.get("choice"), slot=typed.get("slot"), word=typed.get("word", "")
        )


def _choice_label(choice: Any) -> str:
    return f"{choice.label} — {euros(choice.amount)}" if choice.amount is not None else str(choice.label)


def _left(free: Any) -> Any:
    if free.mine:
        return _("Votre créneau actuel")
    return _("Encore %(count)d places") % {"count": free.free} if free.slot.places > 1 else ""


class PaperForm(forms.Form):
    file = forms.FileField(
        label=_("Votre document"),
        widget=FileDrop(attrs={"accept": accept(Kind.DOCUMENT)}),
        help_text=_("Une photo lisible suffit."),
    )

    def __init__(self, item: Item, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = f"id_{item.copy.pk}_%s"
        super().__init__(*args, **kwargs)


class WordForm(forms.Form):
    """A guardian's word to the school."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    child: Any = forms.ModelChoiceField(
        label=_("Pour"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )
    kind = forms.ChoiceField(label=_("Motif"), choices=WordKind.choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label=_("Jour"))
    ends_on = forms.DateField(
        label=_("Jusqu’au"), required=False, help_text=_("Pour plusieurs jours. Ce jour est compris.")
    )
    from_time = forms.TimeField(
        label=_("À partir de"), required=False, help_text=_("Sortie ou absence\u00a0: l’heure du départ.")
    )
    to_time = forms.TimeField(
        label=_("Jusqu’à"), required=False, help_text=_("Retard\u00a0: l’heure d’arrivée prévue.")
    )
    text = forms.CharField(
        label=_("Votre mot"),
        max_length=WORD_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Inutile de donner des détails de santé\u00a0: un certificat peut être joint."),
    )
    documents = MultipleFileField(
        label=_("Pièces jointes"),
        required=False,
        widget=MultipleFileDrop(attrs={"accept": accept(Kind.DOCUMENT)}),
        help_text=_("Trois fichiers au plus. Vous et ceux qui traitent votre mot les lisent, personne d’autre."),
    )

    def __init__(self, children: list[Person], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        child: Any = self.fields["child"]
        child.queryset = Person.objects.filter(pk__in=[one.pk for one in children]).order_by("first_name", "pk")
        child.label_from_instance = lambda one: one.first_name if len(children) > 1 else one.full_name

    def content(self) -> WordContent:
        typed = self.cleaned_data
        return WordContent(
            kind=typed["kind"],
            starts_on=typed["starts_on"],
            ends_on=typed["ends_on"],
            from_time=typed["from_time"],
            to_time=typed["to_time"],
            text=typed["text"],
        )


class TreatForm(forms.Form):
    """What the school answers; the button that is pressed says what is decided."""

    decision = forms.ChoiceField(
        choices=[(one.value, one.label) for one in DECISIONS], widget=forms.HiddenInput
    )
    reply = forms.CharField(
        label=_("Réponse à la famille"),
        max_length=WORD_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nécessaire pour refuser ou répondre."),
    )
    together = forms.BooleanField(label=_("Traiter aussi le mot de l’autre responsable"), required=False)

    def __init__(self, *args: Any, has_same: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_same:
            del self.fields["together"]


class RecordForm(forms.Form):
    """An answer that a family gave on paper."""

    guardian = forms.TypedChoiceField(
        label=_("Qui a répondu"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    answer = forms.ChoiceField(label=_("Réponse"), required=False, widget=forms.RadioSelect)
    choice = forms.TypedChoiceField(
        label=_("Formule"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    slot = forms.TypedChoiceField(label=_("Créneau"), coerce=int, empty_value=None, required=False)
    word = forms.CharField(
        label=_("Ce que la famille a écrit"),
        max_length=WORD_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nécessaire pour un refus."),
    )
    paper_in_hand = forms.BooleanField(label=_("Document rendu sur papier"), required=False)

    def __init__(self, note: Note, guardians: list[Person], *args: Any, slots: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.note = note
        self._offer("guardian", [(one.pk, one.full_name) for one in guardians])
        self._offer("choice", [(one.pk, _choice_label(one)) for one in note.choices.all()])
        self._offer("slot", [("", "—"), *slots] if note.kind == NoteKind.APPOINTMENT else [])
        if note.kind in ACKNOWLEDGED:
            self._offer("answer", [("read", _("A pris connaissance"))])
            del self.fields["word"]
        else:
            self._offer("answer", [(one.value, one.label) for one in rules.answers_to(note.kind)])
        if not note.paper:
            del self.fields["paper_in_hand"]

    def _offer(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        if not choices:
            del self.fields[name]

    def reply(self) -> Reply | None:
        typed = self.cleaned_data
        said = typed.get("answer")
        if not said:
            return None
        return Reply(
            answer="" if said == "read" else said,
            choice=typed.get("choice"),
            slot=typed.get("slot"),
            word=typed.get("word", ""),
        )

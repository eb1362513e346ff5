"""What people type. Forms check shapes; services decide."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.files.models import Kind
from core.files.types import accept
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.ui.widgets import Choice as Labelled
from core.ui.widgets import FileDrop, MultipleFileDrop, MultipleFileField, RichTextField, Switch
from modules.liaison import rules, selectors
from modules.liaison.choices import ACKNOWLEDGED, DECISIONS, Answer, Needed, NoteKind, Outcome, Status, WordKind
from modules.liaison.models import BODY_LENGTH, LABEL_LENGTH, MAX_AMOUNT, PLACE_LENGTH, TITLE_LENGTH, WORD_LENGTH, Note
from modules.liaison.selectors import Spec
from modules.liaison.selectors.family import Item, euros, slot_in_words
from modules.liaison.selectors.notes import pupils_see_by_default
from modules.liaison.services import (
    Amendment,
    ChoiceSpec,
    Content,
    Reply,
    SlotSpec,
    WordContent,
    slots_between,
)

CHOICES = 4


class AudienceForm(forms.Form):
    """Classes, groups, and pupils by name: all of those chosen, together."""

    classes: Any = forms.ModelMultipleChoiceField(
        label=_("Classes"), required=False, queryset=None, widget=forms.CheckboxSelectMultiple
    )
    groups: Any = forms.ModelMultipleChoiceField(
        label=_("Groupes"), required=False, queryset=None, widget=forms.CheckboxSelectMultiple
    )
    pupils: Any = forms.ModelMultipleChoiceField(label=_("Élèves"), required=False, queryset=None)

    def __init__(self, viewer: Viewer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self._offer("classes", selectors.writable_classes(viewer))
        self._offer("groups", selectors.writable_groups(viewer))
        self._field("pupils").queryset = selectors.writable_pupils(viewer)

    def _offer(self, name: str, rows: Any) -> None:
        self._field(name).queryset = rows
        if not rows.exists():
            del self.fields[name]

    def _field(self, name: str) -> Any:
        return self.fields[name]

    def spec(self) -> Spec:
        cleaned = self.cleaned_data
        return Spec(
            **{
                name: frozenset(row.pk for row in cleaned.get(name, ()))
                for name in ("classes", "groups", "pupils")
            }
        )


class SlotFields(forms.Form):
    """A run of appointments, one after the other on one day."""

    slot_day = forms.DateField(label=_("Jour"), required=False)
    slot_from = forms.TimeField(label=_("De"), required=False)
    slot_to = forms.TimeField(label=_("À"), required=False)
    slot_minutes = forms.IntegerField(
        label=_("Durée d’un créneau, en minutes"), required=False, min_value=1, max_value=240
    )
    slot_places = forms.IntegerField(label=_("Familles par créneau"), required=False, min_value=1, max_value=500)
    slot_place = forms.CharField(label=_("Lieu"), required=False, max_length=PLACE_LENGTH)

    def slots(self) -> list[SlotSpec]:
        """The slots that are typed; none while the day is empty."""
        typed = self.cleaned_data
        if not typed.get("slot_day") or not typed.get("slot_from"):
            return []
        minutes = typed.get("slot_minutes") or 15
        start = timezone.make_aware(datetime.combine(typed["slot_day"], typed["slot_from"]))
        end = start + timedelta(minutes=minutes)
        if typed.get("slot_to"):
            end = timezone.make_aware(datetime.combine(typed["slot_day"], typed["slot_to"]))
        places, place = typed.get("slot_places") or 1, typed.get("slot_place", "")
        return slots_between(start, end, minutes=minutes, places=places, place=place)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "slot_day" not in self.fields:
            return cleaned
        if cleaned.get("slot_day") and not cleaned.get("slot_from"):
            self.add_error("slot_from", _("Indiquez l’heure du premier créneau."))
        if cleaned.get("slot_from") and not cleaned.get("slot_day"):
            self.add_error("slot_day", _("Indiquez le jour."))
        start, end = cleaned.get("slot_from"), cleaned.get("slot_to")
        if start and end and end <= start:
            self.add_error("slot_to", _("La fin doit venir après le début."))
        return cleaned


SLOT_FIELDS = ("slot_day", "slot_from", "slot_to", "slot_minutes", "slot_places", "slot_place")


class NoteForm(SlotFields, AudienceForm):
    """A note, whole. A draft may lack almost everything; the next page says what is missing."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    title = forms.CharField(label=_("Titre"), max_length=TITLE_LENGTH)
    body = RichTextField(label=_("Texte"), max_length=BODY_LENGTH, required=False)
    paper = forms.CharField(
        label=_("Document à rendre"),
        max_length=LABEL_LENGTH,
        required=False,
        help_text=_("«\u00a0Attestation d’assurance\u00a0»\u00a0: la famille l’envoie, ou le rend sur papier."),
    )
    due_on = forms.DateField(
        label=_("Réponse attendue au plus tard le"),
        required=False,
        help_text=_("Jusqu’à la fin de ce jour, la famille peut changer sa réponse."),
    )
    publish_at = forms.DateTimeField(
        label=_("Paraît le"), required=False, help_text=_("Vide\u00a0: dès que vous publiez.")
    )
    needed = forms.ChoiceField(label=_("Qui doit répondre"), choices=Needed.choices, widget=forms.RadioSelect)
    pupils_see = forms.BooleanField(
        label=_("Les élèves voient ce mot"),
        required=False,
        widget=Switch,
        help_text=_("Ils le lisent, sans y répondre ni voir ce que leurs responsables répondent."),
    )
    drop_slots = forms.MultipleChoiceField(
        label=_("Créneaux à retirer"), required=False, widget=forms.CheckboxSelectMultiple
    )
    attachments = MultipleFileField(
        label=_("Pièces jointes"),
        required=False,
        widget=MultipleFileDrop(attrs={"accept": accept(Kind.DOCUMENT)}),
        help_text=_("Documents, images ou sons, dix au plus."),
    )
    drop_files = forms.MultipleChoiceField(
        label=_("Pièces à retirer"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, viewer: Viewer, kind: str, *args: Any, note: Note | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or (_values_of(note) if note else _first_values(viewer, kind))
        super().__init__(viewer, *args, initial=initial, **kwargs)
        self.kind, self.note = NoteKind(kind), note
        if self.kind == NoteKind.OUTING:
            self._add_choices(note)
        files = list(note.attachments.all()) if note else []
        self._field("drop_files").choices = [(str(joined.pk), joined.file.name) for joined in files]
        slots = list(note.slots.all()) if note else []
        self._field("drop_slots").choices = [(str(slot.pk), slot_in_words(slot)) for slot in slots]
        absent = [] if files else ["drop_files"]
        absent += [] if slots else ["drop_slots"]
        absent += [] if self.kind == NoteKind.APPOINTMENT else [*SLOT_FIELDS]
        absent += ["key"] if note else ["version"]
        absent += ["paper"] if self.kind in ACKNOWLEDGED else []
        for name in absent:
            del self.fields[name]

    def _add_choices(self, note: Note | None) -> None:
        """Rows of a label and an amount; two more than there are."""
        known = list(note.choices.all()) if note else []
        for number in range(1, max(CHOICES, min(len(known) + 2, 8)) + 1):
            row = known[number - 1] if number <= len(known) else None
            self.fields[f"choice_{number}"] = forms.CharField(
                label=_("Formule %(number)d") % {"number": number}, required=False, max_length=LABEL_LENGTH,
                initial=row.label if row else "",
            )  # fmt: skip
            self.fields[f"amount_{number}"] = forms.DecimalField(
                label=_("Montant (€)"), required=False, min_value=0, max_value=MAX_AMOUNT, decimal_places=2,
                initial=row.amount if row else None, localize=True,
            )  # fmt: skip

    @property
    def choice_rows(self) -> list[tuple[Any, Any]]:
        """The bound fields of each choice, for the template."""
        numbers = [name.removeprefix("choice_") for name in self.fields if name.startswith("choice_")]
        return [(self[f"choice_{number}"], self[f"amount_{number}"]) for number in numbers]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for number in range(1, 9):
            if cleaned.get(f"amount_{number}") is not None and not cleaned.get(f"choice_{number}"):
                self.add_error(f"choice_{number}", _("Nommez cette formule."))
        return cleaned

    def choices(self) -> list[ChoiceSpec] | None:
        if self.kind != NoteKind.OUTING:
            return None
        typed = self.cleaned_data
        return [
            ChoiceSpec(label=typed[f"choice_{n}"], amount=typed.get(f"amount_{n}"))
            for n in range(1, 9)
            if typed.get(f"choice_{n}")
        ]

    def content(self) -> Content:
        """What was typed, as services take it."""
        typed = self.cleaned_data
        return Content(
            kind=self.kind,
            title=typed["title"],
            body=typed["body"],
            needed=typed["needed"],
            pupils_see=typed["pupils_see"],
            due_on=typed["due_on"],
            paper=typed.get("paper", ""),
            publish_at=typed["publish_at"],
            audience=self.spec(),
            choices=self.choices(),
            slots_added=self.slots(),
            slots_dropped=[int(pk) for pk in typed.get("drop_slots", ())],
            files_added=typed.get("attachments", ()),
            files_dropped=[int(pk) for pk in typed.get("drop_files", ())],
        )


def _values_of(note: Note) -> dict[str, Any]:
    spec = selectors.spec_of(note)
    kept = ("version", "title", "body", "paper", "due_on", "publish_at", "needed", "pupils_see")
    return {name: getattr(note, name) for name in kept} | {
        "classes": sorted(spec.classes),
        "groups": sorted(spec.groups),
        "pupils": sorted(spec.pupils),
    }


def _first_values(viewer: Viewer, kind: str) -> dict[str, Any]:
    """A new note, as the school usually does."""
    return {
        "key": uuid.uuid4(),
        "needed": viewer.modules["liaison"].settings["done_when"],
        "pupils_see": pupils_see_by_default(viewer, kind),
        "slot_minutes": 15,
        "slot_places": 1,
    }


class AmendForm(SlotFields):
    """What may still change of a published note."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    body = RichTextField(label=_("Texte"), max_length=BODY_LENGTH)
    due_on = forms.DateField(label=_("Réponse attendue au plus tard le"), required=False)
    pupils_see = forms.BooleanField(label=_("Les élèves voient ce mot"), required=False, widget=Switch)
    attachments = MultipleFileField(
        label=_("Ajouter des pièces jointes"),
        required=False,
        widget=MultipleFileDrop(attrs={"accept": accept(Kind.DOCUMENT)}),
    )

    def __init__(self, note: Note, *args: Any, **kwargs: Any) -> None:
        kept = ("version", "body", "due_on", "pupils_see")
        initial = {name: getattr(note, name) for name in kept} | {"slot_minutes": 15, "slot_places": 1}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        if note.kind != NoteKind.APPOINTMENT:
            for name in SLOT_FIELDS:
                del self.fields[name]

    def change(self) -> Amendment:
        typed = self.cleaned_data
        return Amendment(
            body=typed["body"],
            due_on=typed["due_on"],
            pupils_see=typed["pupils_see"],
            slots_added=self.slots(),
            files_added=typed.get("attachments", ()),
        )


class SeenForm(forms.Form):
    """What the page before publication carries along: what its reader had before their eyes."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=50)


# --- Families -------------------------------------------------------------------------------------------
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


# --- Filters --------------------------------------------------------------------------------------------
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


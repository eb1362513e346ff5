"""Forms of notes: whom they are for, what they say and ask."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.files.models import Kind
from core.files.types import accept
from core.permissions.viewer import Viewer
from core.ui.widgets import MultipleFileDrop, MultipleFileField, RichTextField, Switch
from modules.liaison import selectors
from modules.liaison.choices import ACKNOWLEDGED, Needed, NoteKind
from modules.liaison.models import BODY_LENGTH, LABEL_LENGTH, MAX_AMOUNT, PLACE_LENGTH, TITLE_LENGTH, Note
from modules.liaison.selectors import Spec
from modules.liaison.selectors.family import slot_in_words
from modules.liaison.selectors.notes import pupils_see_by_default
from modules.liaison.services import (
    Amendment,
    ChoiceSpec,
    Content,
    SlotSpec,
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

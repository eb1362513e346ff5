"""What the addresses of the module take and answer."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from modules.liaison import selectors
from modules.liaison.choices import DECISIONS, Answer, Needed, NoteKind, Outcome, Status, WordKind, WordState
from modules.liaison.models import (
    BODY_LENGTH,
    LABEL_LENGTH,
    MAX_AMOUNT,
    PLACE_LENGTH,
    TITLE_LENGTH,
    WORD_LENGTH,
    Note,
    Word,
)
from modules.liaison.selectors import Preview
from modules.liaison.selectors.board import Row
from modules.liaison.selectors.family import Item
from tenants.api.operations import Body, PageQuery

MAX_ID = 2**63 - 1
_ID: dict[str, Any] = {"min_value": 1, "max_value": MAX_ID}


def _keys(**more: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.IntegerField(**_ID), required=False, max_length=200, **more)


class CarnetPerson(serializers.Serializer):
    """Une personne, en bref."""

    id = serializers.IntegerField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()


# --- Notes ----------------------------------------------------------------------------------------------
class NotesQuery(PageQuery):
    status = serializers.ChoiceField(
        [one for one in Status.choices if one[0] != Status.DISCARDED], default=None, help_text="Un seul état."
    )
    kind = serializers.ChoiceField(NoteKind.choices, default=None, help_text="Une seule nature.")
    box = serializers.ChoiceField(
        [("mine", "écrits par moi"), ("all", "de tous, si vous les suivez")], default="mine",
        help_text="Quelle liste\u00a0: les miens (défaut), ou ceux de tous.",
    )  # fmt: skip


class NoteAudience(Body):
    """Classes, groupes et élèves, ensemble."""

    classes = _keys()
    groups = _keys()
    pupils = _keys()


class NoteChoice(Body):
    """Une formule d’une sortie."""

    label = serializers.CharField(max_length=LABEL_LENGTH)  # type: ignore[assignment]
    amount = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=0, max_value=MAX_AMOUNT, required=False, allow_null=True,
        help_text="En euros.",
    )  # fmt: skip


class NoteSlot(Body):
    """Un créneau de rendez-vous."""

    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField(min_value=1, max_value=240, required=False)
    places = serializers.IntegerField(min_value=1, max_value=500, required=False, help_text="Familles par créneau.")
    place = serializers.CharField(max_length=PLACE_LENGTH, required=False, allow_blank=True)


class NoteBody(Body):
    """Ce que l’on écrit d’un mot."""

    kind = serializers.ChoiceField(NoteKind.choices)
    title = serializers.CharField(max_length=TITLE_LENGTH)
    body = serializers.CharField(
        max_length=BODY_LENGTH, required=False, allow_blank=True, help_text="Du Markdown léger.", trim_whitespace=False
    )
    needed = serializers.ChoiceField(Needed.choices, required=False)
    pupils_see = serializers.BooleanField(required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    paper = serializers.CharField(max_length=LABEL_LENGTH, required=False, allow_blank=True)
    publish_at = serializers.DateTimeField(required=False, allow_null=True)
    audience = NoteAudience(required=False)
    choices = serializers.ListField(child=NoteChoice(), required=False, max_length=8)
    slots = serializers.ListField(child=NoteSlot(), required=False, max_length=200)


class SeenNoteBody(Body):
    """Ce que l’on a vu avant de publier."""

    seen = serializers.CharField(
        max_length=50, allow_blank=True, help_text="La valeur «\u00a0seen\u00a0» lue sur les destinataires."
    )


class ChoiceShown(serializers.Serializer):
    """Une formule."""

    id = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    amount = serializers.DecimalField(max_digits=6, decimal_places=2, allow_null=True)


class SlotShown(serializers.Serializer):
    """Un créneau."""

    id = serializers.IntegerField()
    starts_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    places = serializers.IntegerField()
    place = serializers.CharField()


class NoteRow(serializers.Serializer):
    """Un mot dans une liste."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    kind = serializers.ChoiceField(NoteKind.choices)
    title = serializers.CharField()
    status = serializers.ChoiceField(Status.choices)
    author = CarnetPerson(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)


class NoteShown(NoteRow):
    """Un mot, entier."""

    body = serializers.CharField(help_text="Du Markdown léger.")
    html = serializers.CharField(help_text="Le même texte, en HTML sûr.")
    needed = serializers.ChoiceField(Needed.choices)
    pupils_see = serializers.BooleanField()
    paper = serializers.CharField()
    choices = ChoiceShown(many=True)
    slots = SlotShown(many=True)
    url = serializers.CharField(help_text="Sa page.")


class NoteCount(serializers.Serializer):
    """À combien de familles le mot parviendrait maintenant."""

    pupils = serializers.IntegerField()
    families = serializers.IntegerField()
    guardians = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.CharField(), help_text="Ce qui empêche de publier.")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="Ce qu’il est bon de savoir avant.")
    seen = serializers.CharField(help_text="À rendre en publiant\u00a0: la preuve que ce compte a été lu.")


class AnswersQuery(PageQuery):
    note = serializers.IntegerField(default=None, help_text="Un seul mot.", **_ID)
    outcome = serializers.ChoiceField(Outcome.choices, default=None, help_text="Un seul résultat.")


class GuardianAnswer(serializers.Serializer):
    """Ce qu’un responsable a dit. Ni adresse ni téléphone."""

    guardian = CarnetPerson(allow_null=True)
    answer = serializers.ChoiceField(Answer.choices, allow_blank=True)
    says = serializers.CharField()
    word = serializers.CharField()
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    on_paper = serializers.BooleanField()


class AnswerRow(serializers.Serializer):
    """Où en est un élève."""

    id = serializers.IntegerField()
    note = serializers.IntegerField(help_text="Le mot.")
    child = CarnetPerson()
    school_class = serializers.CharField()
    outcome = serializers.ChoiceField(Outcome.choices)
    answers = GuardianAnswer(many=True)


class Reminded(serializers.Serializer):
    """Combien de familles sont relancées."""

    families = serializers.IntegerField()


# --- Received -------------------------------------------------------------------------------------------
class ReceivedRow(serializers.Serializer):
    """Un mot reçu, pour un enfant."""

    id = serializers.IntegerField()
    note = NoteRow()
    child = CarnetPerson()
    outcome = serializers.ChoiceField(Outcome.choices)
    todo = serializers.BooleanField(help_text="S’il vous reste quelque chose à faire.")
    says = serializers.CharField(help_text="Votre réponse, en mots.")


class AnswerBody(Body):
    """La réponse d’un responsable."""

    answer = serializers.ChoiceField([(one.value, one.label) for one in Answer if one])
    choice = serializers.IntegerField(required=False, allow_null=True, **_ID)
    slot = serializers.IntegerField(required=False, allow_null=True, **_ID)
    word = serializers.CharField(max_length=WORD_LENGTH, required=False, allow_blank=True)


# --- Families' words ------------------------------------------------------------------------------------
class WordsQuery(PageQuery):
    state = serializers.ChoiceField(WordState.choices, default=None, help_text="Un seul état.")
    day = serializers.DateField(default=None, help_text="Ceux qui concernent ce jour.")


@extend_schema_field({"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "example": "08:45"})
class Hour(serializers.TimeField):
    """An hour of the school's clock. Not JSON Schema's `time`, which bears an offset."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **options)


class WordBody(Body):
    """Un mot à l’établissement."""

    child = serializers.IntegerField(**_ID)
    kind = serializers.ChoiceField(WordKind.choices)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)
    from_time = Hour(required=False, allow_null=True)
    to_time = Hour(required=False, allow_null=True)
    text = serializers.CharField(max_length=WORD_LENGTH, required=False, allow_blank=True)
    key = serializers.UUIDField(
        required=False, help_text="Un identifiant à vous\u00a0: envoyé deux fois, c’est le même mot."
    )


class TreatBody(Body):
    """Ce que l’établissement répond."""

    decision = serializers.ChoiceField([(one.value, one.label) for one in DECISIONS])
    reply = serializers.CharField(max_length=WORD_LENGTH, required=False, allow_blank=True)
    together = serializers.BooleanField(required=False, help_text="Aussi ce que l’autre responsable a écrit de même.")


class WordShown(serializers.Serializer):
    """Un mot d’une famille."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(WordKind.choices)
    child = CarnetPerson()
    author = CarnetPerson(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    from_time = Hour(allow_null=True)
    to_time = Hour(allow_null=True)
    text = serializers.CharField()
    state = serializers.ChoiceField(WordState.choices)
    reply = serializers.CharField()
    treated_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


# --- Rows to shapes -------------------------------------------------------------------------------------
def row(note: Note) -> dict[str, Any]:
    """A note (its author at hand) as lists show it."""
    kept = ("version", "kind", "title", "status", "author", "due_on", "published_at")
    return {"id": note.pk} | {name: getattr(note, name) for name in kept}


def whole(note: Note, url: str) -> dict[str, Any]:
    return row(note) | {
        "body": note.body,
        "html": str(note.html),
        "needed": note.needed,
        "pupils_see": note.pupils_see,
        "paper": note.paper,
        "choices": note.choices.all(),
        "slots": note.slots.all(),
        "url": url,
    }


def count(found: Preview) -> dict[str, Any]:
    return {
        "pupils": found.pupils,
        "families": found.families,
        "guardians": found.guardians,
        "problems": found.problems,
        "warnings": found.warnings,
        "seen": found.fingerprint,
    }


def answers(line: Row) -> dict[str, Any]:
    return {
        "id": line.copy.pk,
        "note": line.copy.note_id,
        "child": line.child,
        "school_class": line.class_name,
        "outcome": line.outcome,
        "answers": [
            {
                "guardian": said.guardian,
                "answer": said.receipt.answer if said.receipt else "",
                "says": said.says,
                "word": said.word,
                "acknowledged_at": said.acknowledged_at,
                "answered_at": said.answered_at,
                "on_paper": said.on_paper,
            }
            for said in line.said
        ],
    }


def received(item: Item) -> dict[str, Any]:
    return {
        "id": item.copy.pk,
        "note": row(item.note),
        "child": item.child,
        "outcome": item.outcome,
        "todo": item.todo,
        "says": item.says,
    }


def word(found: Word) -> dict[str, Any]:
    kept = (
        "kind", "child", "author", "starts_on", "ends_on", "from_time", "to_time", "text", "state", "reply",
        "treated_at", "created_at",
    )  # fmt: skip
    return {"id": found.pk} | {name: getattr(found, name) for name in kept}


def spec(sent: dict[str, Any] | None) -> selectors.Spec:
    sent = sent or {}
    return selectors.Spec(**{name: frozenset(sent.get(name, ())) for name in ("classes", "groups", "pupils")})

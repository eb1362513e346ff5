"""Words: what a message was addressed to, and what is looked for in a box."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef

from core.permissions.viewer import Viewer
from core.search.kinds import everything
from core.search.selectors import entries
from core.search.text import words_of
from modules.messaging import finding
from modules.messaging.choices import Line
from modules.messaging.models import Copy, Message

# The newest finds in a box, ten times as many: older ones are reached by more words.
FOUND = 30


@dataclass
class Addressed:
    """The lines of a message as words, each on its own line of the head."""

    to: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    blind: list[str] = field(default_factory=list)


def addressed(message: Message) -> Addressed:
    """As it was addressed: « Responsables de la 5e B », « Mme Keller »."""
    said = Addressed()
    places = {Line.TO: said.to, Line.COPY: said.copies, Line.BLIND: said.blind}
    for line in message.lines:
        place = places.get(line.get("as", Line.TO))
        if place is not None and line.get("label"):
            place.append(str(line["label"]))
    return said


def matching_conversations(viewer: Viewer, typed: str, **where: Any) -> list[int]:
    """The conversations whose messages hold every word, among the viewer's copies that are so (`place="inbox"`)."""
    words = words_of(typed)
    if not words or viewer.person is None:
        return []
    own = Copy.objects.filter(message=OuterRef("pk"), person=viewer.person.pk, hidden=False, **where)
    visible = finding.readable().filter(Exists(own))
    found = [entry.object_id for entry in entries(everything()[finding.KIND], visible, words, limit=FOUND)]
    return list(Message.objects.filter(pk__in=found).values_list("conversation_id", flat=True))

"""Writing as people do, through the services, at an hour at which the messagerie is open."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from core.modules.models import ModuleChoice
from core.people.models import Person
from modules.messaging.audience.lines import Line
from modules.messaging.models import Draft, Message
from modules.messaging.services import drafts, sending
from tests.modules.messaging.world import Cast

PARIS = ZoneInfo("Europe/Paris")
# A Tuesday in class time, and the Saturday evening after.
OPEN = datetime(2026, 11, 24, 10, 0, tzinfo=PARIS)
CLOSED = datetime(2026, 11, 28, 21, 0, tzinfo=PARIS)


def to(person: Person, **fields: Any) -> Line:
    return Line(kind="person", id=person.pk, **fields)


def of_class(cast: Cast, who: str, **fields: Any) -> Line:
    return Line(kind="class", id=cast.school_class.pk, who=who, **fields)


def drafted(cast: Cast, author: Person, *lines: Line, **fields: Any) -> Draft:
    values = {"subject": "Sortie de jeudi", "body": "Le car part à **8 h**.", "lines": list(lines)}
    return drafts.save(viewer=cast.viewer(author), key=fields.pop("key", None) or uuid4(), **(values | fields))


def send(cast: Cast, author: Person, *lines: Line, now: datetime = OPEN, **fields: Any) -> Message | Draft:
    return sending.send(viewer=cast.viewer(author), draft=drafted(cast, author, *lines, **fields), now=now)


def settle(**settings: Any) -> None:
    """Choose settings of the messagerie; what is a time is given as one."""
    choice = ModuleChoice.objects.get(slug="messaging")
    words = {key: f"{value:%H:%M}" if isinstance(value, time) else value for key, value in settings.items()}
    choice.settings = choice.settings | words
    choice.save()


def readers(message: Message) -> set[int]:
    """Who received it, the sender left out."""
    return set(message.copies.exclude(line="from").values_list("person", flat=True))

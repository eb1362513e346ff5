"""What the module holds about one person, for them to take away."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from core.files.models import StoredFile
from core.people.models import Person
from core.ui import richtext
from modules.messaging.choices import Line
from modules.messaging.models import (
    Attachment,
    Block,
    Copy,
    Correspondent,
    Draft,
    Folder,
    Label,
    Message,
    Report,
    Suspension,
    Template,
)

# What a guardian may take away about a child: that there was an exchange, never what was said in confidence.
FOR_GUARDIANS = ("counts", "suspensions", "purges")


def everything_about(person: Person) -> dict[str, Any]:
    """JSON-able: their mail as they read it, what they are writing, how they file it, what was decided of them."""
    copies = list(
        Copy.objects.filter(person=person, hidden=False)
        .select_related("message", "conversation", "folder")
        .order_by("at", "pk")
    )
    reading = _Reading(person, copies)
    sent = [copy for copy in copies if copy.line == Line.SENDER]
    received = [copy for copy in copies if copy.line != Line.SENDER]
    return {
        "counts": {"messages_sent": len(sent), "messages_received": len(received)},
        "sent": [reading.sent(copy) for copy in sent],
        "received": [reading.received(copy) for copy in received],
        "drafts": [_draft(draft) for draft in Draft.objects.filter(author=person).order_by("pk")],
        "templates": [
            {"name": row.name, "subject": row.subject, "text": row.body}
            for row in Template.objects.filter(person=person)
        ],
        "folders": list(Folder.objects.filter(person=person).values_list("name", flat=True)),
        **_own_settings(person),
        "blocked": [
            row.blocked.full_name
            for row in Block.objects.filter(person=person).select_related("blocked").order_by("pk")
        ],
        "reports": [_report(row) for row in _reports(person)],
        "suspensions": [
            {"reason": row.reason, "since": _moment(row.since), "until": _moment(row.ended_at or row.until)}
            for row in Suspension.objects.filter(person=person).order_by("pk")
        ],
        "purges": [
            {"reason": row.reason, "since": _moment(row.since), "until": _moment(row.until)}
            for row in person.messages_purged.order_by("pk")
        ],
    }


def files_of(person: Person) -> list[StoredFile]:
    """What was joined to the messages that they may read: their own files are among those of core."""
    readable = Attachment.objects.filter(
        message__copies__person=person,
        message__copies__hidden=False,
        message__recalled_at=None,
        message__removed_at=None,
        message__purge=None,
    )
    return list(
        StoredFile.objects.filter(pk__in=readable.values("file"))
        .exclude(uploaded_by=person)
        .order_by("created_at", "pk")
    )


def for_guardian(data: dict[str, Any]) -> dict[str, Any]:
    """A child's mail is the child's: a word to a nurse or a CPE must not reach home by way of an export."""
    return {key: data[key] for key in FOR_GUARDIANS if key in data}


class _Reading:
    """Copies with what stands around them, read in a fixed number of queries."""

    def __init__(self, person: Person, copies: list[Copy]) -> None:
        messages = [copy.message_id for copy in copies]
        self._files: dict[int, list[str]] = defaultdict(list)
        for message_id, name in Attachment.objects.filter(message__in=messages).values_list("message", "file__name"):
            self._files[message_id].append(name)
        self._labels: dict[int, list[str]] = defaultdict(list)
        labelled = Label.conversations.through.objects.filter(label__person=person)
        for conversation_id, name in labelled.values_list("conversation", "label__name"):
            self._labels[conversation_id].append(name)
        children = {pk for copy in copies for pk in copy.children}
        self._names = {child.pk: child.full_name for child in Person.objects.filter(pk__in=children)}

    def sent(self, copy: Copy) -> dict[str, Any]:
        return {**self._common(copy), "recipients": copy.message.recipients}

    def received(self, copy: Copy) -> dict[str, Any]:
        return {
            **self._common(copy),
            "from": copy.message.sender_name,
            "about": [self._names[pk] for pk in copy.children if pk in self._names],
            "read_at": _moment(copy.read_at),
            "confirmed_at": _moment(copy.confirmed_at),
        }

    def _common(self, copy: Copy) -> dict[str, Any]:
        message = copy.message
        return {
            "subject": copy.conversation.subject,
            "text": text_of(message) if message.is_readable else "",
            "sent_at": _moment(message.sent_at),
            "recalled_at": _moment(message.recalled_at),
            "attachments": self._files[message.pk] if message.is_readable else [],
            "place": copy.folder.name if copy.folder else copy.get_place_display(),
            "labels": self._labels[copy.conversation_id],
        }


def text_of(message: Message) -> str:
    return richtext.to_text(message.body)


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "subject": draft.subject,
        "text": richtext.to_text(draft.body),
        "state": draft.get_state_display(),
        "send_at": _moment(draft.send_at),
        "updated_at": _moment(draft.updated_at),
    }


def _own_settings(person: Person) -> dict[str, Any]:
    row = Correspondent.objects.filter(person=person).select_related("substitute").first()
    if row is None:
        return {"signature": "", "absence": None}
    absence = {
        "away_from": _moment(row.away_from),
        "away_until": _moment(row.away_until),
        "text": row.away_text,
        "substitute": row.substitute.full_name if row.substitute else None,
    }
    return {"signature": row.signature, "absence": absence if row.away_from else None}


def _reports(person: Person) -> list[Report]:
    return list(Report.objects.filter(reporter=person).select_related("message__conversation").order_by("pk"))


def _report(row: Report) -> dict[str, Any]:
    return {
        "subject": row.message.conversation.subject,
        "reason": row.reason,
        "state": row.get_state_display(),
        "decision": row.decision,
    }


def _moment(value: datetime | date | None) -> str | None:
    return value.isoformat() if value else None

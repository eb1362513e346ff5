"""What has been kept long enough: found for core.privacy, which announces and erases it; and the bin, emptied."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.files import services as files
from core.files.models import StoredFile
from modules.messaging import finding
from modules.messaging.choices import ReportState
from modules.messaging.models import (
    Attachment,
    Conversation,
    Copy,
    Draft,
    Label,
    Message,
    Purge,
    Report,
    Suspension,
)

# A school year ends with the holidays of the summer (Code de l’éducation, art. L521-1).
FIRST_MONTH = 9
# Rows in one transaction: neither locks for long, nor a large school that starts all over.
BATCH = 500
# Drafts that wait are no old ones; what nobody has approved is nobody's to erase.
_LOOSE = ("open", "refused")


def school_year_start(moment: datetime) -> datetime:
    """The first of September before the moment, at midnight here."""
    local = timezone.localtime(moment)
    year = local.year if local.month >= FIRST_MONTH else local.year - 1
    return timezone.make_aware(datetime(year, FIRST_MONTH, 1)).astimezone(UTC)  # noqa: DTZ001 -- made aware at once


def old_copies(limit: datetime) -> QuerySet[Copy]:
    """Copies of messages whose school year was over at the limit, but those that their owner has filed."""
    labelled = Label.conversations.through.objects.filter(
        conversation=OuterRef("conversation"), label__person=OuterRef("person")
    )
    return Copy.objects.filter(at__lt=school_year_start(limit), folder=None, hidden=False).exclude(Exists(labelled))


def erase_copies(copies: QuerySet[Copy]) -> int:
    """With the messages that nobody has any more. Called inside a transaction."""
    rows = list(copies.values_list("pk", "message_id", "conversation_id", "person_id"))
    Copy.objects.filter(pk__in=[row[0] for row in rows]).delete()
    _mark_latest({(conversation, person) for _pk, _message, conversation, person in rows})
    drop_unheld({row[1] for row in rows})
    return len(rows)


def old_drafts(limit: datetime) -> QuerySet[Draft]:
    return Draft.objects.filter(state__in=_LOOSE, updated_at__lt=limit)


def erase_drafts(drafts: QuerySet[Draft]) -> int:
    pks = list(drafts.values_list("pk", flat=True))
    remove_files(Attachment.objects.filter(draft__in=pks))
    Draft.objects.filter(pk__in=pks).delete()
    return len(pks)


def old_reports(limit: datetime) -> QuerySet[Report]:
    """Those that are decided; what waits for a decision does not grow old."""
    return Report.objects.exclude(state=ReportState.OPEN).filter(decided_at__lt=limit)


def old_suspensions(limit: datetime) -> QuerySet[Suspension]:
    return Suspension.objects.filter(Q(ended_at__lt=limit) | Q(until__lt=limit))


def old_purges(limit: datetime) -> QuerySet[Purge]:
    return Purge.objects.filter(at__lt=limit)


def erase_purges(purges: QuerySet[Purge]) -> int:
    """With the messages that are still out of the boxes: nobody has put them back."""
    pks = list(purges.values_list("pk", flat=True))
    purged = set(Message.objects.filter(purge__in=pks).values_list("pk", flat=True))
    Copy.objects.filter(message__in=purged).delete()
    drop_unheld(purged)
    Purge.objects.filter(pk__in=pks).delete()
    return len(pks)


def sweep_unheld(*, now: datetime) -> int:
    """Messages that have lost their last copy with a person's record. Returns how many."""
    lost = Message.objects.filter(sent_at__lt=now - timedelta(days=1)).exclude(
        Exists(Copy.objects.filter(message=OuterRef("pk")))
    )
    removed = 0
    while pks := list(lost.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            drop_unheld(pks)
        removed += len(pks)
    return removed


def drop_unheld(message_ids: Iterable[int]) -> None:
    """Delete those of the messages that nobody has, with their files, and conversations that are empty then."""
    held = Copy.objects.filter(message=OuterRef("pk"))
    rows = list(
        Message.objects.filter(pk__in=list(message_ids))
        .exclude(Exists(held))
        .values_list("pk", "conversation_id")
    )
    gone = [pk for pk, _conversation in rows]
    if not gone:
        return
    remove_files(Attachment.objects.filter(message__in=gone))
    Message.objects.filter(pk__in=gone).delete()
    Conversation.objects.filter(pk__in={conversation for _pk, conversation in rows}).exclude(
        Exists(Message.objects.filter(conversation=OuterRef("pk")))
    ).delete()
    finding.refresh(gone)


def remove_files(attachments: QuerySet[Attachment]) -> None:
    kept = list(StoredFile.objects.filter(pk__in=list(attachments.values_list("file", flat=True))))
    attachments.delete()
    for stored in kept:
        files.remove(stored=stored, actor=None)


# Of the copies that remain to a person in a conversation, the newest that is shown stands for it.
_LATEST = """
UPDATE messaging_copy AS own SET latest = (own.id = newest.id)
FROM (SELECT DISTINCT ON (c.conversation_id, c.person_id) c.conversation_id, c.person_id, c.id
      FROM messaging_copy c
      JOIN unnest(%s::bigint[], %s::bigint[]) AS touched (conversation_id, person_id)
        ON c.conversation_id = touched.conversation_id AND c.person_id = touched.person_id
      WHERE NOT c.hidden
      ORDER BY c.conversation_id, c.person_id, c.at DESC, c.id DESC) AS newest
WHERE own.conversation_id = newest.conversation_id AND own.person_id = newest.person_id
  AND own.latest IS DISTINCT FROM (own.id = newest.id)
"""


def _mark_latest(touched: set[tuple[int, int]]) -> None:
    """`touched` are pairs of conversation and person."""
    if not touched:
        return
    conversations, people = zip(*sorted(touched), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [list(conversations), list(people)])

"""Filing: where a conversation lies in somebody's own box. Nothing of it is seen by anybody else, nor journalled.

The copies that one person has of a conversation lie together: `place` and `folder` are changed on all of them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.errors import DomainError
from core.permissions.viewer import Viewer
from modules.messaging.choices import Line, Place
from modules.messaging.models import Copy, Folder, Label, Message

# One press files a page or two of a box, not the whole box.
MOST = 200
# How many copies one transaction of the nightly work deletes.
BATCH = 2000


@dataclass(frozen=True)
class Filed:
    """How many conversations changed, and where they lay: (place, folder's key) to conversations' keys."""

    count: int = 0
    before: Mapping[tuple[str, int | None], list[int]] = field(default_factory=dict)


def _mine(viewer: Viewer, conversations: Iterable[int]) -> QuerySet[Copy]:
    return Copy.objects.filter(person=viewer.person, conversation__in=list(conversations)[:MOST])


@transaction.atomic
def move(*, viewer: Viewer, conversations: Collection[int], place: Place, folder: Folder | None = None) -> Filed:
    """Put conversations there, whole. Of those that one only wrote, `INBOX` means back among what was sent.

    Raises DomainError for a folder of somebody else, or none where `place` is a folder.
    """
    if (place == Place.FOLDER) != (folder is not None) or (folder and folder.person_id != _key(viewer)):
        raise DomainError("folder", _("Ce dossier n’existe plus."))
    copies = _mine(viewer, conversations)
    held = copies.select_for_update(of=("self",)).order_by("pk")
    before: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for conversation, old, inside in held.values_list("conversation_id", "place", "folder_id"):
        if conversation not in before[old, inside]:
            before[old, inside].append(conversation)
    trashed = timezone.now() if place == Place.TRASH else None
    if place == Place.INBOX:
        received = set(copies.exclude(line=Line.SENDER).values_list("conversation_id", flat=True))
        only_sent = {key for keys in before.values() for key in keys} - received
        copies.filter(conversation__in=only_sent).update(place=Place.SENT, folder=None, trashed_at=None)
        copies = copies.exclude(conversation__in=only_sent)
    copies.update(place=place, folder=folder, trashed_at=trashed)
    adoption.count("messaging.file", viewer)
    return Filed(sum(map(len, before.values())), {key: keys for key, keys in before.items() if keys})


def archive(*, viewer: Viewer, conversations: Collection[int]) -> Filed:
    return move(viewer=viewer, conversations=conversations, place=Place.ARCHIVE)


def trash(*, viewer: Viewer, conversations: Collection[int]) -> Filed:
    """Into the trash, which empties itself after the school's number of days."""
    return move(viewer=viewer, conversations=conversations, place=Place.TRASH)


def restore(*, viewer: Viewer, conversations: Collection[int]) -> Filed:
    """Back to the inbox, or among what was sent."""
    return move(viewer=viewer, conversations=conversations, place=Place.INBOX)


@transaction.atomic
def put_back(*, viewer: Viewer, before: Mapping[tuple[str, int | None], Collection[int]]) -> int:
    """Undo a `move`: each conversation where it lay; a folder that is gone meanwhile is the inbox."""
    folders = {folder.pk: folder for folder in Folder.objects.filter(person=viewer.person)}
    count = 0
    for (place, inside), conversations in before.items():
        if place not in Place.values:
            continue
        folder = folders.get(inside) if inside else None
        where = Place.INBOX if place == Place.FOLDER and folder is None else Place(place)
        count += move(viewer=viewer, conversations=conversations, place=where, folder=folder).count
    return count


@transaction.atomic
def mark(*, viewer: Viewer, conversations: Collection[int], unread: bool) -> int:
    """Read: all that one has of them. Unread: the latest message. Only opening tells the sender that it was read."""
    mine = _mine(viewer, conversations).filter(hidden=False)
    if not unread:
        seen = mine.filter(unread=True).values_list("conversation_id", flat=True)
        count = len(set(seen))
        mine.filter(unread=True).update(unread=False)
        return count
    return mine.filter(latest=True, unread=False).update(unread=True)


@transaction.atomic
def label(*, viewer: Viewer, conversations: Collection[int], label: Label) -> list[int]:
    """Put one's own label on conversations that one has; returns those that did not bear it yet."""
    _refuse_foreign(viewer, label)
    mine = set(_mine(viewer, conversations).filter(hidden=False).values_list("conversation_id", flat=True))
    through = Label.conversations.through
    known = set(
        through.objects.filter(label=label, conversation__in=mine).values_list("conversation_id", flat=True)
    )
    new = sorted(mine - known)
    through.objects.bulk_create(
        [through(label_id=label.pk, conversation_id=key) for key in new], ignore_conflicts=True
    )
    adoption.count("messaging.file", viewer)
    return new


@transaction.atomic
def unlabel(*, viewer: Viewer, conversations: Collection[int], label: Label) -> int:
    _refuse_foreign(viewer, label)
    through = Label.conversations.through.objects.filter(label=label, conversation__in=list(conversations)[:MOST])
    return through.delete()[0]


def _refuse_foreign(viewer: Viewer, label: Label) -> None:
    if label.person_id != _key(viewer):
        raise DomainError("label", _("Cette étiquette n’existe plus."))


def _key(viewer: Viewer) -> int | None:
    return viewer.person.pk if viewer.person else None


# --- Leaving for good -------------------------------------------------------------------------------------
@transaction.atomic
def delete_for_good(*, viewer: Viewer, conversations: Collection[int] | None = None) -> int:
    """Delete one's own copies of what lies in one's trash, all of it without `conversations`. Others keep theirs."""
    trashed = Copy.objects.filter(person=viewer.person, place=Place.TRASH)
    if conversations is not None:
        trashed = trashed.filter(conversation__in=list(conversations)[:MOST])
    gone = set(trashed.values_list("conversation_id", flat=True))
    Label.conversations.through.objects.filter(label__person=viewer.person, conversation__in=gone).delete()
    trashed.delete()
    return len(gone)


def empty_trash(*, before: datetime) -> int:
    """Delete the copies that were thrown away before then, of everybody, in small transactions."""
    count = 0
    while True:
        with transaction.atomic():
            old = Copy.objects.filter(place=Place.TRASH, trashed_at__lt=before).order_by("trashed_at")
            pks = list(old.values_list("pk", flat=True)[:BATCH])
            Copy.objects.filter(pk__in=pks, place=Place.TRASH, trashed_at__lt=before).delete()
        if not pks:
            return count
        count += len(pks)


# --- Messages that go from, or come back to, every box ------------------------------------------------------
@transaction.atomic
def hide_messages(message_ids: Collection[int]) -> int:
    """Take these messages out of every box. Returns how many copies. The latest of each thread is found anew."""
    changed = Copy.objects.filter(message__in=list(message_ids), hidden=False).update(hidden=True, latest=False)
    settle_latest(message_ids)
    return changed


@transaction.atomic
def show_messages(message_ids: Collection[int]) -> int:
    """Put them back."""
    changed = Copy.objects.filter(message__in=list(message_ids), hidden=True).update(hidden=False)
    settle_latest(message_ids)
    return changed


def settle_latest(message_ids: Collection[int]) -> None:
    """Of each thread in which one of these messages stands, and each person: `latest` on the newest shown copy."""
    threads = Message.objects.filter(pk__in=list(message_ids)).values("conversation")
    copies = Copy.objects.filter(conversation__in=threads)
    newest = (
        copies.filter(hidden=False)
        .order_by("conversation_id", "person_id", "-at", "-pk")
        .distinct("conversation_id", "person_id")
        .values("pk")
    )
    copies.filter(latest=True).exclude(pk__in=newest).update(latest=False)
    copies.filter(latest=False, pk__in=newest).update(latest=True)

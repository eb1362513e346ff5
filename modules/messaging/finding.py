"""One's own mail in the school's search. A message is indexed once, however many have it; `Copy` says who finds it."""

from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from core.modules.contract import SearchEntry
from core.permissions.viewer import Viewer
from core.search import services as search
from core.ui import richtext
from modules.messaging.models import Copy, Message

KIND = "messaging.message"


def visible(viewer: Viewer) -> QuerySet[Message]:
    """Messages of which the viewer has a copy that may be read; a row costs one look into one index."""
    if viewer.person is None:
        return Message.objects.none()
    own = Copy.objects.filter(message=OuterRef("pk"), person=viewer.person.pk, hidden=False)
    return readable().filter(Exists(own))


def readable() -> QuerySet[Message]:
    """What was neither recalled, nor removed, nor purged."""
    return Message.objects.filter(recalled_at=None, removed_at=None, purge=None)


def entries(messages: QuerySet[Message]) -> Iterator[SearchEntry]:
    """Subject, sender, text, names of files; nothing of a blind copy, or of who else received it."""
    kept = messages.filter(recalled_at=None, removed_at=None, purge=None).select_related("conversation")
    for message in kept.prefetch_related("attachments__file").order_by("pk"):
        names = " ".join(attachment.file.name for attachment in message.attachments.all())
        yield SearchEntry(
            pk=message.pk,
            title=message.conversation.subject,
            line=message.sender_name,
            text=f"{richtext.to_text(message.body)} {names}",
            on=timezone.localtime(message.sent_at).date(),
        )


def changed(*messages: Message) -> None:
    """Within a service's transaction, after the change."""
    refresh(message.pk for message in messages)


def refresh(pks: Iterable[int]) -> None:
    """The same by keys; also for what was deleted."""
    if found := list(pks):
        search.refresh(KIND, *found)

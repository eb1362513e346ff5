"""Notes in the school's search. Families' words are not in it: they tell of health and of home."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from core.modules.contract import SearchEntry
from core.search import services as search
from core.ui import richtext
from modules.liaison.choices import Status
from modules.liaison.models import Note

KIND = "liaison.note"


def entries(notes: QuerySet[Note]) -> Iterator[SearchEntry]:
    """All but what was put away: a draft too is found by its author. Files count by their names, pupils never."""
    kept = notes.exclude(status=Status.DISCARDED)
    for note in kept.prefetch_related("attachments__file", "choices").order_by("pk"):
        files = " ".join(attachment.file.name for attachment in note.attachments.all())
        choices = " ".join(choice.label for choice in note.choices.all())
        moment = note.published_at or note.created_at
        yield SearchEntry(
            pk=note.pk,
            title=note.title,
            line=str(note.get_kind_display()),
            text=f"{richtext.to_text(note.body)} {choices} {files}",
            on=timezone.localtime(moment).date(),
        )


def changed(*notes: Note) -> None:
    """Within a service's transaction, after the change."""
    search.refresh(KIND, *(note.pk for note in notes))


def gone(*pks: int) -> None:
    search.refresh(KIND, *pks)

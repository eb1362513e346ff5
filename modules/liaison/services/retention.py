"""What has been kept long enough: found for core.privacy, which announces and erases it; and the bin, emptied."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core.audit import services as audit
from core.files import services as files
from core.files.models import StoredFile
from modules.liaison import finding
from modules.liaison.choices import Status
from modules.liaison.models import Note, Word

# A discarded draft can be recovered for this long.
DISCARDED_DAYS = 30
BATCH = 100


def old_notes(limit: datetime) -> QuerySet[Note]:
    """Notes whose last change and whose last day are both past the limit."""
    return Note.objects.filter(Q(due_on=None) | Q(due_on__lt=limit.date()), updated_at__lt=limit)


def old_words(limit: datetime) -> QuerySet[Word]:
    return Word.objects.filter(created_at__lt=limit, ends_on__lt=limit.date())


def erase_notes(notes: QuerySet[Note]) -> int:
    """With their answers and their files. Called inside a transaction."""
    return sum(erase(note) for note in notes)


def erase_words(words: QuerySet[Word]) -> int:
    return sum(erase_word(word) for word in words)


def empty_bin(*, now: datetime) -> int:
    """Erase what was discarded a month ago, for good. Returns the number of rows removed."""
    discarded = Note.objects.filter(
        status=Status.DISCARDED, updated_at__lt=now - timedelta(days=DISCARDED_DAYS)
    ).order_by("pk")
    removed = 0
    while batch := list(discarded[:BATCH]):
        with transaction.atomic():
            removed += sum(erase(note) for note in batch)
    return removed


def erase(note: Note) -> int:
    """Delete a note with all that hangs on it, for good. Called inside a transaction."""
    kept = list(StoredFile.objects.filter(pk__in=note.attachments.values("file")))
    kept += list(StoredFile.objects.filter(pk__in=note.copies.exclude(papers=None).values("papers__file")))
    audit.record("liaison.purge", actor=None, target=note)
    pk = note.pk
    removed = note.delete()[0]
    finding.gone(pk)
    for stored in kept:
        files.remove(stored=stored, actor=None)
    return removed


def erase_word(word: Word) -> int:
    kept = [joined.file for joined in word.files.select_related("file")]
    removed = word.delete()[0]
    for stored in kept:
        files.remove(stored=stored, actor=None)
    return removed

"""What the module holds about one person, for them to take away."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from core.files.models import StoredFile
from core.people.models import Person
from modules.liaison.models import Copy, Note, Paper, Receipt, Word, WordFile
from modules.liaison.selectors.family import receipt_in_words
from modules.liaison.selectors.words import when_in_words

# What of a child's export its guardians read.
ABOUT_A_CHILD = frozenset({"received", "words_about_them"})


def everything_about(person: Person) -> dict[str, Any]:
    """JSON-able. Of a child's notes, not what each guardian answered: that is theirs."""
    return {
        "written": [_note(note) for note in Note.objects.filter(author=person).order_by("pk")],
        "received": [_copy(copy) for copy in _copies(person)],
        "answers": [_receipt(receipt) for receipt in _receipts(person)],
        "papers": [
            {"note": paper.copy.note.title, "file": paper.file.name, "returned_at": paper.returned_at.isoformat()}
            for paper in Paper.objects.filter(guardian=person).select_related("copy__note", "file").order_by("pk")
        ],
        "words": [_word(word) for word in Word.objects.filter(author=person).select_related("child").order_by("pk")],
        "words_about_them": [
            {"reason": word.get_kind_display(), "when": when_in_words(word), "state": word.get_state_display()}
            for word in Word.objects.filter(child=person).order_by("pk")
        ],
        "words_treated": Word.objects.filter(treated_by=person).count(),
    }


def _note(note: Note) -> dict[str, Any]:
    return {
        "title": note.title,
        "nature": note.get_kind_display(),
        "text": note.body,
        "status": note.get_status_display(),
        "created_at": note.created_at.isoformat(),
        "published_at": note.published_at.isoformat() if note.published_at else None,
    }


def _copies(person: Person) -> Iterable[Copy]:
    return Copy.objects.filter(child=person).select_related("note", "school_class").order_by("pk")


def _copy(copy: Copy) -> dict[str, Any]:
    return {
        "title": copy.note.title,
        "nature": copy.note.get_kind_display(),
        "text": copy.note.body,
        "published_at": copy.note.published_at.isoformat() if copy.note.published_at else None,
    }


def _receipts(person: Person) -> Iterable[Receipt]:
    told = Q(acknowledged_at__isnull=False) | ~Q(answer="")
    rows = Receipt.objects.filter(told, guardian=person).select_related("copy__note", "copy__child", "choice", "slot")
    return rows.prefetch_related("steps").order_by("pk")


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "note": receipt.copy.note.title,
        "child": receipt.copy.child.full_name,
        "answer": receipt_in_words(receipt.copy.note, receipt),
        "word": receipt.word,
        "acknowledged_at": receipt.acknowledged_at.isoformat() if receipt.acknowledged_at else None,
        "answered_at": receipt.answered_at.isoformat() if receipt.answered_at else None,
        "on_paper": receipt.on_paper,
        "history": [
            {"answer": step.get_answer_display(), "detail": step.detail, "word": step.word, "at": step.at.isoformat()}
            for step in receipt.steps.all()
        ],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "reason": word.get_kind_display(),
        "child": word.child.full_name,
        "when": when_in_words(word),
        "text": word.text,
        "state": word.get_state_display(),
        "reply": word.reply,
        "created_at": word.created_at.isoformat(),
    }


def files_of(person: Person) -> Iterable[StoredFile]:
    """The documents that they returned, and what they joined to their words."""
    papers = Paper.objects.filter(guardian=person).values("file")
    joined = WordFile.objects.filter(word__author=person).values("file")
    return StoredFile.objects.filter(Q(pk__in=papers) | Q(pk__in=joined)).order_by("pk")

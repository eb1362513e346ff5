"""What families, authors and school life are told."""

from typing import Any

from django.urls import reverse

from core.modules.state import Modules
from core.notifications import services as notifications
from core.people.models import Person
from core.ui.typography import in_words
from modules.liaison.choices import ACKNOWLEDGED
from modules.liaison.models import Note, Word
from modules.liaison.selectors.words import when_in_words

FAMILIES = ("liaison.note", "liaison.to_answer", "liaison.reminder")


def key_of(note: Note) -> str:
    return f"note:{note.pk}"


def word_key(word: Word) -> str:
    return f"word:{word.pk}"


def _words(note: Note) -> dict[str, Any]:
    due = in_words(note.due_on) if note.due_on else ""
    return {
        "note": note.pk,
        "title": note.title,
        "kind": note.get_kind_display(),
        "author": note.author.full_name if note.author else "",
        "due": due,
    }


def published(note: Note, modules: Modules) -> None:
    kind = "liaison.note" if note.kind in ACKNOWLEDGED else "liaison.to_answer"
    _emit(kind, note, modules)


def told_later(note: Note, modules: Modules, *, children: list[int]) -> None:
    """The families of those who joined the audience since, and nobody else."""
    kind = "liaison.note" if note.kind in ACKNOWLEDGED else "liaison.to_answer"
    _emit(kind, note, modules, children=children)


def reminded(note: Note, modules: Modules, *, actor: Person | None) -> None:
    """In place of an earlier reminder that has not left yet."""
    notifications.withdraw(key_of(note), kinds=["liaison.reminder"])
    _emit("liaison.reminder", note, modules, actor=actor)


def changed(note: Note) -> None:
    """What nobody has heard yet is told with the new words."""
    notifications.amend(key_of(note), kinds=FAMILIES, data=_words(note))


def moved(note: Note, verb: str) -> None:
    """Nobody is told of what is no longer there, nor asked for what is closed; what comes back is told as before."""
    if verb in ("withdraw", "close"):
        notifications.withdraw(key_of(note))
    elif verb in ("restore", "reopen"):
        notifications.reinstate(key_of(note), kinds=FAMILIES)


def contradicted(note: Note, child: Person, modules: Modules) -> None:
    """Two guardians have answered otherwise: their author hears it, once while it is unread."""
    notifications.emit(
        "liaison.contradiction",
        actor=None,
        key=key_of(note),
        data={"note": note.pk, "title": note.title, "child": child.full_name, "child_id": child.pk},
        url=reverse("liaison:board", args=[note.pk]) + "?etat=contradictory",
        modules=modules,
    )


def word_received(word: Word, modules: Modules) -> None:
    _emit_word("liaison.word_received", word, modules, actor=word.author, url=reverse("liaison:word", args=[word.pk]))


def word_treated(word: Word, modules: Modules, *, actor: Person | None) -> None:
    """In place of an earlier decision that has not been told yet."""
    notifications.withdraw(word_key(word))
    _emit_word("liaison.word_treated", word, modules, actor=actor, url=reverse("liaison:word", args=[word.pk]))


def word_taken_back(word: Word) -> None:
    notifications.withdraw(word_key(word), kinds=["liaison.word_received"])


def _emit(
    kind: str, note: Note, modules: Modules, *, actor: Person | None = None, children: list[int] | None = None
) -> None:
    notifications.emit(
        kind,
        actor=actor or note.author,
        key=key_of(note),
        data=_words(note) | ({"children": children} if children else {}),
        url=reverse("liaison:note", args=[note.pk]),
        modules=modules,
    )


def _emit_word(kind: str, word: Word, modules: Modules, *, actor: Person | None, url: str) -> None:
    notifications.emit(
        kind,
        actor=actor,
        key=word_key(word),
        data={
            "word": word.pk,
            "kind": word.get_kind_display(),
            "child": word.child.full_name,
            "when": when_in_words(word),
            "state": word.get_state_display().lower(),
        },
        url=url,
        modules=modules,
    )

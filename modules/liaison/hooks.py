"""What the manifest names: widgets, who reads a file, a person's data."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from core.files.models import StoredFile
from core.people.children import chosen_child
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_of
from modules.liaison import rules, selectors
from modules.liaison.models import Paper
from modules.liaison.selectors import privacy as held
from modules.liaison.selectors.board import in_words
from modules.liaison.services import privacy

SHOWN = 4


def to_sign_widget(request: HttpRequest) -> dict[str, Any] | None:
    """What a guardian has still to do, for each child; nothing while there is nothing."""
    viewer = viewer_of(request)
    todo = selectors.todo_of(viewer, chosen_child(request))
    count = todo.count()
    if not count:
        return None
    return {"items": selectors.items_of(viewer, selectors.ready(todo)[:SHOWN]), "count": count}


def running_widget(request: HttpRequest) -> dict[str, Any] | None:
    """One's own notes that families still answer to, with how far they are."""
    viewer = viewer_of(request)
    notes = list(selectors.running_notes(viewer)[:SHOWN])
    if not notes:
        return None
    counts = selectors.tallies(notes, viewer.modules)
    tallies = [(note, selectors.tally_of(note, counts[note.pk])) for note in notes]
    return {"rows": [(note, in_words(note.kind, tally), tally) for note, tally in tallies]}


def words_widget(request: HttpRequest) -> dict[str, Any] | None:
    """Families' words that wait for the viewer."""
    viewer = viewer_of(request)
    if not selectors.treats_any(viewer):
        return None
    waiting = selectors.desk(viewer)
    count = waiting.count()
    return {"days": selectors.by_day(waiting[:SHOWN]), "count": count} if count else None


def file_access(viewer: Viewer, stored_file: StoredFile) -> bool:
    """Attachments: whoever reads the note. Documents returned: who returned them, and the school's side of the note.

    Files of words: who wrote it, and those who treat it.
    """
    if not viewer.can(rules.VIEW):
        return False
    if selectors.notes_holding(viewer, stored_file).exists():
        return True
    paper = Paper.objects.filter(file=stored_file).select_related("copy__note").first()
    if paper is not None:
        mine = viewer.person is not None and paper.guardian_id == viewer.person.pk
        return mine or selectors.rights_on(viewer, paper.copy.note).follow
    return selectors.words_holding(viewer, stored_file)


def export_person(person: Person) -> dict[str, Any]:
    return held.everything_about(person)


def export_files(person: Person) -> Iterable[StoredFile]:
    return held.files_of(person)


def export_to_guardian(viewer: Viewer, child: Person, data: dict[str, Any]) -> dict[str, Any]:
    """What is about the child; nothing of what the child may do as somebody else here."""
    return {name: value for name, value in data.items() if name in held.ABOUT_A_CHILD}


def erase_person(person: Person, *, actor: Person | None) -> int:
    return privacy.forget(person, actor=actor)


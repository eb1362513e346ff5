"""What every change of a note begins with: the row as it is now, locked, and the right to change it."""

import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, DomainError, NotAllowed
from core.files import services as files
from core.files.models import Kind, StoredFile
from core.people.models import Person
from core.people.text import tidy
from modules.liaison import finding
from modules.liaison.models import Note

MODULE = "liaison"


def one_at_a_time(key: uuid.UUID) -> None:
    """Two posts of the same form wait for each other: the second finds what the first made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"liaison:{key}"])


def hold(note: Note, *, version: int | None = None) -> Note:
    """The note as it is now, locked until the transaction ends.

    Raises Conflict when it is gone, or is no longer the `version` that its reader had before their eyes.
    """
    current = Note.objects.select_for_update(of=("self",)).select_related("author").filter(pk=note.pk).first()
    if current is None:
        raise Conflict("gone", _("Ce mot vient d’être supprimé."))
    if version is not None and current.version != version:
        raise Conflict("stale", _("Ce mot a été modifié ailleurs pendant ce temps."))
    return current


def touch(note: Note) -> None:
    """Save, as one more version; last of all, so that the search finds it as it has become."""
    note.version += 1
    note.updated_at = timezone.now()
    note.save()
    finding.changed(note)


def refuse_unless(allowed: bool) -> None:
    """Raises NotAllowed; what one may not even see never comes this far."""
    if not allowed:
        raise NotAllowed("not-now", _("Cette action n’est pas possible pour ce mot dans son état actuel."))


def keep_file(upload: UploadedFile, *, actor: Person | None, owner: str, field_name: str) -> StoredFile:
    """Store a document; a refusal is told beside the field it came from, with the file's name."""
    try:
        return files.store(upload=upload, module=MODULE, kind=Kind.DOCUMENT, actor=actor, owner_ref=owner)
    except DomainError as error:
        sentence = _("%(name)s\u00a0: %(reason)s") % {"name": tidy(upload.name or "")[:80], "reason": error.message}
        raise DomainError(error.code, sentence, {field_name: sentence}) from error

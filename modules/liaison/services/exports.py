"""What leaves the application is written down."""

from django.db import transaction

from core.adoption import services as adoption
from core.audit import services as audit
from core.permissions.viewer import Viewer
from modules.liaison.models import Note


@transaction.atomic
def note_export(*, viewer: Viewer, note: Note, form: str) -> None:
    """A list of names has left as `form` ("pdf", "csv", "xlsx")."""
    audit.record("liaison.export", actor=viewer.person, target=note, changes={"format": [None, form]})
    adoption.count("liaison.export", viewer)

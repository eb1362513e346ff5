"""Taking the last applied import back."""

from core.imports.models import Run
from core.people.models import Person


def undo(*, run: Run, actor: Person | None) -> Run:
    """Put back what the import changed: see `core.imports.engine.undo`. `run.report["undo"]` tells what could not be.

    Only the last applied import of the school. Raises Conflict otherwise, and while another import is under way.
    """
    raise NotImplementedError

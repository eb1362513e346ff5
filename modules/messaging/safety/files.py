"""Who may fetch a file that was joined to a message: whoever may read what it is joined to."""

from django.db.models import Q

from core.files.models import StoredFile
from core.permissions.viewer import Viewer
from modules.messaging.choices import DraftState, ReportState
from modules.messaging.models import Attachment

MODERATE = "messaging.moderate"


def may_read(viewer: Viewer, stored: StoredFile) -> bool:
    """The author of a draft; whoever has a copy that may be read; moderators, of what waits for their decision."""
    if viewer.person is None:
        return False
    owned = Attachment.objects.filter(file=stored)
    if viewer.can("messaging.view") and owned.filter(_own(viewer.person.pk)).exists():
        return True
    return viewer.can(MODERATE) and owned.filter(_before_moderators()).exists()


def _own(person_id: int) -> Q:
    received = Q(
        message__copies__person=person_id,
        message__copies__hidden=False,
        message__recalled_at=None,
        message__removed_at=None,
        message__purge=None,
    )
    return Q(draft__author=person_id) | received


def _before_moderators() -> Q:
    return Q(message__reports__state=ReportState.OPEN) | Q(draft__state=DraftState.MODERATION)

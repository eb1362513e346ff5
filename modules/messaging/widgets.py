"""What the module shows on the first page."""

from typing import Any

from django.http import HttpRequest

from core.people.children import chosen_child
from core.permissions.viewer import viewer_of
from modules.messaging.choices import Place
from modules.messaging.selectors.boxes import Filters, box, unread_count

SHOWN = 4


def unread(request: HttpRequest) -> dict[str, Any] | None:
    """The newest unread conversations; nothing while all is read."""
    viewer = viewer_of(request)
    count = unread_count(viewer)
    if not count:
        return None
    child = chosen_child(request)
    page = box(viewer, Place.INBOX, Filters(unread=True, child=child.pk if child else None), size=SHOWN)
    return {"rows": page.rows, "count": count} if page.rows else None

"""What a page says after a redirect, with the way back when there is one."""

from django.contrib import messages
from django.http import HttpRequest

_UNDO = "undo="


def done(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Say that something is done. `undo_url` is the path of a view that undoes it on POST."""
    messages.success(request, text, extra_tags=f"{_UNDO}{undo_url}" if undo_url else "")


def undo_url(extra_tags: str | None) -> str:
    """The path given to `done`, from a message's extra tags."""
    tags = extra_tags or ""
    return tags[len(_UNDO) :] if tags.startswith(_UNDO) else ""

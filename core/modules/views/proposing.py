"""Showing what a change would do: the step between a form and its effect."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.modules import services
from core.permissions.viewer import viewer_of

NEVER = -1  # a version that no module has: a form that lost its own is refused as outdated


def propose(request: HttpRequest, wanted: Any, *, seen: dict[str, int], back: str) -> HttpResponse:
    """The page that says what would change and asks to apply it. Raises DomainError for a refusal."""
    diff, proposal = services.propose(viewer_of(request).modules, wanted, seen)
    if not diff:
        messages.info(request, _("Rien ne change\u00a0: c’est déjà ainsi."))
        return redirect(back)
    context = {"difference": diff, "proposal": proposal, "back": back}
    return render(request, "modules/difference.html", context)


def version_seen(request: HttpRequest) -> int:
    """The version that the form was made from."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else NEVER


def back_from(request: HttpRequest, default: str) -> str:
    """Where to return to: a path of this host that the page named, or the default."""
    wished = request.POST.get("back", "")
    local = wished.startswith("/") and url_has_allowed_host_and_scheme(wished, allowed_hosts=None)
    return wished if local else default

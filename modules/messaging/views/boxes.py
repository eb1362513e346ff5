"""Boxes: the lists, and filing what one has ticked in them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from modules.messaging.choices import Place
from modules.messaging.selectors import boxes as selectors
from modules.messaging.services import boxes as services
from modules.messaging.views import filing
from modules.messaging.views.listing import listing_of, shelf


def _box(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "messaging/box.html", shelf(request, listing_of(request, key)))


@requires("messaging.view")
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return _box(request, Place.INBOX)


@requires("messaging.view")
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    return _box(request, Place.SENT)


@requires("messaging.view")
@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    return _box(request, Place.ARCHIVE)


@requires("messaging.view")
@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    return _box(request, Place.TRASH)


@requires("messaging.view")
@require_safe
def folder(request: HttpRequest, pk: int) -> HttpResponse:
    return _box(request, f"dossier-{pk}")


@requires("messaging.view")
@require_safe
def label(request: HttpRequest, pk: int) -> HttpResponse:
    return _box(request, f"etiquette-{pk}")


@requires("messaging.view")
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """What one is writing, and what is not sent yet: programmed, held, waiting to be read, refused."""
    viewer = viewer_of(request)
    rows = filing.draft_rows(list(selectors.drafts_of(viewer)[: filing.DRAFTS]))
    return render(request, "messaging/drafts.html", shelf(request, None) | {"rows": rows, "is_drafts": True})


@requires("messaging.view")
@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Do to the ticked conversations what the button says; back to the list, with the way to undo it."""
    chosen = filing.chosen(request)
    if not chosen:
        done(request, _("Cochez d’abord une conversation."))
    else:
        sentence, undo = filing.carry_out(request, chosen)
        done(request, sentence, undo_url=undo)
    return redirect(filing.way_back(request))


@requires("messaging.view")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last filing back."""
    filing.take_back(request)
    done(request, _("C’est annulé."))
    return redirect(filing.way_back(request))


@requires("messaging.view")
@require_POST
def empty_trash(request: HttpRequest) -> HttpResponse:
    services.delete_for_good(viewer=viewer_of(request))
    done(request, _("La corbeille est vide."))
    return redirect("messaging:trash")


@requires("messaging.view")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """What the keyboard does."""
    return render(request, "messaging/keys.html", {"name": viewer_of(request).modules["messaging"].name})

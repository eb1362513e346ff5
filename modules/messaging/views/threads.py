"""One conversation, its paper, and what one may do with each of its messages."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.people.choices import STAFF
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.toasts import done
from modules.messaging.audience import expansion
from modules.messaging.choices import Place
from modules.messaging.forms import ReplyForm
from modules.messaging.models import Conversation, Draft, Message
from modules.messaging.safety import blocks
from modules.messaging.selectors import threads
from modules.messaging.selectors.threads import Shown
from modules.messaging.services import drafts, reading, recall, reminders, replies
from modules.messaging.views.filing import sentence_of
from modules.messaging.views.listing import listing_of, safe_listing_of, shelf

# Names on one page of a list of recipients.
NAMES = 100


@requires("messaging.view")
@require_safe
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """Reading it: what is new is open, and read from now on."""
    viewer = viewer_of(request)
    conversation = threads.get_thread_or_404(viewer, pk)
    return thread_page(request, conversation)


def thread_page(
    request: HttpRequest, conversation: Conversation, *, form: ReplyForm | None = None, status: int = 200
) -> HttpResponse:
    """The page, with a reply that was refused where one was."""
    viewer = viewer_of(request)
    everything = request.GET.get("tout") == "1"
    shown, older = threads.messages_of(viewer, conversation, everything=everything)
    reading.open_thread(viewer=viewer, conversation=conversation)
    context = _beside(request, conversation, shown)
    context |= {"thread": conversation, "messages_shown": shown, "older": older, **_labels(viewer, conversation)}
    context |= _answering(viewer, conversation, shown, form)
    context["awaits_receipt"] = any(one.may_confirm for one in shown)
    for one in shown:
        _add_rights(viewer, one)
    return render(request, "messaging/thread.html", context, status=status)


def _beside(request: HttpRequest, conversation: Conversation, shown: list[Shown]) -> dict[str, Any]:
    """The list that one came from, else the box in which the conversation lies."""
    if request.GET.get("boite"):
        return shelf(request, safe_listing_of(request))
    copy = shown[-1].copy
    key = f"dossier-{copy.folder_id}" if copy.folder_id else copy.place
    return shelf(request, listing_of(request, Place.INBOX if key == Place.FOLDER else key))


def _labels(viewer: Viewer, conversation: Conversation) -> dict[str, Any]:
    return {"borne": threads.labels_on(viewer, conversation), "thread_actions": True}


def _answering(
    viewer: Viewer, conversation: Conversation, shown: list[Shown], form: ReplyForm | None
) -> dict[str, Any]:
    """To whom one may answer, and the answer that one has begun."""
    target = next((one for one in reversed(shown) if not one.gone and not one.mine), None)
    target = target or next((one for one in reversed(shown) if not one.gone), None)
    if target is None or not viewer.can("messaging.write"):
        return {"target": None}
    to_sender = not target.mine and replies.may_reply(viewer, target.message, to_all=False)
    to_all = 0
    if replies.may_reply(viewer, target.message, to_all=True):
        to_all = expansion.replying(viewer, target.message, to_all=True).count()
    begun = form.draft if form else _begun(viewer, conversation)
    return {
        "target": target, "to_sender": to_sender, "reach": to_all,
        "to_all": to_all if to_all > 1 or target.mine else 0,  # where it is not the sender alone
        "draft": begun, "form": form or (ReplyForm(viewer, draft=begun) if begun else None),
        "waiting_states": drafts.WAITING, "standing": sentence_of(begun) if begun else "",
        "conflict": getattr(form, "conflict", None),
    }  # fmt: skip


def _begun(viewer: Viewer, conversation: Conversation) -> Draft | None:
    begun = Draft.objects.filter(author=viewer.person, conversation=conversation)
    return begun.select_related("answers", "conversation").order_by("-updated_at", "-pk").first()


def _add_rights(viewer: Viewer, one: Shown) -> None:
    """What the buttons of a message ask: for its sender how far it was read; for the others, whom they may block."""
    extra: Any = one
    if one.mine:
        extra.read = None if one.gone else threads.readers_of(viewer, one.message)
        extra.may_recall = recall.may_recall(viewer, one.message)
        minutes = int(viewer.modules["messaging"].settings["recall_minutes"])
        extra.recall_until = one.message.sent_at + timedelta(minutes=minutes)
    elif one.message.sender is not None and one.message.sender_id:
        extra.may_block = not one.gone and blocks.may_block(viewer, one.message.sender)


@requires("messaging.view")
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole conversation, for printing."""
    viewer = viewer_of(request)
    conversation = threads.get_thread_or_404(viewer, pk)
    shown, _older = threads.messages_of(viewer, conversation, everything=True)
    return render(request, "messaging/paper.html", {"thread": conversation, "messages_shown": shown})


# --- One message ------------------------------------------------------------------------------------------
def back_to(message: Message) -> HttpResponse:
    return redirect(f"{reverse('messaging:thread', args=[message.conversation_id])}#message-{message.pk}")


@requires("messaging.view")
@require_safe
def recipients(request: HttpRequest, pk: int) -> HttpResponse:
    """Who received it, by name: for its sender, with who has read; for staff, the open lines."""
    viewer = viewer_of(request)
    message = threads.get_message_or_404(viewer, pk)
    mine = viewer.person is not None and message.sender_id == viewer.person.pk
    if not mine and not viewer.roles & STAFF:
        raise Http404("names are for the sender and for staff")
    read = threads.readers_of(viewer, message)
    rows = threads.recipients_of(message)
    if not mine:
        rows = rows.exclude(line="bcc")
    waiting = bool(read) and request.GET.get("qui") == "non-lu"
    if waiting:
        rows = rows.filter(read_at=None)
    page = Paginator(rows, NAMES).get_page(request.GET.get("page"))
    context = {"message": message, "page": page, "read": read, "waiting": waiting, "mine": mine}
    return render(request, "messaging/recipients.html", context)


@requires("messaging.view")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    message = threads.get_message_or_404(viewer, pk)
    reading.confirm(viewer=viewer, message=message)
    done(request, _("Votre lecture est confirmée."))
    return back_to(message)


@requires("messaging.write")
@require_POST
def recall_message(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    message = threads.get_message_or_404(viewer, pk)
    recall.recall(viewer=viewer, message=message)
    done(request, _("Message rappelé\u00a0: plus personne ne peut le lire."))
    return back_to(message)


@requires("messaging.write")
@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    message = threads.get_message_or_404(viewer, pk)
    count = reminders.remind(viewer=viewer, message=message)
    done(request, ngettext("%(n)d personne relancée.", "%(n)d personnes relancées.", count) % {"n": count})
    return back_to(message)


@requires("messaging.write")
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an answer, or take up the one begun; `tous` is for a reply to all."""
    viewer = viewer_of(request)
    message = threads.get_message_or_404(viewer, pk)
    replies.reply_draft(viewer=viewer, message=message, to_all=request.POST.get("tous") == "1")
    return redirect(f"{reverse('messaging:thread', args=[message.conversation_id])}#reponse")


def draft_of(viewer: Viewer, key: Any) -> Draft | None:
    """The viewer's own draft of this key."""
    own = Draft.objects.filter(author=viewer.person, key=key)
    return own.select_related("answers__sender", "conversation").first()



"""Writing: one form, whose every button keeps what was typed first. Without scripts it is a page and a redirect."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, DomainError
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.messaging.audience import lines
from modules.messaging.forms import ComposeForm, ReplyForm, WritingForm
from modules.messaging.models import Draft, Message
from modules.messaging.services import drafts, recall, sending
from modules.messaging.views import writing
from modules.messaging.views.filing import sentence_of
from modules.messaging.views.threads import draft_of, thread_page

FORM = require_http_methods(["GET", "HEAD", "POST"])
# The script of the page asks for answers that it can read.
SCRIPTED = "X-Compose"


@requires("messaging.write")
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """A key of its own for each message: what is saved or sent twice under it is one."""
    url = reverse("messaging:compose", args=[uuid4()])
    return redirect(f"{url}?{request.GET.urlencode()}" if request.GET else url)


@requires("messaging.write")
@FORM
def compose(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    if request.method == "POST":
        return _posted(request, key)
    draft = draft_of(viewer, key)
    if draft is None and (sent := _sent(viewer, key)):
        return redirect("messaging:thread", sent.conversation_id)
    if draft is not None and draft.conversation_id:
        return redirect(f"{reverse('messaging:thread', args=[draft.conversation_id])}#reponse")
    initial = {} if draft else writing.first_words(viewer)
    return _page(request, key, ComposeForm(viewer, draft=draft, initial=initial))


def _sent(viewer: Viewer, key: UUID) -> Message | None:
    return Message.objects.filter(key=key, sender=viewer.person).first() if viewer.person else None


def _page(
    request: HttpRequest, key: UUID, form: WritingForm, *, conflict: Draft | None = None, status: int = 200
) -> HttpResponse:
    """The form as it stands; a reply's stands under its conversation."""
    if isinstance(form, ReplyForm) and form.draft and form.draft.conversation:
        form.conflict = conflict  # type: ignore[attr-defined]
        return thread_page(request, form.draft.conversation, form=form, status=status)
    context = writing.context(request, key, form) | {"conflict": conflict}
    return render(request, "messaging/compose.html", context, status=status)


# --- What the buttons do ----------------------------------------------------------------------------------
def _posted(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    verb, _sign, rest = request.POST.get("do", "save").partition("-")
    draft = draft_of(viewer, key)
    if verb in {"discard", "reopen"}:
        return _settled(request, key, draft, verb)
    form = _form(request, draft)
    if not form.is_valid():
        return _page(request, key, form, status=422)
    try:
        draft = _save(viewer, key, form, _changes(request, draft, verb, rest))
        for upload in form.cleaned_data["attachments"]:
            drafts.attach(viewer=viewer, draft=draft, upload=upload)
        return _and_then(request, draft, verb, rest)
    except Conflict as error:
        return _conflict(request, key, form, error)
    except DomainError as error:
        return _refused(request, key, form, error)


def _form(request: HttpRequest, draft: Draft | None) -> WritingForm:
    kind = ReplyForm if draft is not None and draft.conversation_id else ComposeForm
    return kind(viewer_of(request), request.POST, request.FILES, draft=draft)


def _save(viewer: Viewer, key: UUID, form: WritingForm, changes: dict[str, Any]) -> Draft:
    fields = form.fields_of_draft() | changes
    return drafts.save(viewer=viewer, key=key, version=form.version_read, **fields)


def _changes(request: HttpRequest, draft: Draft | None, verb: str, rest: str) -> dict[str, Any]:
    """What a button changes of the draft besides what was typed: its lines, or to whom a reply goes."""
    kept = list(lines.parse(draft.lines)) if draft else list(writing.given_lines(request))
    if verb == "to":
        return {"to_all": rest == "all"}
    if verb == "add":
        return {"lines": lines.dump([*kept, writing.line_named(rest, request.POST.get("on", "to"))])}
    if verb == "remove" and rest.isdecimal() and int(rest) < len(kept):
        return {"lines": lines.dump(kept[: int(rest)] + kept[int(rest) + 1 :])}
    return {} if draft else {"lines": lines.dump(kept)}


def _and_then(request: HttpRequest, draft: Draft, verb: str, rest: str) -> HttpResponse:
    viewer = viewer_of(request)
    steps: dict[str, Callable[[], object]] = {
        "detach": partial(_detach, viewer, draft, rest),
        "template": partial(writing.begin_with, request, draft),
    }
    if verb == "send":
        return _send(request, draft)
    if verb in steps:
        steps[verb]()
    if _by_htmx(request):
        form = ComposeForm(viewer, draft=draft_of(viewer, draft.key))
        context = writing.context(request, draft.key, form) | {"oob": True}
        return render(request, "messaging/parts/recipients.html", context)
    if verb == "save":
        done(request, _("Brouillon enregistré."))
    query = urlencode({"q": request.POST.get("q", "")}) if verb == "find" else ""
    place = "#destinataires" if verb in {"find", "add", "remove"} else ""
    return redirect(f"{reverse('messaging:compose', args=[draft.key])}{'?' if query else ''}{query}{place}")


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _detach(viewer: Viewer, draft: Draft, rest: str) -> None:
    if rest.isdecimal():
        drafts.detach(viewer=viewer, draft=draft, attachment=int(rest[:18]))


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Off it goes; or the draft waits, and a sentence says until when."""
    viewer = viewer_of(request)
    outcome = sending.send(viewer=viewer, draft=draft)
    if isinstance(outcome, Draft):
        done(request, sentence_of(outcome))
        return _answer(request, reverse("messaging:drafts"))
    undo = reverse("messaging:recall", args=[outcome.pk]) if recall.may_recall(viewer, outcome) else ""
    done(request, writing.sent_in_words(outcome), undo_url=undo)
    url = reverse("messaging:thread", args=[outcome.conversation_id])
    return _answer(request, f"{url}#message-{outcome.pk}" if outcome.answers_id else reverse("messaging:sent"))


def _answer(request: HttpRequest, url: str) -> HttpResponse:
    return JsonResponse({"url": url}) if request.headers.get(SCRIPTED) else redirect(url)


def _settled(request: HttpRequest, key: UUID, draft: Draft | None, verb: str) -> HttpResponse:
    viewer = viewer_of(request)
    if draft is None:
        return redirect("messaging:drafts")
    if verb == "reopen":
        drafts.reopen(viewer=viewer, draft=draft)
        return redirect("messaging:compose", key)
    conversation = draft.conversation_id
    drafts.discard(viewer=viewer, draft=draft)
    done(request, _("Brouillon supprimé."))
    return redirect("messaging:thread", conversation) if conversation else redirect("messaging:drafts")


# --- What keeps it from being done ------------------------------------------------------------------------
def _conflict(request: HttpRequest, key: UUID, form: WritingForm, error: Conflict) -> HttpResponse:
    """Saved elsewhere meanwhile: both texts are shown. Sent already: there is nothing left to do."""
    viewer = viewer_of(request)
    if error.code == "already-sent" and (sent := _sent(viewer, key)):
        done(request, _("Ce message est déjà parti."))
        return _answer(request, reverse("messaging:thread", args=[sent.conversation_id]))
    theirs = draft_of(viewer, key)
    if request.headers.get(SCRIPTED):
        if _waits_already(form, theirs, error):
            return JsonResponse({"url": reverse("messaging:drafts")})
        return _told(error, theirs)
    if theirs is None or error.code != "draft-changed" or _by_htmx(request):
        raise error
    typed = request.POST.copy()
    typed["version"] = str(theirs.version)
    form.data, form.draft = typed, theirs
    return _page(request, key, form, conflict=theirs, status=409)


def _waits_already(form: WritingForm, theirs: Draft | None, error: Conflict) -> bool:
    """Whether the page sends once more, its first answer lost, what waits to leave with these very words."""
    sent = form.data.get("do") == "send" and error.code == "draft-waits"
    return sent and theirs is not None and theirs.body == form.cleaned_data["body"]


def _refused(request: HttpRequest, key: UUID, form: WritingForm, error: DomainError) -> HttpResponse:
    """The sentence beside its field. What was typed may have been saved all the same: the version follows."""
    if request.headers.get(SCRIPTED):
        return _told(error, draft_of(viewer_of(request), key))
    if _by_htmx(request):
        raise error
    add_domain_error(form, error)
    kept = draft_of(viewer_of(request), key)
    if kept is not None:
        typed = request.POST.copy()
        typed["version"] = str(kept.version)
        form.data, form.draft = typed, kept
    return _page(request, key, form, status=error.status)


def _told(error: DomainError, draft: Draft | None) -> JsonResponse:
    """For the page's script: what went wrong, and what is kept here."""
    kept = {"version": draft.version, "body": draft.body, "subject": draft.subject} if draft else {"version": 0}
    return JsonResponse({"code": error.code, "message": error.message, **kept}, status=error.status)


# --- For the script of the page ---------------------------------------------------------------------------
@requires("messaging.write")
@require_POST
def autosave(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keep what is being typed. Answers the new version, or what was saved elsewhere meanwhile (409)."""
    viewer = viewer_of(request)
    draft = draft_of(viewer, key)
    form = _form(request, draft)
    if not form.is_valid():
        return JsonResponse({"code": "form", "errors": form.errors, "version": form.data.get("version")}, status=422)
    try:
        saved = _save(viewer, key, form, _changes(request, draft, "", ""))
    except DomainError as error:
        return _told(error, draft_of(viewer, key))
    return JsonResponse({"version": saved.version})


@requires("messaging.write")
@require_safe
def candidates(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whom the words may mean, for the list under the search field."""
    return render(request, "messaging/parts/candidates.html", {"key": key, **writing.found(request)})



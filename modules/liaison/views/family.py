"""What families read and answer, and what pupils see."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from core.people.children import chosen_child
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.liaison import rules, selectors, services
from modules.liaison.choices import Status
from modules.liaison.forms import PaperForm, ReplyForm
from modules.liaison.models import Copy, Note
from modules.liaison.selectors import Item
from modules.liaison.selectors.family import history_of
from modules.liaison.views.parts import header, is_family, page_of


@requires("liaison.view")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A family's notes, what is to be signed first; staff without children here are sent to their own place."""
    viewer = viewer_of(request)
    if not is_family(viewer):
        if rules.may_follow_notes(viewer.codes):
            return redirect("liaison:notes")
        if selectors.treats_any(viewer):
            return redirect("liaison:desk")
    child = chosen_child(request)
    todo = selectors.items_of(viewer, selectors.ready(selectors.todo_of(viewer, child)))
    page = page_of(request, selectors.ready(selectors.read_of(viewer, child)))
    items = selectors.items_of(viewer, page.object_list)
    context = header(request) | {"todo": todo, "items": items, "page": page, "child": child}
    return render(request, "liaison/list.html", context)


@requires("liaison.view")
@require_safe
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note as its readers see it, with one place to answer for each child; its author goes to its board."""
    viewer = viewer_of(request)
    found = selectors.get_visible_or_404(viewer, pk)
    items = selectors.family_items(viewer, found)
    if not items:
        return _school_side(found)
    return _note_page(request, found, items)


def _school_side(found: Note) -> HttpResponse:
    if found.status in (Status.DRAFT, Status.SCHEDULED):
        return redirect("liaison:check", found.pk)
    if found.status == Status.DISCARDED:
        raise Http404("put away")
    return redirect("liaison:board", found.pk)


@requires("liaison.ask")
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """« J’ai pris connaissance »"""
    viewer = viewer_of(request)
    copy = selectors.get_copy_or_404(viewer, pk)
    services.acknowledge(viewer=viewer, copy=copy)
    done(request, _("Merci, c’est noté pour %(child)s.") % {"child": copy.child.first_name})
    return _back(copy)


@requires("liaison.ask")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign, accept, choose or refuse, for one child."""

    def act(copy: Copy, form: Any) -> None:
        services.answer(viewer=viewer_of(request), copy=copy, reply=form.reply())

    return _attempt(request, pk, ReplyForm, act, _("Votre réponse est enregistrée pour %(child)s."))


@requires("liaison.ask")
@require_POST
def return_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the document that is asked for."""

    def act(copy: Copy, form: Any) -> None:
        services.return_paper(viewer=viewer_of(request), copy=copy, upload=form.cleaned_data["file"])

    return _attempt(request, pk, PaperForm, act, _("Document rendu pour %(child)s."))


@requires("liaison.ask")
@require_POST
def take_paper_back(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    viewer = viewer_of(request)
    copy = selectors.get_copy_or_404(viewer, pk)
    services.take_paper_back(viewer=viewer, copy=copy, paper_id=paper)
    done(request, _("Document retiré."))
    return _back(copy)


def _attempt(
    request: HttpRequest, pk: int, form_class: Any, act: Callable[[Copy, Any], None], says: str
) -> HttpResponse:
    """A form of one child's place on the page: done and back there, or the page again with what is to be mended."""
    viewer = viewer_of(request)
    copy = selectors.get_copy_or_404(viewer, pk)
    found = selectors.get_visible_or_404(viewer, copy.note_id)
    items = selectors.family_items(viewer, found)
    item = next(one for one in items if one.copy.pk == copy.pk)
    form = form_class(item, request.POST, request.FILES)
    if form.is_valid():
        try:
            act(copy, form)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, says % {"child": copy.child.first_name})
            return _back(copy)
    return _note_page(request, found, items, refused={copy.pk: form})


def _back(copy: Copy) -> HttpResponse:
    return redirect(f"{reverse('liaison:note', args=[copy.note_id])}#enfant-{copy.pk}")


def _note_page(
    request: HttpRequest, found: Note, items: list[Item], *, refused: dict[int, forms.Form] | None = None
) -> HttpResponse:
    viewer = viewer_of(request)
    refused = refused or {}
    blocks = [_block(item, refused.get(item.copy.pk)) for item in items]
    context = {
        "note": found,
        "blocks": blocks,
        "attachments": list(found.attachments.all()),
        "choices": list(found.choices.all()),
        "revisions": list(found.revisions.all()),
        "rights": selectors.rights_on(viewer, found),
        "refused": next(iter(refused.values()), None),
    }
    return render(request, "liaison/note.html", context, status=422 if refused else 200)


def _block(item: Item, refused: forms.Form | None) -> dict[str, Any]:
    """One child's place on the page of a note."""
    reply = refused if isinstance(refused, ReplyForm) else None
    paper = refused if isinstance(refused, PaperForm) else None
    asks = bool(rules.answers_to(item.note.kind))
    return {
        "item": item,
        "form": (reply or ReplyForm(item)) if asks and (item.may_answer or reply) else None,
        "paper_form": (paper or PaperForm(item)) if item.may_return else None,
        "history": history_of(item),
        "open": reply is not None,
    }

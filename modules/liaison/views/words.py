"""Families' words: written and followed by guardians, treated by the school."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.people.children import chosen_child
from core.people.families import children_seen_by
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.liaison import selectors, services
from modules.liaison.choices import WordState
from modules.liaison.forms import DeskFilter, TreatForm, WordForm
from modules.liaison.models import Word
from modules.liaison.selectors.words import class_names, classes_on_desk
from modules.liaison.views.parts import header, may_ask, page_of, posted

ROWS = 40


# --- Families -------------------------------------------------------------------------------------------
@requires("liaison.ask")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What was written about one's children, by oneself or by the other guardian."""
    viewer = viewer_of(request)
    page = page_of(request, selectors.words_of_family(viewer, chosen_child(request)))
    numbers = {child.pk: number for number, child in enumerate(children_seen_by(viewer), start=1)}
    rows = [
        (word, numbers.get(word.child_id, 1), selectors.when_in_words(word), word.author_id == viewer.person.pk)
        for word in page
        if viewer.person is not None
    ]
    return render(request, "liaison/words.html", header(request) | {"page": page, "rows": rows})


@requires("liaison.ask")
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if not may_ask(viewer):
        raise Http404("words are closed, or no child here")
    children = children_seen_by(viewer)
    chosen = chosen_child(request) or (children[0] if len(children) == 1 else None)
    initial = {"key": uuid.uuid4(), "child": chosen.pk if chosen else None, "starts_on": timezone.localdate()}
    form = WordForm(children, posted(request), request.FILES or None, initial=initial)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            word = services.write_word(
                viewer=viewer, child=typed["child"], content=form.content(), key=typed["key"],
                uploads=typed["documents"],
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, _("Mot envoyé à l’établissement."))
            return redirect("liaison:word", word.pk)
    context = {"form": form, "files_lost": form.is_bound and bool(request.FILES)}
    return render(request, "liaison/word_form.html", context, status=422 if form.errors else 200)


@requires("liaison.view")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A word and what became of it; whoever treats it has then seen it."""
    viewer = viewer_of(request)
    word = selectors.get_word_or_404(viewer, pk)
    treats = selectors.may_treat(viewer, word)
    if treats and word.state == WordState.RECEIVED and services.see_words(viewer=viewer, words=[word]):
        word = selectors.get_word_or_404(viewer, pk)
    return _word_page(request, word)


@requires("liaison.ask")
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    word = selectors.get_word_or_404(viewer, pk)
    if viewer.person is None or word.author_id != viewer.person.pk:
        raise Http404("somebody else wrote it")
    services.take_back(viewer=viewer, word=word)
    done(request, _("Mot repris\u00a0: l’établissement ne le voit plus."))
    return redirect("liaison:words")


# --- The school -----------------------------------------------------------------------------------------
@requires("liaison.view")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, by day and class; then what is settled."""
    viewer = viewer_of(request)
    if not selectors.treats_any(viewer):
        raise Http404("treats nothing")
    filters = DeskFilter(classes_on_desk(viewer), request.GET)
    chosen = filters.chosen()
    page = page_of(request, selectors.desk(viewer, **chosen), size=ROWS)
    context = header(request) | {"page": page, "filters": filters, "chosen": chosen, "narrowed": any(chosen.values())}
    if chosen["settled"]:
        names = class_names([word.child_id for word in page])
        context["settled"] = [(word, selectors.when_in_words(word), names.get(word.child_id, "")) for word in page]
    else:
        context["days"] = selectors.by_day(page)
    return render(request, "liaison/desk.html", context)


@requires("liaison.view")
@require_POST
def treat(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, refuse or answer."""
    viewer = viewer_of(request)
    word = selectors.get_word_or_404(viewer, pk)
    if not selectors.may_treat(viewer, word):
        raise Http404("not theirs to treat")
    form = TreatForm(request.POST, has_same=selectors.same_as(word).exists())
    if form.is_valid():
        try:
            services.treat(viewer=viewer, word=word, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, _("Réponse envoyée à la famille de %(child)s.") % {"child": word.child.full_name})
            return redirect("liaison:desk")
    return _word_page(request, word, form=form)


def _word_page(request: HttpRequest, word: Word, *, form: TreatForm | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    treats = selectors.may_treat(viewer, word)
    same = list(selectors.same_as(word).select_related("author")) if treats else []
    numbers = {child.pk: number for number, child in enumerate(children_seen_by(viewer), start=1)}
    is_author = viewer.person is not None and word.author_id == viewer.person.pk
    context = {
        "word": word,
        "when": selectors.when_in_words(word),
        "number": numbers.get(word.child_id),
        "class_name": class_names([word.child_id]).get(word.child_id, ""),
        "treats": treats,
        "same": same,
        "form": (form or TreatForm(has_same=bool(same), initial={"together": True})) if treats else None,
        "is_author": is_author,
        "may_take_back": is_author and word.is_open,
        "files": list(word.files.all()) if selectors.may_read_files(viewer, word) else [],
        "has_files": bool(word.files.all()),
        "steps": [
            {"title": step.get_state_display(), "when": step.at, "who": str(step.by or ""), "text": step.reply}
            for step in word.steps.all()
        ],
    }
    return render(request, "liaison/word.html", context, status=422 if form is not None else 200)

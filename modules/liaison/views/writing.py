"""Writing notes: what to write, the form, the audience counted while one chooses."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, DomainError
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.liaison import rules, selectors, services
from modules.liaison.choices import NoteKind
from modules.liaison.forms import AmendForm, AudienceForm, NoteForm
from modules.liaison.models import Note
from modules.liaison.views.parts import about, header, picked, posted

FORM = require_http_methods(["GET", "HEAD", "POST"])


@requires("liaison.view")
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """What would you like to write? One line for each kind of note."""
    _writers_only(request)
    return render(request, "liaison/new.html", header(request) | {"kinds": list(NoteKind)})


@requires("liaison.view")
@FORM
def create(request: HttpRequest, nature: str) -> HttpResponse:
    viewer = _writers_only(request)
    if nature not in NoteKind.values:
        raise Http404(nature)
    form = NoteForm(viewer, nature, posted(request), request.FILES or None)
    if _only_searches(request):
        return _form_page(request, _unchecked(form))
    if form.is_valid():
        try:
            note = services.create_note(viewer=viewer, content=form.content(), key=form.cleaned_data["key"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _saved(request, note)
    return _form_page(request, form)


@requires("liaison.view")
@FORM
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    viewer = _writers_only(request)
    note = selectors.written_or_404(viewer, pk, "edit")
    form = NoteForm(viewer, note.kind, posted(request), request.FILES or None, note=note)
    if _only_searches(request):
        return _form_page(request, _unchecked(form), note=note)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.change_note(viewer=viewer, note=note, version=version, content=form.content())
        except Conflict as error:
            return _conflict(request, form, note, error)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _saved(request, note)
    return _form_page(request, form, note=note)


@requires("liaison.view")
@FORM
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what may still change of a note that families have."""
    viewer = viewer_of(request)
    note = selectors.written_or_404(viewer, pk, "amend")
    form = AmendForm(note, posted(request), request.FILES or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            services.amend_note(viewer=viewer, note=note, version=version, change=form.change())
        except DomainError as error:
            add_domain_error(form, error)
            status = error.status
        else:
            done(request, _("Mot modifié\u00a0: les familles le voient."))
            return redirect("liaison:board", note.pk)
    return render(request, "liaison/amend.html", about(viewer, note) | {"form": form}, status=status)


@requires("liaison.view")
@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new draft from an old note."""
    viewer = _writers_only(request)
    note = selectors.written_or_404(viewer, pk, "follow")
    made = services.duplicate_note(viewer=viewer, note=note)
    done(request, _("Brouillon créé d’après ce mot\u00a0: choisissez les dates."))
    return redirect("liaison:edit", made.pk)


@requires("liaison.view")
@require_POST
def audience_count(request: HttpRequest) -> HttpResponse:
    """How many the chosen audience reaches, while it is being chosen. Changes nothing."""
    viewer = _writers_only(request)
    form = AudienceForm(viewer, request.POST)
    counted = selectors.count_in_words(form.spec(), viewer) if form.is_valid() and form.spec() else {}
    return render(request, "liaison/parts/count.html", counted)


@requires("liaison.view")
@require_POST
def pupils(request: HttpRequest) -> HttpResponse:
    """The pupils found by the words of `q`, and those chosen already."""
    viewer = _writers_only(request)
    return render(request, "liaison/parts/picked.html", {"pick": picked(request, AudienceForm(viewer, request.POST))})


def _writers_only(request: HttpRequest) -> Any:
    viewer = viewer_of(request)
    if not rules.writes(viewer.codes):
        raise Http404("writes nothing")
    return viewer


def _only_searches(request: HttpRequest) -> bool:
    """Whether « Chercher » was pressed: the form comes back as it was typed."""
    return request.method == "POST" and "search" in request.POST


def _unchecked(form: NoteForm) -> NoteForm:
    form.is_valid()
    form.errors.clear()
    return form


def _saved(request: HttpRequest, note: Note) -> HttpResponse:
    if "check" in request.POST:
        return redirect("liaison:check", note.pk)
    done(request, _("Brouillon enregistré."))
    if "more" in request.POST:  # to add more slots
        return redirect("liaison:edit", note.pk)
    return redirect("liaison:notes")


def _form_page(request: HttpRequest, form: NoteForm, *, note: Note | None = None) -> HttpResponse:
    """422 for a form that was refused. Browsers do not send files twice: the page says so."""
    files_lost = form.is_bound and any(request.FILES.getlist(name) for name in request.FILES)
    context = {"form": form, "note": note, "kind": form.kind, "files_lost": files_lost, "pick": picked(request, form)}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "liaison/form.html", context, status=status)


def _conflict(request: HttpRequest, form: NoteForm, note: Note, error: Conflict) -> HttpResponse:
    """Saved elsewhere meanwhile: what was typed stays, and saving again is a choice."""
    theirs = selectors.get_visible_or_404(viewer_of(request), note.pk)
    typed = request.POST.copy()
    typed["version"] = str(theirs.version)
    form.data = typed
    context = {
        "form": form, "note": theirs, "kind": form.kind, "conflict": error.message, "files_lost": bool(request.FILES),
        "pick": picked(request, form),
    }  # fmt: skip
    return render(request, "liaison/form.html", context, status=409)

"""What the school follows: the list of notes, a note's board, its exports, answers given on paper."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.people.families import guardians_of
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done
from modules.liaison import papers, rules, selectors, services
from modules.liaison.choices import Outcome, Status
from modules.liaison.forms import BoardFilter, NotesFilter, RecordForm
from modules.liaison.models import Copy, Note
from modules.liaison.selectors.board import in_words, may_remind
from modules.liaison.selectors.family import slot_in_words
from modules.liaison.views.parts import about, header, page_of, posted

# Families on one page of a board.
ROWS = 50


@requires("liaison.view")
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """The notes that the viewer writes, and those of all for who follows them; each with how far families are."""
    viewer = viewer_of(request)
    if not rules.may_follow_notes(viewer.codes):
        raise Http404("follows nothing")
    filters = NotesFilter(request.GET, manages=viewer.can(rules.MANAGE))
    chosen = filters.chosen()
    page = page_of(request, selectors.followed_notes(viewer, **chosen))
    rows = _with_counts(viewer, list(page.object_list))
    narrowed = any(chosen.values())
    context = header(request) | {"page": page, "rows": rows, "filters": filters, "narrowed": narrowed}
    return render(request, "liaison/notes.html", context)


def _with_counts(viewer: Viewer, page: list[Note]) -> list[dict[str, Any]]:
    counts = selectors.tallies(page, viewer.modules)
    rows = []
    for note in page:
        tally = selectors.tally_of(note, counts[note.pk])
        says = in_words(note.kind, tally) if tally.total else ""
        rows.append({"note": note, "tally": tally, "says": says, "audience": selectors.audience_in_words(note)})
    return rows


@requires("liaison.view")
@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Done, waiting, refused, contradictory: counted, by class, and by name."""
    viewer = viewer_of(request)
    note = selectors.written_or_404(viewer, pk, "follow")
    found = selectors.board_of(note, viewer)
    filters = BoardFilter([(tally.key, tally.label) for tally in found.by_class if tally.key], request.GET)
    chosen = filters.chosen()
    page = page_of(request, selectors.rows_matching(note, viewer, **chosen), size=ROWS)
    context = about(viewer, note) | {
        "board": found,
        "filters": filters,
        "chosen": chosen,
        "page": page,
        "rows": selectors.rows_of(viewer, page.object_list),
        "booked": selectors.slots_of(note),
        "newcomers": _newcomers(note),
        "may_remind": may_remind(note, timezone.now()),
        "outcomes": [(one, found.whole.counts[one]) for one in Outcome if found.whole.counts[one]],
        "revisions": list(note.revisions.all()),
    }
    return render(request, "liaison/board.html", context)


def _newcomers(note: Note) -> int:
    if note.status != Status.PUBLISHED:
        return 0
    return selectors.latecomers(note, selectors.pupils_of(selectors.spec_of(note)))


@requires("liaison.view")
@require_safe
def export(request: HttpRequest, pk: int, extension: str) -> HttpResponse:
    """The board as a sheet to print or to compute with, as the filters of the address narrow it."""
    viewer = viewer_of(request)
    note = selectors.written_or_404(viewer, pk, "follow")
    if extension not in papers.FORMS:
        raise Http404(extension)
    found = selectors.board_of(note, viewer)
    filters = BoardFilter([(tally.key, tally.label) for tally in found.by_class if tally.key], request.GET)
    rows = selectors.rows_of(viewer, selectors.rows_matching(note, viewer, **filters.chosen()))
    services.note_export(viewer=viewer, note=note, form=extension)
    return papers.answer(extension, viewer, found, rows)


@requires("liaison.view")
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what a family gave on paper."""
    viewer = viewer_of(request)
    copy = Copy.objects.select_related("child").filter(pk=pk).first()
    if copy is None:
        raise Http404("no such copy")
    note = selectors.written_or_404(viewer, copy.note_id, "record")
    guardians = list(guardians_of(copy.child, modules=viewer.modules))
    slots = [(slot.pk, slot_in_words(slot)) for slot in note.slots.all()]
    initial = {"paper_in_hand": copy.paper_in_hand_at is not None, "guardian": guardians[0].pk if guardians else None}
    form = RecordForm(note, guardians, posted(request), slots=slots, initial=initial)
    if form.is_valid():
        chosen = form.cleaned_data.get("guardian")
        guardian = next((one for one in guardians if one.pk == chosen), None)
        try:
            services.record(
                viewer=viewer, copy=copy, guardian=guardian, reply=form.reply(),
                paper_in_hand=bool(form.cleaned_data.get("paper_in_hand")),
            )  # fmt: skip
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, _("Réponse saisie pour %(child)s.") % {"child": copy.child.full_name})
            return redirect(reverse("liaison:board", args=[note.pk]))
    context = about(viewer, note) | {"copy": copy, "form": form, "guardians": guardians}
    return render(request, "liaison/record.html", context, status=422 if form.errors else 200)

"""The journal's pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.audit import export, selectors, services, words
from core.audit.forms import JournalFilters
from core.audit.models import AuditEntry
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of


@requires("audit.view")
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Entries that fit the filters, newest first."""
    form = JournalFilters(request.GET)
    filters = form.filters()
    cursor = request.GET.get("suite", "")
    piece = selectors.piece(selectors.filtered(filters), cursor)
    context = {
        "form": form,
        "filtered": bool(filters),
        "entries": [_shown(entry) for entry in piece.entries],
        "following": piece.following,
        "continued": bool(cursor),
        "months": viewer_of(request).modules["audit"].settings["months"],
    }
    return render(request, "audit/journal.html", context, status=200 if form.is_valid() else 422)


@requires("audit.view")
@require_POST
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The same entries as CSV. That they were taken away is written in the journal."""
    form = JournalFilters(request.POST)
    entries = selectors.filtered(form.filters())
    services.record_export(actor=viewer_of(request).person, filters=form.chosen())
    response = StreamingHttpResponse(export.lines(entries), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="journal-{timezone.localdate():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _shown(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "day": timezone.localtime(entry.at).date(),
        "who": entry.actor_name,
        "by_system": entry.actor_account_id is None,
        "action": words.action(entry.action),
        "type": words.target_type(entry.target_type),
        "label": entry.target_label,
        "target": f"{entry.target_type}:{entry.target_id}" if entry.target_id else "",
        "changes": words.changes(entry.target_type, entry.changes),
    }

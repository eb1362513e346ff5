"""The pages of the delivery log."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.modules.contract import Importance
from core.modules.state import Modules
from core.notifications import services as telling
from core.notifications.channels import troubles
from core.notifications.journal import export, selectors, services, words
from core.notifications.journal.forms import JournalFilters, kind_label
from core.notifications.models import Event
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.toasts import done


@requires("notifications.journal")
@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """What was told, newest first; on the first page also the week and the addresses in default."""
    viewer, form, cursor = viewer_of(request), JournalFilters(request.GET), request.GET.get("suite", "")
    filters = form.filters()
    page = selectors.page(selectors.filtered(filters), cursor)
    context: dict[str, Any] = {
        "form": form,
        "filtered": bool(filters),
        "lines": [_shown(line, viewer.modules) for line in page.lines],
        "following": page.following,
        "continued": bool(cursor),
    }
    if not filters and not cursor:
        context |= _overview(viewer)
    return render(request, "notifications/journal/journal.html", context, status=200 if form.is_valid() else 422)


@requires("notifications.journal")
@require_POST
def download(request: HttpRequest) -> StreamingHttpResponse:
    """The same counts as CSV. That they were taken away is written in the journal."""
    viewer, form = viewer_of(request), JournalFilters(request.POST)
    events = selectors.filtered(form.filters())
    services.record_export(actor=viewer.person, filters=form.chosen())
    response = StreamingHttpResponse(export.lines(events, viewer.modules), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="envois-{timezone.localdate():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@requires("notifications.journal")
@require_POST
def retry_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Try again what failed of one event."""
    count = telling.retry(event=get_object_or_404(Event, pk=pk), actor=viewer_of(request).person)
    told = ngettext("%(count)d envoi va repartir.", "%(count)d envois vont repartir.", count) % {"count": count}
    done(request, told)
    return redirect("notifications:journal")


@requires("notifications.journal")
@require_POST
def retry_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody knows that the address works again."""
    viewer = viewer_of(request)
    troubles.try_again(trouble=selectors.get_trouble_or_404(viewer, pk), actor=viewer.person)
    done(request, _("Le prochain envoi partira de nouveau à cette adresse."))
    return redirect("notifications:journal")


def _overview(viewer: Viewer) -> dict[str, Any]:
    week, alarms = selectors.week()
    troubles_seen, count = selectors.troubles(viewer)
    return {
        "week": [{"name": words.channel(tally.channel), "tally": tally} for tally in week],
        "alarms": [{"alarm": a, "channel": words.channel(a.channel), "reason": words.reason(a.reason)} for a in alarms],
        "troubles": [{"one": t, "reason": words.reason(t.row.reason)} for t in troubles_seen],
        "hidden": count - len(troubles_seen),
    }


def _shown(line: selectors.Line, modules: Modules) -> dict[str, Any]:
    return {
        "event": line.event,
        "day": timezone.localtime(line.event.happened_at).date(),
        "label": kind_label(line.event.kind),
        "module": words.module_name(line.event, modules),
        "urgent": line.event.importance == Importance.URGENT,
        "can_retry": line.can_retry,
        "channels": [
            {
                "name": words.channel(tally.channel),
                "tally": tally,
                "failed": [(words.reason(code), count) for code, count in sorted(tally.failed.items())],
            }
            for tally in line.tallies
        ],
    }

"""The console's first page: what is open, what is being prepared, what failed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.accounts.guards import regional
from tenants.establishments import selectors
from tenants.establishments.models import Establishment, ImportRun, Lifecycle
from tenants.portal.navigation import whole_region
from tenants.portal.views.access import ADMINISTRATOR, ANY_ROLE, schools_for

_SHOWN = 8


@regional(*ANY_ROLE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    schools = schools_for(request)
    counts = selectors.counts_by_state(schools)
    preparing = schools.filter(lifecycle=Lifecycle.PREPARING).order_by("-lifecycle_since")
    waiting = ImportRun.objects.filter(state=ImportRun.State.READY) if whole_region(request) else None
    failed = selectors.with_failed_step(schools)
    context = {
        "counts": counts,
        "total": sum(counts.values()),
        "failed": failed.order_by("commune")[:_SHOWN],
        "failed_count": failed.count(),
        "preparing": [_with_progress(school) for school in preparing[:_SHOWN]],
        "opened": schools.filter(lifecycle=Lifecycle.ACTIVE).order_by("-lifecycle_since")[:_SHOWN],
        "waiting_import": waiting.first() if waiting is not None else None,
        "may_administer": bool(schools_for(request, ADMINISTRATOR)[:1]) or whole_region(request),
        "whole_region": whole_region(request),
    }
    return render(request, "portal/console.html", context)


def _with_progress(school: Establishment) -> dict[str, object]:
    return {"school": school, "preparation": selectors.preparation_of(school)}

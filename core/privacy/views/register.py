"""The register of processing: to read, to print, to take to a spreadsheet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.privacy import register as registers
from core.privacy.views.tabs import tabs


@requires("privacy.manage")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    modules = viewer_of(request).modules
    context = {
        "lines": registers.lines(modules),
        "controller": registers.controller(modules),
        "today": timezone.localdate(),
        "tabs": tabs("register"),
    }
    return render(request, "privacy/register.html", context)


@requires("privacy.manage")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(registers.as_csv(viewer_of(request).modules), content_type="text/csv; charset=utf-8")
    name = f"registre-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response

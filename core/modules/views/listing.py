"""All modules at a glance, and their order."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from core.modules import purging, selectors, services
from core.modules.views.proposing import NEVER, propose
from core.modules.words import roles
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of


@requires("modules.manage")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    modules = viewer_of(request).modules
    purges = {purge.module: purge for purge in purging.planned(modules.establishment)}
    rows = [
        {
            "state": state,
            "purge": None if state.enabled else purges.get(state.slug),
            "open_to": roles(state.roles, state.serves),
            "version": services.versions(modules, [state.slug])[state.slug],
        }
        for state in modules.offered()
    ]
    context = {"rows": rows, "core": selectors.configurable_core(modules)}
    return render(request, "modules/index.html", context)


@requires("modules.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest) -> HttpResponse:
    """The order is moved about in the form itself; nothing changes before the difference is applied."""
    modules = viewer_of(request).modules
    slugs = request.POST.getlist("order") or [state.slug for state in modules.offered()]
    if request.method == "POST" and "move" not in request.POST:
        seen = {slug: _version(request, slug) for slug in slugs}
        return propose(request, services.order_changes(modules, slugs), seen=seen, back=reverse("modules:index"))
    slugs = services.moved(modules, slugs, request.POST.get("move", ""))
    versions = services.versions(modules, slugs)
    seen = {slug: _version(request, slug) if request.method == "POST" else versions[slug] for slug in slugs}
    rows = [{"state": modules[slug], "version": seen[slug]} for slug in slugs]
    return render(request, "modules/order.html", {"rows": rows})


def _version(request: HttpRequest, slug: str) -> int:
    text = request.POST.get(f"version_{slug}", "")
    return int(text) if text.isdecimal() and len(text) < 10 else NEVER

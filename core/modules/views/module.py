"""One module: its name, who uses it, its options, its notifications, its history."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.modules import purging, selectors, services
from core.modules.forms import AccessForm, GeneralForm, ModuleForm, NotificationsForm, SettingsForm
from core.modules.state import Modules, ModuleState
from core.modules.views.proposing import propose, version_seen
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error

PER_PAGE = 20


@dataclass(frozen=True)
class Tab:
    name: str
    label: Any

    def shown_for(self, state: ModuleState) -> bool:
        """An area of core has options and notifications only; nobody sees an empty tab."""
        match self.name:
            case "options":
                return bool(state.manifest.settings)
            case "notifications":
                return any(not kind.always for kind in state.manifest.notifications)
            case "history":
                return True
        return not state.manifest.core


TABS = (
    Tab("general", gettext_lazy("Général")),
    Tab("access", gettext_lazy("Qui s’en sert")),
    Tab("options", gettext_lazy("Options")),
    Tab("notifications", gettext_lazy("Notifications")),
    Tab("history", gettext_lazy("Historique")),
)


def context_for(request: HttpRequest, state: ModuleState, current: str) -> dict[str, Any]:
    names = {"history": "module_history"}
    tabs = [
        {
            "label": tab.label,
            "url": reverse(f"modules:{names.get(tab.name, tab.name)}", args=[state.slug]),
            "current": tab.name == current,
        }
        for tab in TABS
        if tab.shown_for(state)
    ]
    modules = viewer_of(request).modules
    version = services.versions(modules, [state.slug])[state.slug]
    return {"state": state, "tabs": tabs, "version": version, **purge_of(modules, state)}


def purge_of(modules: Modules, state: ModuleState) -> dict[str, Any]:
    """What a page says of a module that is off and still holds something."""
    if state.manifest.core or state.enabled or state.slug not in modules.installed:
        return {}
    planned = next(iter(purging.planned(modules.establishment, state.slug)), None)
    return {"planned": planned, "may_purge": planned is None and not state.required}


def edit(request: HttpRequest, slug: str, form_class: type[ModuleForm], name: str) -> HttpResponse:
    """Show one of the module's forms, or what it would change."""
    state = selectors.state_or_404(viewer_of(request), slug)
    if not next(tab for tab in TABS if tab.name == name).shown_for(state):
        return redirect("modules:module_history" if name == "general" else "modules:general", slug)
    form = form_class(request.POST if request.method == "POST" else None, state=state)
    if request.method == "POST" and form.is_valid():
        try:
            wanted, seen = {slug: form.wanted()}, {slug: version_seen(request)}
            return propose(request, wanted, seen=seen, back=request.path)
        except DomainError as error:
            add_domain_error(form, error)
    context = {**context_for(request, state, name), "form": form}
    return render(request, f"modules/{name}.html", context, status=422 if form.errors else 200)


_EDITING = require_http_methods(["GET", "HEAD", "POST"])


@requires("modules.manage")
@_EDITING
def general(request: HttpRequest, slug: str) -> HttpResponse:
    return edit(request, slug, GeneralForm, "general")


@requires("modules.manage")
@_EDITING
def access(request: HttpRequest, slug: str) -> HttpResponse:
    return edit(request, slug, AccessForm, "access")


@requires("modules.manage")
@_EDITING
def options(request: HttpRequest, slug: str) -> HttpResponse:
    return edit(request, slug, SettingsForm, "options")


@requires("modules.manage")
@_EDITING
def notifications(request: HttpRequest, slug: str) -> HttpResponse:
    return edit(request, slug, NotificationsForm, "notifications")


@requires("modules.manage")
@require_POST
def activation(request: HttpRequest, slug: str) -> HttpResponse:
    """Switch on or off: shows what would change."""
    state = selectors.state_or_404(viewer_of(request), slug)
    back = reverse("modules:index")
    try:
        wanted = {slug: {"enabled": request.POST.get("enabled") == "1"}}
        return propose(request, wanted, seen={slug: version_seen(request)}, back=back)
    except DomainError as error:
        messages.error(request, _("%(name)s\u00a0: %(why)s") % {"name": state.name, "why": error.message})
        return redirect(back)


@requires("modules.manage")
@require_safe
def module_history(request: HttpRequest, slug: str) -> HttpResponse:
    state = selectors.state_or_404(viewer_of(request), slug)
    page = Paginator(selectors.history(slug), PER_PAGE).get_page(request.GET.get("page"))
    context = {**context_for(request, state, "history"), "page": page}
    return render(request, "modules/module_history.html", context)

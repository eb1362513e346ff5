"""The grid of who may write to whom: read in sentences, changed by pair, or by a preset whose effect is shown first."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from modules.messaging.safety import rules as services
from modules.messaging.views.safety import page


@requires("messaging.manage_rules")
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    if request.method == "POST":
        before = services.change(viewer=viewer, wished=services.parse(request.POST))
        if before:
            undo = f"{reverse('messaging:rules_undo')}?{urlencode(before)}"
            done(request, _("La grille est enregistrée."), undo_url=undo)
        else:
            done(request, _("Rien n’a changé."))
        return redirect("messaging:rules")
    own = viewer.modules.establishment.type
    context = page(
        request, "rules", lines=services.table(viewer.modules), roles=services.ORDER,
        presets=[(key, name, key == own) for key, name in services.PRESET_NAMES.items()],
    )  # fmt: skip
    return render(request, "messaging/rules/grid.html", context)


@requires("messaging.manage_rules")
@require_safe
def preset(request: HttpRequest, name: str) -> HttpResponse:
    """What a preset would change, before it is applied."""
    viewer = viewer_of(request)
    try:
        wished = services.preset_of(name)
    except DomainError as error:
        done(request, error.message)
        return redirect("messaging:rules")
    context = page(
        request, "rules", preset=services.PRESET_NAMES[name], wished=wished,
        fields=[(f"{sender}-{recipient}", reach.value) for (sender, recipient), reach in wished.items()],
        changes=services.changes(viewer.modules, wished), after=services.table(viewer.modules, wished),
    )  # fmt: skip
    return render(request, "messaging/rules/preset.html", context)


@requires("messaging.manage_rules")
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Back to what the address names: pairs and what was said of them."""
    services.change(viewer=viewer_of(request), wished=services.parse(request.GET))
    done(request, _("La grille est comme avant."))
    return redirect("messaging:rules")

"""Destroying what a module holds: what is lost, a name to type, some weeks to think again."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.modules import purging, selectors
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error


class NameForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Nom du module"), max_length=80)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = _("Écrivez «\u00a0%(name)s\u00a0» pour confirmer.") % {"name": name}
        self.fields["name"].widget.attrs["autocomplete"] = "off"


@requires("modules.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def purge(request: HttpRequest, slug: str) -> HttpResponse:
    """What would be lost; POST plans it for who has typed the module's name."""
    viewer = viewer_of(request)
    state = selectors.state_or_404(viewer, slug)
    form = NameForm(request.POST if request.method == "POST" else None, name=state.name)
    if request.method == "POST" and form.is_valid():
        try:
            purging.ask(viewer.modules, slug, typed=form.cleaned_data["name"], actor=viewer.person)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("La suppression est prévue. Vous pouvez encore l’annuler."))
            return redirect("modules:general", slug)
    refused = purging.refusal(viewer.modules, slug)
    context = {
        "state": state,
        "form": form,
        "refused": refused,
        "planned": next(iter(purging.planned(viewer.modules.establishment, slug)), None),
        "loss": None if refused else purging.loss(viewer.modules.establishment, slug),
        "days": settings.MODULE_PURGE_DAYS,
    }
    return render(request, "modules/purge.html", context, status=422 if form.errors else 200)


@requires("modules.manage")
@require_POST
def purge_cancel(request: HttpRequest, slug: str) -> HttpResponse:
    viewer = viewer_of(request)
    state = selectors.state_or_404(viewer, slug)
    try:
        purging.cancel(viewer.modules, slug, actor=viewer.person)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Rien ne sera supprimé."))
    return redirect("modules:module_history" if state.manifest.core else "modules:general", slug)

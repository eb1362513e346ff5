"""One's own messagerie: signature, folders, labels, and the way to what else is set for oneself."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.people.choices import STAFF
from core.people.web import attempt
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from modules.messaging.forms import NameForm, SignatureForm
from modules.messaging.models import Correspondent
from modules.messaging.selectors import boxes
from modules.messaging.services import own as services

FORM = require_http_methods(["GET", "HEAD", "POST"])
_CREATE = {"dossiers": services.create_folder, "etiquettes": services.create_label}


@requires("messaging.view")
@FORM
def own(request: HttpRequest) -> HttpResponse:
    """The page, and saving the signature."""
    viewer = viewer_of(request)
    row = Correspondent.objects.filter(person=viewer.person).first()
    form = SignatureForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_valid():
        services.sign(viewer=viewer, text=form.cleaned_data["signature"])
        done(request, _("Signature enregistrée."))
        return redirect("messaging:own")
    return _page(request, {"form": form}, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    viewer = viewer_of(request)
    row = Correspondent.objects.filter(person=viewer.person).first()
    context = {
        "form": SignatureForm(instance=row), "folders": boxes.folders_of(viewer), "labels": boxes.labels_of(viewer),
        "folder_form": NameForm(prefix="dossiers"), "label_form": NameForm(prefix="etiquettes"),
        "name": viewer.modules["messaging"].name, "is_staff": bool(viewer.roles & STAFF),
        "may_write": viewer.can("messaging.write"), "row": row,
    }  # fmt: skip
    return render(request, "messaging/own.html", context | more, status=status)


@requires("messaging.view")
@require_POST
def create(request: HttpRequest, shelf: str) -> HttpResponse:
    """A folder or a label."""
    if shelf not in _CREATE:
        raise Http404(shelf)
    form = NameForm(request.POST, prefix=shelf)
    if form.is_valid() and attempt(form, _CREATE[shelf], viewer=viewer_of(request), name=form.cleaned_data["name"]):
        done(request, _("Dossier créé.") if shelf == "dossiers" else _("Étiquette créée."))
        return redirect(f"{reverse('messaging:own')}#{shelf}")
    return _page(request, {"folder_form" if shelf == "dossiers" else "label_form": form}, status=422)


@requires("messaging.view")
@require_POST
def change_folder(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename it; with `supprimer`, delete it: what lay in it goes to the archive."""
    viewer = viewer_of(request)
    folder = boxes.get_folder_or_404(viewer, pk)
    if "supprimer" in request.POST:
        count = services.delete_folder(viewer=viewer, folder=folder)
        done(request, _("Dossier supprimé. Son contenu est dans vos archives.") if count else _("Dossier supprimé."))
    else:
        services.rename(row=folder, name=request.POST.get("name", ""))
        done(request, _("Dossier renommé."))
    return redirect(f"{reverse('messaging:own')}#dossiers")


@requires("messaging.view")
@require_POST
def change_label(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename it; with `supprimer`, take it off everything."""
    viewer = viewer_of(request)
    label = boxes.get_label_or_404(viewer, pk)
    if "supprimer" in request.POST:
        services.delete_label(label=label)
        done(request, _("Étiquette supprimée."))
    else:
        services.rename(row=label, name=request.POST.get("name", ""))
        done(request, _("Étiquette renommée."))
    return redirect(f"{reverse('messaging:own')}#etiquettes")

"""Records of pupils who change school: proposing, taking in, refusing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.adoption import services as adoption
from core.errors import DomainError
from core.people.transfers import pages, services
from core.people.web import number_in, words_in
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import toasts
from core.ui.typography import counted

_TRANSFER = "people.transfer"
_SHOWN = 300


def _tabs(current: str) -> list[dict[str, Any]]:
    places = (("transfers", _("Reçus")), ("transfers_sent", _("Proposés")))
    return [{"label": label, "url": reverse(f"people:{name}"), "current": name == current} for name, label in places]


@requires(_TRANSFER)
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What other schools propose to this one."""
    context = {"rows": pages.received(), "tabs": _tabs("transfers")}
    return render(request, "people/transfers/received.html", context)


@requires(_TRANSFER)
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    context = {"rows": pages.sent(), "tabs": _tabs("transfers_sent")}
    return render(request, "people/transfers/sent.html", context)


@requires(_TRANSFER)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Choose the school (`?q=`), then the pupils; `?eleve=12` ticks one."""
    viewer, words = viewer_of(request), words_in(request)
    leavers = pages.leavers(viewer)
    ticked = {number_in(text) for text in (request.POST or request.GET).getlist("eleve")}
    if request.method == "POST":
        pupils = list(leavers.filter(pk__in=[pk for pk in ticked if pk is not None]))
        try:
            number = services.propose(pupils=pupils, to_uai=request.POST.get("uai", ""), actor=viewer.person)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            adoption.count("people.transfer", viewer)
            toasts.done(request, _("%(n)s proposés.") % {"n": counted(number, _("dossier"), _("dossiers"))})
            return redirect("people:transfers_sent")
    context = {"words": words, "schools": pages.found_schools(words), "leavers": leavers[:_SHOWN], "ticked": ticked}
    context["chosen"] = request.POST.get("uai", "")
    return render(request, "people/transfers/propose.html", context, status=422 if request.method == "POST" else 200)


@requires(_TRANSFER)
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would be made or met; POST takes the record in."""
    found = services.preview(pk)
    if found is None:
        messages.info(request, _("Ce dossier n’attend plus de réponse."))
        return redirect("people:transfers")
    if request.method == "POST":
        try:
            pupil = services.accept(pk=pk, choices=request.POST, actor=viewer_of(request).person)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            toasts.done(request, _("%(name)s est dans l’annuaire. Il reste à lui donner une classe.")
                        % {"name": pupil.full_name})  # fmt: skip
            return redirect("people:person", pupil.pk)
    context = pages.accept_page(pk, found) | {"chosen": request.POST}
    return render(request, "people/transfers/accept.html", context, status=422 if request.method == "POST" else 200)


@requires(_TRANSFER)
@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    services.refuse(pk=pk, actor=viewer_of(request).person)
    toasts.done(request, _("Dossier refusé et effacé."))
    return redirect("people:transfers")


@requires(_TRANSFER)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    services.withdraw(pk=pk, actor=viewer_of(request).person)
    toasts.done(request, _("Le dossier n’est plus proposé."))
    return redirect("people:transfers_sent")

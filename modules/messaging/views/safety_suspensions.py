"""Suspending somebody's, a role's or everybody's sending; taking what somebody sent out of all boxes."""

import contextlib
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.people.models import Person
from core.people.selectors import get_visible_or_404, people_visible_to, search
from core.people.web import attempt, form_page, one_of, words_in
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.toasts import done
from modules.messaging.choices import SuspensionScope
from modules.messaging.forms_safety import PurgeForm, SuspensionForm
from modules.messaging.models import Suspension
from modules.messaging.safety import purges as purging
from modules.messaging.safety import suspensions as services
from modules.messaging.views.safety import page
from tenants.schemas.context import current_uai
from tenants.suspensions.selectors import holding_at

_FORM = require_http_methods(["GET", "HEAD", "POST"])
_PAGE, _FOUND = 25, 20
# What is looked back at first: an attack is found within a day.
_LATELY = timedelta(days=1)


# --- Suspensions -------------------------------------------------------------------------------------------
@requires("messaging.suspend")
@_FORM
def suspensions(request: HttpRequest) -> HttpResponse:
    """What holds now, the form (for the person of `personne`, else for a role or everybody), and what is over."""
    viewer = viewer_of(request)
    person = one_of(people_visible_to(viewer), request.GET.get("personne"))
    form = SuspensionForm(request.POST if request.method == "POST" else None, person=person)
    if form.is_valid():
        made = attempt(form, services.suspend, actor=viewer.person, **form.wanted())
        if made:
            undo = reverse("messaging:suspension_end", args=[made.pk])
            done(request, _("C’est suspendu, dès maintenant."), undo_url=undo)
            return redirect("messaging:suspensions")
    now = services.open_now().select_related("person", "actor")
    over = Suspension.objects.exclude(pk__in=now.values("pk")).select_related("person", "actor", "ended_by")
    context = page(
        request, "suspensions", person=person, words=words_in(request), found=_found(request, viewer),
        now=[(row, services.whom(row)) for row in now], region=holding_at(current_uai()),
        past=Paginator(over, _PAGE).get_page(request.GET.get("page")), whom=services.whom,
    )  # fmt: skip
    context["past_rows"] = [(row, services.whom(row)) for row in context["past"]]
    return form_page(request, form, context, "messaging/safety/suspensions.html")


@requires("messaging.suspend")
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    services.end(suspension=services.get_or_404(pk), actor=viewer_of(request).person)
    done(request, _("Suspension levée."), undo_url=reverse("messaging:suspension_resume", args=[pk]))
    return redirect("messaging:suspensions")


@requires("messaging.suspend")
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    services.resume(suspension=services.get_or_404(pk), actor=viewer_of(request).person)
    done(request, _("C’est de nouveau suspendu."))
    return redirect("messaging:suspensions")


def _found(request: HttpRequest, viewer: Viewer) -> list[Person]:
    """People whose names hold the words of `q`; nobody without words."""
    words = words_in(request).strip()
    if not words:
        return []
    return list(search(people_visible_to(viewer), words).order_by("search_text", "pk")[:_FOUND])


# --- Purges ------------------------------------------------------------------------------------------------
@requires("messaging.suspend")
@require_safe
def purges(request: HttpRequest) -> HttpResponse:
    """Look for a sender; what was taken out already."""
    viewer = viewer_of(request)
    past = Paginator(purging.history(viewer), _PAGE).get_page(request.GET.get("page"))
    context = page(request, "purges", words=words_in(request), found=_found(request, viewer), past=past)
    return render(request, "messaging/safety/purges.html", context)


@requires("messaging.suspend")
@_FORM
def purge(request: HttpRequest, pk: int) -> HttpResponse:
    """One sender: when, why, how many it would take (`voir`), then the act itself."""
    viewer = viewer_of(request)
    sender = get_visible_or_404(viewer, pk)
    now = timezone.localtime()
    form = PurgeForm(
        request.POST if request.method == "POST" else None,
        initial={"since": (now - _LATELY).replace(second=0, microsecond=0), "until": now.replace(microsecond=0)},
    )
    context: dict[str, Any] = page(request, "purges", sender=sender, waiting=purging.waiting(sender))
    if form.is_valid():
        given = form.cleaned_data
        context["counts"] = purging.preview(sender, given["since"], given["until"])
        if "voir" not in request.POST:
            made = attempt(
                form, purging.purge, viewer=viewer, sender=sender, since=given["since"], until=given["until"],
                reason=given["reason"],
            )  # fmt: skip
            if made:
                return _purged(request, viewer, sender, made.pk, context["counts"][0], suspend=given["suspend"])
    return form_page(request, form, context, "messaging/safety/purge.html")


def _purged(
    request: HttpRequest, viewer: Viewer, sender: Person, pk: int, count: int, *, suspend: bool
) -> HttpResponse:
    if suspend:
        with contextlib.suppress(DomainError):  # suspended already: that is what was asked for
            services.suspend(
                actor=viewer.person, scope=SuspensionScope.PERSON, person=sender,
                reason=_("Vos derniers messages ont été retirés par l’établissement."),
            )  # fmt: skip
    text = ngettext(
        "%(n)d message retiré de toutes les boîtes.", "%(n)d messages retirés de toutes les boîtes.", count
    )
    done(request, text % {"n": count}, undo_url=reverse("messaging:purge_undo", args=[pk]))
    return redirect("messaging:purges")


@requires("messaging.suspend")
@require_POST
def purge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    count = purging.undo(viewer=viewer_of(request), purge=purging.get_or_404(pk))
    text = ngettext("%(n)d message remis dans les boîtes.", "%(n)d messages remis dans les boîtes.", count)
    done(request, text % {"n": count})
    return redirect("messaging:purges")

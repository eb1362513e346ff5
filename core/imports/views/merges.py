"""Two profiles that are one human, and how to take them apart again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.adoption import services as adoption
from core.imports import pages, selectors, services
from core.imports.forms import MergeForm
from core.people.models import Person
from core.people.selectors import get_visible_or_404, people_visible_to
from core.people.web import attempt, form_page, pick
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.structure.selectors import with_classes
from core.ui import toasts


@requires("imports.manage")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "imports/merges.html", {"merges": selectors.merges()})


@requires("imports.manage")
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """First the profile that stays."""
    people = with_classes(people_visible_to(viewer_of(request)))
    context = {"pick": pick(request, people, label=_("La fiche à garder"))}
    return render(request, "imports/merge_choose.html", context)


@requires("imports.manage")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Then the one that joins it; both are shown before it is done."""
    viewer = viewer_of(request)
    kept = get_visible_or_404(viewer, pk)
    others = with_classes(people_visible_to(viewer).exclude(pk=kept.pk))
    form = MergeForm(request.POST or None, candidates=others)
    chosen: Person | None = form.cleaned_data["person"] if form.is_valid() else None
    confirmed = chosen is not None and "confirm" in request.POST
    if confirmed and attempt(form, services.merge, kept=kept, gone=chosen, actor=viewer.person):
        adoption.count("imports.merge", viewer)
        toasts.done(request, _("Fiches réunies. Vous pouvez encore les séparer."))
        return redirect("imports:merges")
    context = {
        "kept": kept,
        "chosen": chosen,
        "compared": pages.two_profiles(kept, chosen) if chosen else [],
        "pick": pick(request, others, label=_("La fiche à y réunir")),
        "away": reverse("imports:merges"),
    }
    return form_page(request, form, context, "imports/merge.html")


@requires("imports.manage")
@require_POST
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    services.unmerge(merge=selectors.get_merge_or_404(pk), actor=viewer_of(request).person)
    toasts.done(request, _("Fiches séparées."))
    return redirect("imports:merges")

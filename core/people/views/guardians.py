"""Who is responsible for a child: adding, changing and ending links."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.people import pages, rules, services
from core.people.choices import Role
from core.people.forms import GuardianForm, NewGuardianForm
from core.people.models import GuardianLink
from core.people.selectors import details_visible, get_visible_or_404, people_visible_to
from core.people.web import attempt, form_page, pick
from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui import toasts


def link_or_404(viewer: Viewer, pk: int) -> GuardianLink:
    """The link, when the viewer may see the child and its guardians."""
    link = GuardianLink.objects.filter(pk=pk).select_related("child", "guardian").first()
    if link is None:
        raise Http404("link")
    child = get_visible_or_404(viewer, link.child_id)
    if rules.GUARDIANS not in details_visible(viewer, child):
        raise Http404("link")
    return link


@requires("people.manage")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    child = get_visible_or_404(viewer, pk)
    adults = people_visible_to(viewer).exclude(pk=child.pk)
    adults = adults.exclude(roles=[Role.PUPIL])
    form = NewGuardianForm(request.POST or None, candidates=adults, initial={"priority": 1})
    if form.is_valid():
        values = form.values()
        guardian = values.pop("person")
        if attempt(
            form, services.link_guardian, child=child, guardian=guardian, actor=viewer.person, **values
        ):
            toasts.done(request, _("%(name)s est maintenant responsable.") % {"name": guardian.full_name})
            return redirect("people:person", pk)
    found = pick(request, adults, label=_("Qui est responsable de cet élève\u202f?"))
    pages.name_children(viewer, found.people)
    context = {
        "person": child,
        "title": _("Ajouter un responsable"),
        "pick": found,
        "submit": _("Ajouter ce responsable"),
    }
    return form_page(request, form, context, "people/pick_form.html")


@requires("people.manage")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    link = link_or_404(viewer, pk)
    form = GuardianForm(request.POST or None, instance=link)
    if form.is_valid() and attempt(
        form,
        services.update_guardian_link,
        link=link,
        actor=viewer.person,
        version=form.seen,
        **form.values(),
    ):
        toasts.done(request, _("Lien enregistré."))
        return redirect("people:person", link.child_id)
    context = {"person": link.child, "link": link, "title": link.guardian.full_name}
    context["corrections"] = pages.link_corrections(link)
    return form_page(request, form, context, "people/guardian.html")


@requires("people.manage")
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    link = link_or_404(viewer, pk)
    services.end_guardian_link(link=link, actor=viewer.person)
    toasts.done(request, _("Le lien a pris fin\u00a0: il ne donne plus aucun accès."))
    return redirect("people:person", link.child_id)

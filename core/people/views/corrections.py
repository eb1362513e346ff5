"""Taking back what the import says of a field that was corrected by hand."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.people import pages, services
from core.people.selectors import get_visible_or_404
from core.people.views.guardians import link_or_404
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui import toasts


@requires("people.manage")
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """`champ` names the field; only those whose value the viewer sees."""
    viewer = viewer_of(request)
    person = get_visible_or_404(viewer, pk)
    field = request.POST.get("champ", "")
    if field in person.corrections and field not in {line.field for line in pages.corrections(viewer, person)}:
        raise Http404("no such correction for this viewer")
    services.restore_field(person=person, field=field, actor=viewer.person)
    toasts.done(request, _("La valeur de l’import est reprise."))
    return redirect("people:person", pk)


@requires("people.manage")
@require_POST
def restore_link(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    link = link_or_404(viewer, pk)
    services.restore_link_field(link=link, field=request.POST.get("champ", ""), actor=viewer.person)
    toasts.done(request, _("La valeur de l’import est reprise."))
    return redirect("people:person", link.child_id)

"""One message's own address: what notifications of a program, search and reports lead to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from modules.messaging import finding


@requires("messaging.view")
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """To its place in the thread."""
    found = get_object_or_404(finding.visible(viewer_of(request)), pk=pk)
    return redirect(f"{reverse('messaging:thread', args=[found.conversation_id])}#message-{found.pk}")

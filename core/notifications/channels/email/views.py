"""The page behind « ne plus recevoir ces courriels ». It asks for no sign-in: the link is signed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.notifications import rules
from core.notifications.channels import places
from core.notifications.channels.email import unsubscribe as links
from core.people.models import Person
from core.permissions.guards import open_to_all
from core.permissions.viewer import viewer_of


@csrf_exempt  # mail services send the POST themselves (RFC 8058); the signed link stands for its reader
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, link: str) -> HttpResponse:
    """GET says what would stop and changes nothing: mail filters follow links. POST stops it, without redirect."""
    modules = viewer_of(request).modules
    choice = links.read(link, modules.establishment.uai)
    person = Person.objects.filter(pk=choice.person_id, left_on=None).first() if choice else None
    context: dict[str, Any] = {"preferences_url": places.preferences()}
    if choice is None or person is None:
        return render(request, "notifications/mail/unsubscribe_over.html", context, status=404)
    done = request.method == "POST"
    codes = links.stop(person=person, choice=choice, modules=modules) if done else list(choice.kinds)
    kinds = [kind.label for code in codes if (kind := rules.kind_of(code))]
    context |= {"person": person, "kinds": kinds, "done": done}
    response = render(request, "notifications/mail/unsubscribe.html", context)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response

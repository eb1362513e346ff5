"""What browsers ask for: the service worker, the key, a subscription, its end."""

from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from core.notifications.channels import places
from core.notifications.channels.push import keys, selectors, services
from core.permissions.guards import open_to_all, signed_in
from core.permissions.viewer import viewer_of
from core.ui.templatetags.ui import asset
from core.ui.toasts import done
from tenants.accounts.addresses import device_of

_WORKER = Path(__file__).parent / "worker.js"


@open_to_all
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root of the host so that it may show what concerns any page of it."""
    response = HttpResponse(_WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@open_to_all
@require_safe
def app(request: HttpRequest) -> JsonResponse:
    """The school as an application for the home screen: iPhones and iPads push to nothing else."""
    school = viewer_of(request).modules.establishment
    icons = [
        {"src": asset(f"notifications/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    told = {
        "name": school.full_name,
        "short_name": school.display_name[:30],
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": "fr",
        "background_color": "#fdfcf9",
        "theme_color": "#fdfcf9",
        "icons": icons,
    }
    response = JsonResponse(told, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=3600"
    return response


@signed_in
@require_safe
@never_cache
def key(request: HttpRequest) -> JsonResponse:
    """For the service worker, when the browser gives it a new subscription while no page is open."""
    return JsonResponse({"key": keys.public_key(), "token": get_token(request)})


@signed_in
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """The browser that sends this is told what its person is told."""
    person, given = viewer_of(request).person, request.POST
    assert person is not None  # noqa: S101 -- @signed_in
    try:
        services.subscribe(
            person=person,
            endpoint=given.get("endpoint", ""),
            p256dh=given.get("p256dh", ""),
            auth=given.get("auth", ""),
            device=device_of(request),
            replaces=given.get("replaces", ""),
        )
    except DomainError as error:
        messages.error(request, error.message)
    else:
        done(request, _("Cet appareil recevra vos notifications."))
    return redirect(f"{places.preferences()}#appareils")


@signed_in
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's devices away."""
    person = viewer_of(request).person
    services.remove(device=selectors.get_own_or_404(person, pk), actor=person)
    done(request, _("Cet appareil ne recevra plus rien."))
    return redirect(f"{places.preferences()}#appareils")

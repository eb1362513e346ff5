"""The addresses that the school calls out to."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.api import selectors, services, words
from core.api.forms import WebhookForm
from core.api.models import Webhook
from core.errors import DomainError
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from core.ui.toasts import done

PER_PAGE = 30
_FORM = require_http_methods(["GET", "HEAD", "POST"])
_GUARD = requires("api.webhooks")


@_GUARD
@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    labels = words.kinds(viewer_of(request).modules)
    rows = [{"webhook": row, "kinds": words.kinds_of(row, labels)} for row in selectors.webhooks()]
    return render(request, "api/webhooks.html", {"rows": rows})


@_GUARD
@never_cache
@_FORM
def webhook_create(request: HttpRequest) -> HttpResponse:
    """The form; then the secret, this once."""
    viewer = viewer_of(request)
    form = WebhookForm(request.POST or None, kinds=selectors.callable_kinds(viewer.modules))
    if form.is_valid():
        try:
            made, secret = services.create_webhook(viewer=viewer, **form.values())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return _secret_page(request, made, secret)
    return _form_page(request, form)


@_GUARD
@_FORM
def webhook_edit(request: HttpRequest, pk: int) -> HttpResponse:
    viewer, found = viewer_of(request), selectors.webhook_or_404(pk)
    form = WebhookForm(request.POST or None, kinds=selectors.callable_kinds(viewer.modules), webhook=found)
    if form.is_valid():
        try:
            services.change_webhook(viewer=viewer, webhook=found, **form.values())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            done(request, _("Appel sortant enregistré."))
            return redirect("api:webhook", pk)
    return _form_page(request, form, webhook=found)


@_GUARD
@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One address: what it is told of, how it answers, and its log."""
    found = selectors.webhook_or_404(pk)
    labels = words.kinds(viewer_of(request).modules)
    page = Paginator(selectors.deliveries_of(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "webhook": found,
        "kinds": words.kinds_of(found, labels),
        "page": page,
        "rows": [words.Line.of(delivery, labels) for delivery in page.object_list],
    }
    return render(request, "api/webhook.html", context)


@_GUARD
@never_cache
@require_POST
def webhook_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown this once."""
    found = selectors.webhook_or_404(pk)
    secret = services.rotate_secret(viewer=viewer_of(request), webhook=found)
    return _secret_page(request, found, secret, rotated=True)


@_GUARD
@require_POST
def webhook_test(request: HttpRequest, pk: int) -> HttpResponse:
    services.try_webhook(viewer=viewer_of(request), webhook=selectors.webhook_or_404(pk))
    done(request, _("Essai envoyé. Rechargez la page pour lire la réponse."))
    return redirect("api:webhook", pk)


@_GUARD
@require_POST
def webhook_stop(request: HttpRequest, pk: int) -> HttpResponse:
    services.stop_webhook(viewer=viewer_of(request), webhook=selectors.webhook_or_404(pk))
    done(request, _("Appel sortant arrêté."))
    return redirect("api:webhook", pk)


@_GUARD
@require_POST
def webhook_resume(request: HttpRequest, pk: int) -> HttpResponse:
    services.resume_webhook(viewer=viewer_of(request), webhook=selectors.webhook_or_404(pk))
    done(request, _("Appel sortant relancé."))
    return redirect("api:webhook", pk)


@_GUARD
@require_POST
def webhook_delete(request: HttpRequest, pk: int) -> HttpResponse:
    services.delete_webhook(viewer=viewer_of(request), webhook=selectors.webhook_or_404(pk))
    done(request, _("Appel sortant supprimé."))
    return redirect("api:webhooks")


@_GUARD
@require_POST
def delivery_retry(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    found = selectors.delivery_or_404(selectors.webhook_or_404(pk), delivery)
    services.retry_delivery(viewer=viewer_of(request), delivery=found)
    done(request, _("C’est reparti. Rechargez la page pour lire la réponse."))
    return redirect("api:webhook", pk)


def _form_page(request: HttpRequest, form: WebhookForm, *, webhook: Webhook | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "webhook": webhook}
    return render(request, "api/webhook_form.html", context, status=422 if form.errors else 200)


def _secret_page(request: HttpRequest, webhook: Webhook, secret: str, *, rotated: bool = False) -> HttpResponse:
    return render(request, "api/webhook_secret.html", {"webhook": webhook, "secret": secret, "rotated": rotated})

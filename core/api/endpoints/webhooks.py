"""`webhooks`: the addresses that the school calls out to, for whoever may manage them."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import selectors, services
from core.api.endpoints.shapes import DeliveryShown, WebhookMade, WebhookShown
from core.api.views import SchoolView
from tenants.api.operations import Body, PageQuery, operation

READ = {"scope": "api.webhooks", "permission": "api.webhooks"}
WRITE = {"scope": "api.manage_webhooks", "permission": "api.webhooks"}


class WebhookBody(Body):
    """Ce qu’est un appel sortant."""

    name = serializers.CharField(max_length=60, help_text="L’outil qui est prévenu.")
    url = serializers.CharField(max_length=500, help_text="Une adresse en https, hors de tout réseau interne.")
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=81), min_length=1, max_length=100, help_text="news.published"
    )


class WebhooksView(SchoolView):
    @operation(
        name="webhooks.list",
        summary=_("Les appels sortants"),
        query=PageQuery,
        answers=WebhookShown,
        paged=True,
        **READ,
    )
    def get(self, request: Request) -> Response:
        return self.reply_piece(self.piece(selectors.webhooks(), order=("pk",), asked=self.asked()))

    @operation(
        name="webhooks.create",
        summary=_("Créer un appel sortant"),
        description=_("La réponse porte le secret des signatures, qui ne sera plus montré."),
        body=WebhookBody,
        answers=WebhookMade,
        status=201,
        **WRITE,
    )
    def post(self, request: Request) -> Response:
        webhook, secret = services.create_webhook(viewer=self.viewer, **self.sent())
        return self.reply({**WebhookShown(webhook).data, "secret": secret})


class WebhookView(SchoolView):
    @operation(name="webhooks.read", summary=_("Un appel sortant"), answers=WebhookShown, **READ)
    def get(self, request: Request, pk: int) -> Response:
        return self.reply(selectors.webhook_or_404(pk))

    @operation(
        name="webhooks.delete", summary=_("Supprimer un appel sortant"), description=_("Avec son suivi."), **WRITE
    )
    def delete(self, request: Request, pk: int) -> Response:
        services.delete_webhook(viewer=self.viewer, webhook=selectors.webhook_or_404(pk))
        return self.reply()


class WebhookTestView(SchoolView):
    @operation(
        name="webhooks.test",
        summary=_("Essayer un appel sortant"),
        description=_("Un envoi «\u00a0api.test\u00a0» part aussitôt\u00a0; son sort se lit dans le suivi."),
        answers=DeliveryShown,
        status=202,
        also=(409,),
        **WRITE,
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.reply(services.try_webhook(viewer=self.viewer, webhook=selectors.webhook_or_404(pk)))


class DeliveriesView(SchoolView):
    @operation(
        name="webhooks.deliveries",
        summary=_("Le suivi d’un appel sortant"),
        description=_("Les envois des trente derniers jours, les plus récents d’abord."),
        query=PageQuery,
        answers=DeliveryShown,
        paged=True,
        **READ,
    )
    def get(self, request: Request, pk: int) -> Response:
        rows = selectors.deliveries_of(selectors.webhook_or_404(pk))
        return self.reply_piece(self.piece(rows, order=("-pk",), asked=self.asked()))


class DeliveryRetryView(SchoolView):
    @operation(
        name="webhooks.retry",
        summary=_("Renvoyer"),
        description=_("Ce qui attend ou a été abandonné repart aussitôt, avec tous ses essais."),
        answers=DeliveryShown,
        status=202,
        also=(409,),
        **WRITE,
    )
    def post(self, request: Request, pk: int, delivery: int) -> Response:
        found = selectors.delivery_or_404(selectors.webhook_or_404(pk), delivery)
        return self.reply(services.retry_delivery(viewer=self.viewer, delivery=found))

"""The API of a school under /api/v1/, and the pages of who uses it."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from core.api import pages
from core.api.endpoints import alerts, general, people, structure, webhooks
from core.modules import registry

app_name = "api"


def module_endpoints() -> list[URLResolver]:
    """What modules offer, each under its slug. Where a module is off, its addresses answer 404."""
    return [
        path(f"{slug}/", include((import_module(manifest.api).urlpatterns, slug), namespace=slug))
        for slug, manifest in registry.modules().items()
        if manifest.api
    ]


endpoints: list[URLPattern | URLResolver] = [
    path("schema", general.SchemaView.as_view(), name="schema"),
    path("me", people.MeView.as_view(), name="me"),
    path("people", people.PeopleView.as_view(), name="people"),
    path("people/<int:pk>", people.PersonView.as_view(), name="person"),
    path("classes", structure.ClassesView.as_view(), name="classes"),
    path("classes/<int:pk>", structure.ClassView.as_view(), name="class"),
    path("groups", structure.GroupsView.as_view(), name="groups"),
    path("groups/<int:pk>", structure.GroupView.as_view(), name="group"),
    path("modules", general.ModulesView.as_view(), name="modules"),
    path("notifications", general.NotificationsView.as_view(), name="notifications"),
    path("notifications/read", general.NotificationsReadView.as_view(), name="notifications_read"),
    path("alerts", alerts.AlertsView.as_view(), name="alerts"),
    path("alerts/<int:pk>", alerts.AlertView.as_view(), name="alert"),
    path("webhooks", webhooks.WebhooksView.as_view(), name="endpoint_webhooks"),
    path("webhooks/<int:pk>", webhooks.WebhookView.as_view(), name="endpoint_webhook"),
    path("webhooks/<int:pk>/test", webhooks.WebhookTestView.as_view(), name="endpoint_webhook_test"),
    path("webhooks/<int:pk>/deliveries", webhooks.DeliveriesView.as_view(), name="endpoint_deliveries"),
    path(
        "webhooks/<int:pk>/deliveries/<int:delivery>/retry",
        webhooks.DeliveryRetryView.as_view(),
        name="endpoint_delivery_retry",
    ),
    *module_endpoints(),
]

urlpatterns = [
    path("api/v1/", include(endpoints)),
    path("mes-jetons/", pages.tokens, name="tokens"),
    path("mes-jetons/nouveau/", pages.token_create, name="token_create"),
    path("mes-jetons/<int:pk>/revoquer/", pages.token_revoke, name="token_revoke"),
    path("appels-sortants/", pages.webhooks, name="webhooks"),
    path("appels-sortants/nouveau/", pages.webhook_create, name="webhook_create"),
    path("appels-sortants/<int:pk>/", pages.webhook, name="webhook"),
    path("appels-sortants/<int:pk>/modifier/", pages.webhook_edit, name="webhook_edit"),
    path("appels-sortants/<int:pk>/supprimer/", pages.webhook_delete, name="webhook_delete"),
    path("appels-sortants/<int:pk>/secret/", pages.webhook_secret, name="webhook_secret"),
    path("appels-sortants/<int:pk>/essayer/", pages.webhook_test, name="webhook_test"),
    path("appels-sortants/<int:pk>/arreter/", pages.webhook_stop, name="webhook_stop"),
    path("appels-sortants/<int:pk>/relancer/", pages.webhook_resume, name="webhook_resume"),
    path("appels-sortants/<int:pk>/envois/<int:delivery>/", pages.delivery_retry, name="delivery_retry"),
]

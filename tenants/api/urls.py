"""The region's API under /api/v1/, and the page of its tokens."""

from django.urls import include, path

from tenants.accounts import urls_common  # noqa: F401 -- registers the converter of UAI
from tenants.api import endpoints, pages

app_name = "regional_api"

_V1 = [
    path("schema", endpoints.RegionalSchemaView.as_view(), name="schema"),
    path("me", endpoints.RegionalMeView.as_view(), name="me"),
    path("establishments", endpoints.EstablishmentsView.as_view(), name="establishments"),
    path("establishments/<uai:uai>", endpoints.EstablishmentView.as_view(), name="establishment"),
    path("modules", endpoints.RegionalModulesView.as_view(), name="modules"),
]

urlpatterns = [
    path("api/v1/", include(_V1)),
    path("compte/jetons/", pages.tokens, name="tokens"),
    path("compte/jetons/nouveau/", pages.token_create, name="token_create"),
    path("compte/jetons/<int:pk>/revoquer/", pages.token_revoke, name="token_revoke"),
]

"""The front door and the regional console: what answers on the region's host."""

from django.urls import include, path

handler400 = "core.ui.errors.bad_request"
handler403 = "core.ui.errors.forbidden"
handler404 = "core.ui.errors.not_found"
handler500 = "core.ui.errors.server_error"

urlpatterns = [
    path("", include("tenants.portal.urls")),
    path("", include("tenants.accounts.urls_region")),
    path("", include("tenants.api.urls")),
    path("console/politiques/", include("tenants.policies.urls")),
    path("console/imports/", include("core.imports.region.urls")),
    path("console/alertes/", include("tenants.alerts.urls")),
    path("console/travaux/", include("tenants.work.urls")),
    path("console/messagerie/", include("tenants.suspensions.urls")),
    path("console/usages/", include("tenants.adoption.urls")),
    path("mes-messages/", include("modules.messaging.urls_region")),
    path("", include("core.ui.urls")),
]

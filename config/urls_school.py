"""What answers on a school's host: core's pages, then each module under its own path."""

from django.urls import include, path

from core.modules.registry import module_urls

handler400 = "core.ui.errors.bad_request"
handler403 = "core.ui.errors.forbidden"
handler404 = "core.ui.errors.not_found"
handler500 = "core.ui.errors.server_error"
handler429 = "tenants.accounts.views.passage.too_many"  # allauth looks for it here, whatever the host

urlpatterns = [
    path("", include("core.dashboard.urls")),
    path("", include("tenants.accounts.urls_school")),
    path("annuaire/", include("core.people.urls")),
    path("comptes/", include("core.activation.urls")),
    path("structure/", include("core.structure.urls")),
    path("reglages/", include("core.modules.urls")),
    path("journal/", include("core.audit.urls")),
    path("fichiers/", include("core.files.urls")),
    path("notifications/", include("core.notifications.urls")),
    path("", include("core.notifications.channels.push.root_urls")),
    path("alertes/", include("core.alerts.urls")),
    path("recherche/", include("core.search.urls")),
    path("donnees/", include("core.privacy.urls")),
    path("usages/", include("core.adoption.urls")),
    path("imports/", include("core.imports.urls")),
    path("travaux/", include("core.jobs.urls")),
    path("", include("core.api.urls")),
    path("", include("core.ui.urls")),
    *module_urls(),
]

"""The front door and the regional console."""

from django.urls import path

from tenants.accounts import urls_common  # noqa: F401 -- registers the `uai` converter
from tenants.portal.views import (
    console,
    directory,
    establishments,
    front,
    invitations,
    journal,
    modules,
    preparation,
    versions,
)

app_name = "portal"
_SCHOOL = "console/etablissements/<uai:uai>/"

urlpatterns = [
    path("", front.home, name="home"),
    path("departements/<str:code>/", front.departement, name="departement"),
    path("console/", console.home, name="console"),
    path("console/etablissements/", establishments.index, name="establishments"),
    path("console/etablissements/ajouter/", establishments.register, name="register"),
    path("console/etablissements/inviter/", invitations.many, name="invite_many"),
    path("console/etablissements/preparer/", preparation.many, name="prepare_many"),
    path(_SCHOOL, establishments.detail, name="establishment"),
    path(f"{_SCHOOL}etat/<str:to>/", establishments.lifecycle, name="lifecycle"),
    path(f"{_SCHOOL}adresse/", establishments.address, name="address"),
    path(f"{_SCHOOL}domaines/", establishments.add_domain, name="add_domain"),
    path(f"{_SCHOOL}domaines/retirer/", establishments.remove_domain, name="remove_domain"),
    path(f"{_SCHOOL}preparer/", preparation.start, name="prepare"),
    path(f"{_SCHOOL}preparation/", preparation.show, name="preparation"),
    path(f"{_SCHOOL}modules/<slug:module>/supprimer/", modules.purge, name="purge"),
    path(f"{_SCHOOL}modules/<slug:module>/supprimer/annuler/", modules.purge_cancel, name="purge_cancel"),
    path("console/modules/<slug:module>/supprimer/", modules.purge_many, name="purge_many"),
    path("console/annuaire/", directory.index, name="imports"),
    path("console/annuaire/<int:pk>/", directory.show, name="import"),
    path("console/annuaire/<int:pk>/confirmer/", directory.confirm, name="import_confirm"),
    path("console/annuaire/<int:pk>/abandonner/", directory.cancel, name="import_cancel"),
    path("console/annuaire/<int:pk>/refus.csv", directory.refused, name="import_refused"),
    path("console/versions/", versions.index, name="versions"),
    path("console/versions/avancement/", versions.progress, name="upgrade_progress"),
    path("console/versions/mettre-a-jour/", versions.upgrade, name="upgrade"),
    path("console/versions/<int:pk>/pause/", versions.pause, name="upgrade_pause"),
    path("console/versions/<int:pk>/reprendre/", versions.resume, name="upgrade_resume"),
    path("console/journal/", journal.index, name="journal"),
]

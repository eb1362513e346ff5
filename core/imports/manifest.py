"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature, Job, Manifest, Permission, Processing, Retention, SearchPage
from core.people.choices import Role

_HOOKS = "core.imports.hooks"

manifest = Manifest(
    core=True,
    slug="imports",
    name=_("Imports"),
    description=_("Élèves, responsables, personnels et classes, repris de l’État ou d’un tableau."),
    icon="upload",
    permissions=(
        Permission(
            slug="manage",
            label=_("Importer des personnes"),
            help=_("Envoyer un fichier, vérifier ce qu’il change, l’appliquer, l’annuler, réunir deux fiches."),
        ),
    ),
    role_defaults={Role.MANAGEMENT: ("manage",), Role.DIGITAL_REFERENT: ("manage",)},
    pages=(
        SearchPage(
            label=_("Importer des personnes"),
            url_name="imports:index",
            permission="imports.manage",
            words=_("AAF SIECLE STS ONDE CSV Excel rentrée élèves responsables annuaire envoyer un fichier"),
            icon="upload",
        ),
        SearchPage(
            label=_("Fiches en double"),
            url_name="imports:merges",
            permission="imports.manage",
            words=_("doublon fusionner réunir séparer même personne"),
            icon="users",
        ),
    ),
    features=(
        Feature(slug="apply", label=_("Appliquer un import"), permission="manage"),
        Feature(slug="merge", label=_("Réunir deux fiches"), permission="manage"),
    ),
    personal_models=("imports.Run", "imports.Change", "imports.Identity", "imports.Pairing", "imports.Merge"),
    export_person=f"{_HOOKS}.export_person",
    export_labels={
        "identities": _("Identités dans les sources"),
        "key": _("Identifiant"),
        "source": _("Source"),
        "gone_since": _("Absente de la source depuis"),
        "imports": _("Imports demandés"),
        "label": _("Fichier"),
        "state": _("État"),
        "created_at": _("Reçu le"),
    },
    erase_person=f"{_HOOKS}.erase_person",
    erasure_keeps=_("L’historique des imports, sans le nom de la personne."),
    retention=(
        Retention(
            model="imports.Run",
            basis=_("Rendre compte de ce qui a été importé"),
            months=12,
            maximum=36,
            since=_("l’import"),
            expired=f"{_HOOKS}.old_runs",
            erase=f"{_HOOKS}.erase_runs",
        ),
        Retention(
            model="imports.Change",
            basis=_("Vérifier un import et pouvoir l’annuler"),
            months=3,
            maximum=3,
            since=_("l’import"),
            expired=f"{_HOOKS}.old_changes",
        ),
        Retention(
            model="imports.Identity",
            basis=_("Reconnaître la personne au prochain import"),
            months=3,
            follows=_("la fiche de la personne"),
        ),
        Retention(
            model="imports.Pairing",
            basis=_("Ne pas redemander ce qui a été décidé"),
            months=3,
            follows=_("la fiche de la personne"),
        ),
        Retention(
            model="imports.Merge",
            basis=_("Pouvoir séparer deux fiches réunies par erreur"),
            months=3,
            follows=_("les deux fiches"),
        ),
    ),
    processing=Processing(
        purposes=_("Reprendre de l’État qui est dans l’établissement, et qui est responsable de qui."),
        people=_("Élèves, responsables et personnels de l’établissement"),
        data=_("Ce que le fichier dit d’eux\u00a0: identité, coordonnées, liens, classes, identifiants nationaux"),
        recipients=_("La direction et le référent numérique"),
    ),
    jobs=(
        Job(
            slug="forget",
            label=_("Effacer les fichiers d’import de plus d’une semaine"),
            task="core.imports.services.forget_old",
            every_minutes=6 * 60,
        ),
    ),
    actions={
        "receive": _("Fichier d’import reçu"),
        "apply": _("Import appliqué"),
        "undo": _("Import annulé"),
        "cancel": _("Import abandonné"),
        "read_again": _("Tableau relu avec d’autres colonnes"),
        "suspended": _("Départ, selon un import"),
        "returned": _("Retour, selon un import"),
        "relation_created": _("Responsable ajouté par un import"),
        "relation_updated": _("Lien de responsabilité modifié par un import"),
        "relation_ended": _("Lien de responsabilité terminé par un import"),
        "decide": _("Rapprochement décidé"),
        "merge": _("Fiches réunies"),
        "unmerge": _("Fiches séparées"),
        "forget": _("Fichier d’import effacé"),
    },
)

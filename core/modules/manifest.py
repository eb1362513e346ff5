from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest, NavItem, Permission, Processing, Retention
from core.people.choices import Role

manifest = Manifest(
    slug="modules",
    name=_("Réglages"),
    description=_("Les modules de l’établissement\u00a0: lesquels, pour qui, et comment ils préviennent."),
    icon="sliders",
    core=True,
    permissions=(
        Permission(
            slug="manage",
            label=_("Régler les modules"),
            help=_("Activer, nommer, ordonner les modules, dire qui s’en sert et comment ils préviennent."),
        ),
    ),
    role_defaults={
        Role.DIGITAL_REFERENT: ("manage",),
        Role.MANAGEMENT: ("manage",),
    },
    navigation=(NavItem(label=_("Réglages"), url_name="modules:index", permission="modules.manage", last=True),),
    actions={
        "enable": _("Module activé"),
        "disable": _("Module désactivé"),
        "change": _("Module réglé"),
        "undo": _("Réglage annulé"),
        "purge_plan": _("Suppression du contenu d’un module demandée"),
        "purge_cancel": _("Suppression du contenu d’un module annulée"),
        "purge": _("Contenu d’un module supprimé"),
    },
    personal_models=("modules.ChangeSet",),
    impersonal_models=("modules.ModuleChoice",),
    export_person="core.modules.hooks.export_person",
    erase_person="core.modules.hooks.erase_person",
    export_labels={"changes": _("Réglages changés"), "at": _("Le"), "what": _("Quoi")},
    erasure_keeps=_("Les réglages de l’établissement et leur historique, sans leur auteur."),
    retention=(
        Retention(
            model="modules.ChangeSet",
            basis=_("Comprendre et annuler un réglage"),
            months=24,
            minimum=6,
            maximum=60,
            since=_("le changement"),
            expired="core.modules.hooks.old_changes",
        ),
    ),
    processing=Processing(
        purposes=_("Régler les modules de l’établissement, savoir qui a changé quoi, et pouvoir l’annuler."),
        people=_("La direction et le référent numérique"),
        data=_("Réglages changés, date, auteur"),
        recipients=_("La direction et le référent numérique"),
    ),
)

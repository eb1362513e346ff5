"""What is counted by role and day, what programs may do, and what the journal calls each action."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature, Job, Scope

FEATURES = (
    Feature(slug="publish", label=_("Publier un mot aux familles"), permission="write"),
    Feature(slug="schedule", label=_("Programmer un mot"), permission="write"),
    Feature(slug="remind", label=_("Relancer les familles"), permission="write"),
    Feature(slug="record", label=_("Saisir une réponse donnée sur papier"), permission="write"),
    Feature(slug="export", label=_("Exporter un suivi"), permission="write"),
    Feature(slug="acknowledge", label=_("Prendre connaissance d’un mot"), permission="ask"),
    Feature(slug="answer", label=_("Signer un mot ou y répondre"), permission="ask"),
    Feature(slug="paper", label=_("Rendre un document"), permission="ask"),
    Feature(slug="word", label=_("Écrire un mot à l’établissement"), permission="ask"),
    Feature(slug="treat", label=_("Traiter le mot d’une famille"), permission="treat"),
)

JOBS = (
    Job(
        slug="publish_due",
        label=_("Publier les mots programmés"),
        task="modules.liaison.tasks.publish_due",
        every_minutes=5,
    ),
    Job(
        slug="remind_before_due",
        label=_("Rappeler les mots avant leur date limite"),
        task="modules.liaison.tasks.remind_before_due",
        every_minutes=12 * 60,
    ),
    Job(
        slug="housekeeping",
        label=_("Effacer les brouillons supprimés depuis un mois"),
        task="modules.liaison.tasks.housekeeping",
        every_minutes=24 * 60,
    ),
)

SCOPES = (
    Scope(
        slug="read",
        label=_("Lire le carnet de liaison"),
        help=_("Les mots que vous recevez, écrivez ou suivez, et les mots des familles que vous traitez."),
        permissions=("view", "manage", "treat", "treat_taught"),
    ),
    Scope(
        slug="answer",
        label=_("Répondre au carnet, et écrire à l’établissement"),
        help=_("Au nom d’un responsable, pour ses enfants."),
        permissions=("view", "ask"),
        writes=True,
    ),
    Scope(
        slug="write",
        label=_("Écrire et publier des mots aux familles"),
        permissions=("view", "write", "write_all", "manage"),
        writes=True,
    ),
    Scope(
        slug="treat",
        label=_("Traiter les mots des familles"),
        permissions=("view", "treat", "treat_taught"),
        writes=True,
    ),
)

ACTIONS = {
    "create": _("brouillon créé"),
    "change": _("brouillon modifié"),
    "amend": _("mot publié modifié"),
    "publish": _("mot publié"),
    "unschedule": _("parution annulée"),
    "extend": _("mot adressé aux nouveaux élèves"),
    "close": _("mot clos"),
    "reopen": _("mot rouvert"),
    "withdraw": _("mot retiré"),
    "restore": _("mot remis en ligne"),
    "discard": _("brouillon supprimé"),
    "recover": _("brouillon récupéré"),
    "remind": _("familles relancées"),
    "record": _("réponse saisie d’après le papier"),
    "export": _("suivi exporté"),
    "treat": _("mot d’une famille traité"),
    "purge": _("mot effacé à l’échéance"),
    "forget": _("données d’une personne effacées"),
}

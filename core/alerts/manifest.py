"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    Callout,
    Channel,
    Feature,
    Importance,
    Manifest,
    NavItem,
    NotificationKind,
    Permission,
    Processing,
    Retention,
    Scope,
    SearchPage,
    TextSetting,
)
from core.people.choices import STAFF, Role
from tenants.alerts.choices import TEXT_LENGTH, Kind

_HOOKS, _TELLING = "core.alerts.hooks", "core.alerts.telling"
_CHANNELS = (Channel.IN_APP, Channel.PUSH, Channel.EMAIL, Channel.SMS)
_TEXT = _("Évacuez dans le calme vers le point de rassemblement.")

manifest = Manifest(
    core=True,
    slug="alerts",
    name=_("Alertes"),
    description=_("Une consigne qui atteint tout le monde à la fois, et qui est en sécurité."),
    icon="triangle-alert",
    permissions=(
        Permission(
            slug="send",
            label=_("Lancer une alerte, en donner la suite et la fin"),
            help=_("Elle part par tous les moyens, à toute heure, à tous ceux qu’elle concerne."),
        ),
        Permission(
            slug="follow",
            label=_("Suivre une alerte"),
            help=_("Qui a répondu, quelles classes sont comptées, quels élèves manquent\u00a0; puis le bilan."),
        ),
        Permission(slug="answer", label=_("Dire que l’on est en sécurité, et compter sa classe")),
    ),
    role_defaults={
        **{role: ("answer",) for role in STAFF},
        Role.MANAGEMENT: ("send", "follow", "answer"),
        Role.SCHOOL_LIFE: ("follow", "answer"),
    },
    settings=tuple(
        TextSetting(
            key=f"text_{kind}",
            label=_("Consigne proposée\u00a0: %(kind)s") % {"kind": label},
            help=_("Vide\u00a0: la consigne de Préau. 160 caractères au plus\u00a0: elle part aussi par SMS."),
            max_length=TEXT_LENGTH,
            multiline=True,
        )
        for kind, label in Kind.choices
    ),
    navigation=(NavItem(label=_("Alertes"), url_name="alerts:index", permission="alerts.follow", last=True),),
    notifications=(
        NotificationKind(
            slug="started",
            label=_("Une alerte est lancée"),
            title="%(title)s",
            text="%(text)s",
            sample={"title": _("ALERTE\u00a0: Évacuation"), "text": _TEXT, "alert": 0},
            action=_("Lire la consigne"),
            audience=f"{_TELLING}.people_during",
            channels=_CHANNELS,
            importance=Importance.URGENT,
            always=True,
        ),
        NotificationKind(
            slug="news",
            label=_("Une alerte a une suite"),
            title="%(title)s",
            text="%(text)s",
            sample={"title": _("ALERTE\u00a0: suite"), "text": _("Les pompiers sont sur place."), "alert": 0},
            action=_("Lire la suite"),
            audience=f"{_TELLING}.people_during",
            channels=_CHANNELS,
            importance=Importance.URGENT,
            always=True,
        ),
        NotificationKind(
            slug="ended",
            label=_("Une alerte est terminée"),
            title="%(title)s",
            text="%(text)s",
            sample={"title": _("ALERTE\u00a0: fin de l’alerte"), "text": _("Reprenez vos activités."), "alert": 0},
            audience=f"{_TELLING}.people_after",
            channels=_CHANNELS,
            importance=Importance.URGENT,
            always=True,
        ),
        NotificationKind(
            slug="help",
            label=_("Un collègue demande de l’aide pendant une alerte"),
            title="%(title)s",
            text=_("%(name)s\u00a0: %(text)s"),
            sample={
                "title": _("ALERTE\u00a0: besoin d’aide"),
                "name": _("Anne Chrétien"),
                "text": _("Salle 12, un élève est blessé."),
                "alert": 0,
            },
            action=_("Suivre l’alerte"),
            audience=f"{_TELLING}.followers",
            channels=(Channel.IN_APP, Channel.PUSH, Channel.SMS),
            importance=Importance.URGENT,
            roles=(Role.MANAGEMENT, Role.SCHOOL_LIFE),
            always=True,
        ),
    ),
    pages=(
        SearchPage(
            label=_("Lancer une alerte"),
            url_name="alerts:launch",
            permission="alerts.send",
            words=_("urgence confinement évacuation intrusion attentat incendie exercice PPMS intempéries fermeture"),
            icon="triangle-alert",
        ),
        SearchPage(
            label=_("Alertes et exercices"),
            url_name="alerts:index",
            permission="alerts.follow",
            words=_("PPMS exercice bilan sécurité confinement évacuation suivi"),
            icon="triangle-alert",
        ),
    ),
    banner=f"{_HOOKS}.banners",
    personal_models=("alerts.Alert", "alerts.Update", "alerts.Answer", "alerts.MissingPupil"),
    export_person=f"{_HOOKS}.export_person",
    export_labels={
        "launched": _("Alertes lancées"),
        "said": _("Suites données"),
        "answers": _("Réponses à des alertes"),
        "missing": _("Alertes où la personne a été cherchée"),
        "alert": _("Alerte"),
        "text": _("Message"),
        "at": _("Le"),
        "class": _("Classe avec la personne"),
        "present": _("Élèves présents"),
        "expected": _("Élèves attendus"),
        "needs_help": _("Aide demandée"),
        "word": _("Précision"),
        "reported_at": _("Signalée manquante le"),
        "found_at": _("Retrouvée le"),
    },
    erase_person=f"{_HOOKS}.erase_person",
    erasure_keeps=_("Les alertes que d’autres ont reçues et leurs bilans, sans le nom de la personne."),
    retention=(
        Retention(
            model="alerts.Alert",
            basis=_("Rendre compte d’une alerte, et des exercices que chaque établissement fait chaque année"),
            months=36,
            minimum=12,
            maximum=120,
            since=_("la fin de l’alerte"),
            expired=f"{_HOOKS}.old_alerts",
        ),
        Retention(model="alerts.Update", basis=_("Avec l’alerte"), months=36, follows=_("l’alerte")),
        Retention(
            model="alerts.Answer", basis=_("Savoir qui était en sécurité, et quand"), months=36, follows=_("l’alerte")
        ),
        Retention(
            model="alerts.MissingPupil", basis=_("Savoir qui a été cherché"), months=36, follows=_("l’alerte")
        ),
    ),
    processing=Processing(
        purposes=_("Prévenir à la fois tous ceux qu’un danger concerne, et savoir qui est en sécurité."),
        people=_("Élèves, responsables et personnels de l’établissement"),
        data=_("Consignes, réponses des personnels, élèves comptés, manquants et retrouvés, heures"),
        recipients=_("La direction et la vie scolaire. La région ne reçoit que des nombres"),
    ),
    features=(
        Feature(slug="start", label=_("Lancer une alerte"), permission="send"),
        Feature(slug="drill", label=_("Lancer un exercice"), permission="send"),
        Feature(slug="say", label=_("Donner la suite d’une alerte"), permission="send"),
        Feature(slug="answer", label=_("Répondre à une alerte"), permission="answer"),
        Feature(slug="report", label=_("Lire le bilan d’une alerte"), permission="follow"),
    ),
    scopes=(
        Scope(
            slug="read",
            label=_("Lire les alertes"),
            help=_("Celles qui vous concernent, en cours et passées, avec leurs suites."),
        ),
    ),
    webhooks=tuple(
        Callout(kind=kind, label=label, address="alerts/{id}")
        for kind, label in (
            ("started", _("Une alerte est lancée")),
            ("news", _("Une alerte a une suite")),
            ("ended", _("Une alerte est terminée")),
        )
    ),
    actions={
        "start": _("alerte lancée"),
        "say": _("suite d’une alerte donnée"),
        "end": _("fin d’une alerte"),
        "answer": _("réponse à une alerte"),
        "found": _("élève retrouvé"),
        "lost": _("élève de nouveau cherché"),
        "export_report": _("bilan d’une alerte exporté"),
    },
    demo="core.alerts.demo.create",
)

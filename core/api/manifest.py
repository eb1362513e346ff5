"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    Channel,
    Feature,
    Importance,
    Job,
    Manifest,
    NotificationKind,
    Permission,
    Processing,
    Retention,
    RolesSetting,
    Scope,
    SearchPage,
)
from core.people.choices import PRIVILEGED, STAFF

manifest = Manifest(
    core=True,
    slug="api",
    name=_("Accès par programme"),
    description=_("Des jetons personnels et des appels sortants, pour relier d’autres outils."),
    icon="link",
    permissions=(
        Permission(
            slug="webhooks",
            label=_("Gérer les appels sortants"),
            help=_("Prévenir d’autres outils de ce qui se passe dans l’établissement, sans aucun nom."),
        ),
    ),
    role_defaults={role: ("webhooks",) for role in PRIVILEGED},
    settings=(
        RolesSetting(
            key="token_roles",
            label=_("Peuvent créer des jetons personnels"),
            help=_(
                "Un programme agit alors en leur nom, dans ce qu’ils voient eux-mêmes. "
                "Retirer un rôle arrête aussitôt ses jetons."
            ),
            default=tuple(sorted(STAFF)),
        ),
    ),
    pages=(
        SearchPage(
            label=_("Appels sortants"),
            url_name="api:webhooks",
            permission="api.webhooks",
            words=_("webhook intégration outil programme interface crochet"),
            icon="link",
        ),
    ),
    scopes=(
        Scope(
            slug="webhooks",
            label=_("Voir les appels sortants"),
            permissions=("webhooks",),
        ),
        Scope(
            slug="manage_webhooks",
            label=_("Créer et supprimer des appels sortants"),
            permissions=("webhooks",),
            writes=True,
        ),
    ),
    notifications=(
        NotificationKind(
            slug="webhook_stopped",
            label=_("Un appel sortant ne répond plus"),
            title=_("Appel sortant arrêté\u00a0: %(name)s"),
            text=_("Son adresse ne répond plus depuis plusieurs jours. Vérifiez-la, puis relancez-le."),
            sample={"name": _("Logiciel de cantine"), "webhook": 0},
            action=_("Voir l’appel sortant"),
            audience="core.api.hooks.webhook_managers",
            channels=(Channel.IN_APP, Channel.EMAIL),
            importance=Importance.IMPORTANT,
            roles=tuple(sorted(PRIVILEGED)),
        ),
        NotificationKind(
            slug="token_ends",
            label=_("Un de vos jetons expire bientôt"),
            title=_("Le jeton «\u00a0%(name)s\u00a0» expire bientôt"),
            text=_("Créez-en un autre et donnez-le au programme qui s’en sert."),
            sample={"name": _("Export des classes")},
            action=_("Voir mes jetons"),
            channels=(Channel.IN_APP, Channel.EMAIL),
            importance=Importance.NORMAL,
            roles=tuple(sorted(STAFF)),
        ),
    ),
    personal_models=("api.AccessToken", "api.Webhook"),
    impersonal_models=("api.Delivery",),
    export_person="core.api.hooks.export_person",
    erase_person="core.api.hooks.erase_person",
    retention=(
        Retention(
            model="api.AccessToken",
            basis=_("Sécurité\u00a0: savoir quels programmes ont agi"),
            months=12,
            maximum=36,
            since=_("la fin du jeton"),
            expired="core.api.retention.old_tokens",
        ),
        Retention(
            model="api.Webhook",
            basis=_("Tant que l’appel sortant sert"),
            months=12,
            follows=_("l’appel sortant lui-même, jusqu’à ce qu’on le supprime"),
        ),
    ),
    export_labels={
        "tokens": _("Jetons d’accès"),
        "name": _("Nom"),
        "scopes": _("Portées"),
        "created_at": _("Créé le"),
        "expires_at": _("Expire le"),
        "used_at": _("Dernière utilisation"),
        "revoked_at": _("Révoqué le"),
        "webhooks": _("Appels sortants créés"),
    },
    erasure_keeps=_("Les appels sortants de l’établissement, sans leur auteur."),
    processing=Processing(
        purposes=_("Laisser d’autres logiciels lire ou écrire au nom d’une personne, quand elle l’a permis."),
        people=_("Ceux qui créent un jeton ou un appel sortant"),
        data=_("Nom, portées et dates des jetons\u00a0; adresses appelées et résultats, jamais les contenus"),
        recipients=_("La personne elle-même\u00a0; la direction et le référent numérique"),
    ),
    jobs=(
        Job(
            slug="deliver",
            label=_("Reprendre les appels sortants en attente"),
            task="core.api.webhooks.sweep",
            every_minutes=60,
        ),
        Job(
            slug="tidy",
            label=_("Prévenir des jetons qui expirent, effacer le suivi des appels sortants"),
            task="core.api.services.tidy",
            every_minutes=24 * 60,
        ),
    ),
    features=(
        Feature(slug="token", label=_("Créer un jeton d’accès")),
        Feature(slug="webhook", label=_("Créer un appel sortant"), permission="webhooks"),
    ),
    actions={
        "create_token": _("Jeton créé"),
        "revoke_token": _("Jeton révoqué"),
        "create_webhook": _("Appel sortant créé"),
        "change_webhook": _("Appel sortant modifié"),
        "delete_webhook": _("Appel sortant supprimé"),
        "rotate_webhook": _("Secret d’appel sortant remplacé"),
        "stop_webhook": _("Appel sortant arrêté"),
        "resume_webhook": _("Appel sortant relancé"),
        "test_webhook": _("Appel sortant essayé"),
        "retry_webhook": _("Appel sortant renvoyé"),
    },
)

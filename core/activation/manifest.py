"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    ChoiceSetting,
    Feature,
    Importance,
    Job,
    Manifest,
    NotificationKind,
    Permission,
    Processing,
    Retention,
    SearchPage,
    TextSetting,
)
from core.people.choices import PRIVILEGED, Role

_HOOKS = "core.activation.hooks"

manifest = Manifest(
    core=True,
    slug="activation",
    name=_("Activation des comptes"),
    description=_("Inviter chacun à ouvrir son compte, voir où l’on en est, aider qui l’a perdu."),
    icon="key",
    permissions=(
        Permission(
            slug="manage",
            label=_("Inviter à ouvrir un compte et suivre les activations"),
            help=_("Courriers, courriels, codes de récupération, sauf pour les rangs au-dessus du sien."),
        ),
    ),
    role_defaults={Role.MANAGEMENT: ("manage",), Role.DIGITAL_REFERENT: ("manage",)},
    settings=(
        TextSetting(
            key="help",
            label=_("À qui demander de l’aide"),
            help=_("Écrit sur les courriers et les courriels d’invitation\u00a0: un nom, un téléphone, un lieu."),
            max_length=160,
        ),
        ChoiceSetting(
            key="window",
            label=_("Fenêtre des enveloppes"),
            help=_("L’adresse des courriers s’imprime à cet endroit."),
            choices=(("right", _("À droite (enveloppes françaises)")), ("left", _("À gauche (norme DIN)"))),
            default="right",
        ),
    ),
    pages=(
        SearchPage(
            label=_("Activation des comptes"),
            url_name="activation:overview",
            permission="activation.manage",
            words=_("invitation courrier code identifiant mot de passe jamais connecté relance"),
        ),
        SearchPage(
            label=_("Courriers d’activation"),
            url_name="activation:letters",
            permission="activation.manage",
            words=_("imprimer lettre code QR enveloppe famille classe"),
            icon="printer",
        ),
    ),
    notifications=(
        NotificationKind(
            slug="code_made",
            label=_("Un code de récupération a été fait pour votre compte"),
            title=_("%(by)s a fait un code pour votre compte"),
            text=_(
                "Il donne un nouveau mot de passe, dans la journée. Inattendu\u202f? Prévenez l’établissement."
            ),
            sample={"by": "Anne Chrétien"},
            importance=Importance.IMPORTANT,
            roles=tuple(Role.values),
        ),
        NotificationKind(
            slug="letters_ready",
            label=_("La région a préparé vos courriers d’activation"),
            title=_("%(count)s courriers d’activation sont prêts"),
            text=_("Demandés par la région. Téléchargez-les et remettez-les\u00a0: ils s’effacent au bout de 7 jours."),
            sample={"count": 214},
            action=_("Voir les courriers"),
            roles=tuple(sorted(PRIVILEGED)),
        ),
    ),
    file_access=f"{_HOOKS}.file_access",
    personal_models=("activation.Letters",),
    export_person=f"{_HOOKS}.export_person",
    export_labels={
        "invitations": _("Invitations reçues"),
        "at": _("Le"),
        "way": _("Par"),
        "used": _("A servi"),
        "letters": _("Courriers demandés"),
        "title": _("Courriers"),
        "count": _("Nombre"),
    },
    erase_person=f"{_HOOKS}.erase_person",
    erasure_keeps=_("Le nombre de courriers imprimés, sans qui les a demandés."),
    retention=(
        Retention(
            model="activation.Letters",
            basis=_("Savoir quels courriers ont été imprimés\u00a0; le fichier lui-même est effacé au bout de 7 jours"),
            months=12,
            maximum=36,
            since=_("la demande"),
            expired=f"{_HOOKS}.old_letters",
        ),
    ),
    processing=Processing(
        purposes=_("Remettre à chacun de quoi ouvrir son compte, relancer qui ne l’a pas fait, dépanner."),
        people=_("Toute personne de l’établissement"),
        data=_("Date et moyen de chaque invitation, empreinte du code, date de la dernière connexion"),
        recipients=_("La direction et le référent numérique\u00a0; la personne elle-même"),
    ),
    features=(
        Feature(slug="letters", label=_("Préparer des courriers d’activation"), permission="manage"),
        Feature(slug="invitations", label=_("Inviter par courriel"), permission="manage"),
        Feature(slug="code", label=_("Remettre un code de récupération")),
    ),
    jobs=(
        Job(
            slug="forget_letters",
            label=_("Effacer les courriers de plus d’une semaine"),
            task="core.activation.services.forget_old",
            every_minutes=60,
        ),
    ),
    actions={
        "ask_letters": _("Courriers d’activation demandés"),
        "letter": _("Courrier d’activation imprimé"),
        "download_letters": _("Courriers d’activation téléchargés"),
        "invite": _("Invitations par courriel demandées"),
        "mail": _("Invitation envoyée par courriel"),
        "recovery_code": _("Code de récupération fait"),
        "first_code": _("Code d’activation remis"),
    },
)

"""What moderators, authors and reporters are told."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Channel, Importance, NotificationKind
from core.people.choices import STAFF, Role

_TELLING = "modules.messaging.safety.telling"
_EVERYONE = tuple(Role.values)

SAFETY_KINDS = (
    NotificationKind(
        slug="to_moderate",
        label=_("Un message attend votre relecture"),
        title=_("À relire\u00a0: un message attend"),
        text=_("Un mot surveillé figure dans un message de %(author)s."),
        title_many=_("%(count)s messages à relire"),
        sample={"author": _("Iris Ferry")},
        action=_("Relire"),
        audience=f"{_TELLING}.moderators_of_draft",
        channels=(Channel.IN_APP, Channel.EMAIL),
        importance=Importance.IMPORTANT,
        roles=tuple(sorted(STAFF)),
    ),
    NotificationKind(
        slug="sent_back",
        label=_("Votre message n’est pas parti"),
        title=_("À revoir\u00a0: %(subject)s"),
        text=_("%(word)s"),
        title_many=_("%(count)s messages à revoir"),
        sample={"subject": _("Sortie de jeudi"), "word": _("Reprenez ce message sans viser personne.")},
        action=_("Reprendre"),
        audience=f"{_TELLING}.author_of_draft",
        channels=(Channel.IN_APP, Channel.EMAIL),
        roles=_EVERYONE,
    ),
    NotificationKind(
        slug="reported",
        label=_("Un message est signalé"),
        title=_("Un message est signalé"),
        text=_("Un destinataire demande que vous le lisiez."),
        title_many=_("%(count)s messages signalés"),
        sample={},
        action=_("Lire le signalement"),
        audience=f"{_TELLING}.moderators_of_report",
        channels=(Channel.IN_APP, Channel.EMAIL),
        importance=Importance.IMPORTANT,
        roles=tuple(sorted(STAFF)),
    ),
    NotificationKind(
        slug="report_decided",
        label=_("Votre signalement est traité"),
        title=_("Votre signalement est traité"),
        text=_("L’établissement a lu le message que vous aviez signalé. Merci de l’avoir dit."),
        title_many=_("%(count)s signalements traités"),
        sample={},
        channels=(Channel.IN_APP,),
        importance=Importance.INFORMATION,
        roles=_EVERYONE,
    ),
)

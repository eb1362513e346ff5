"""What recipients and authors are told; what moderators are told is in `safety_kinds`."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Channel, Importance, NotificationKind
from core.people.choices import Role
from modules.messaging.declared.safety_kinds import SAFETY_KINDS

_TELLING = "modules.messaging.telling"
_REPLY_TO = "modules.messaging.bridge.telling.address_for"
_EVERYONE = tuple(Role.values)
_SAMPLE = {
    "sender": _("Anne Chrétien"),
    "text": _("«\u00a0Sortie de jeudi\u00a0» Le car part à 8 h, devant la grille."),
}

NOTIFICATIONS = (
    NotificationKind(
        slug="received",
        reply_to=_REPLY_TO,
        label=_("Vous recevez un message"),
        title=_("Message de %(sender)s"),
        text=_("%(text)s"),
        title_many=_("%(count)s messages"),
        sample=_SAMPLE,
        action=_("Lire le message"),
        audience=f"{_TELLING}.recipients_of_event",
        channels=(Channel.IN_APP, Channel.EMAIL, Channel.PUSH),
        roles=_EVERYONE,
    ),
    NotificationKind(
        slug="received_urgent",
        reply_to=_REPLY_TO,
        label=_("Vous recevez un message urgent"),
        title=_("Urgent\u00a0: message de %(sender)s"),
        text=_("%(text)s"),
        title_many=_("%(count)s messages urgents"),
        sample=_SAMPLE,
        action=_("Lire le message"),
        audience=f"{_TELLING}.recipients_of_event",
        channels=(Channel.IN_APP, Channel.EMAIL, Channel.PUSH),
        importance=Importance.URGENT,
        roles=_EVERYONE,
    ),
    NotificationKind(
        slug="reminder",
        reply_to=_REPLY_TO,
        label=_("Un message attend toujours votre lecture"),
        title=_("Rappel\u00a0: un message de %(sender)s vous attend"),
        text=_("%(text)s"),
        title_many=_("%(count)s messages vous attendent"),
        sample=_SAMPLE,
        action=_("Lire le message"),
        audience=f"{_TELLING}.awaited_of_event",
        channels=(Channel.IN_APP, Channel.EMAIL, Channel.PUSH),
        importance=Importance.IMPORTANT,
        roles=_EVERYONE,
        replaces=("received",),
    ),
    NotificationKind(
        slug="delivery_refused",
        label=_("Votre message programmé n’est pas parti"),
        title=_("Pas parti\u00a0: %(subject)s"),
        text=_("%(word)s"),
        title_many=_("%(count)s messages ne sont pas partis"),
        sample={"subject": _("Sortie de jeudi"), "word": _("Vos envois sont suspendus.")},
        action=_("Reprendre"),
        audience="modules.messaging.safety.telling.author_of_draft",
        channels=(Channel.IN_APP, Channel.EMAIL, Channel.PUSH),
        importance=Importance.IMPORTANT,
        roles=_EVERYONE,
    ),
    NotificationKind(
        slug="delivered_in_part",
        label=_("Votre message programmé n’a pas atteint tout le monde"),
        title=_("Parti, mais pas à tous\u00a0: %(subject)s"),
        text=_("%(word)s"),
        sample={"subject": _("Sortie de jeudi"), "word": _("Vous ne pouvez pas écrire à\u00a0: Élèves de 5eB.")},
        action=_("Lire le message"),
        channels=(Channel.IN_APP,),
        roles=_EVERYONE,
    ),
    *SAFETY_KINDS,
)

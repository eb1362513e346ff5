"""What the module tells, to whom, and how much it matters."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Callout, Channel, Importance, NotificationKind
from core.people.choices import STAFF, Role

FAMILY = (Role.GUARDIAN, Role.PUPIL)
TEAM = tuple(sorted(STAFF))
MAIL = (Channel.IN_APP, Channel.EMAIL)
ALL = (Channel.IN_APP, Channel.EMAIL, Channel.PUSH)
_PUPILS: dict[str, tuple[Channel, ...]] = {Role.PUPIL: (Channel.IN_APP,)}
_NOTE = {
    "title": _("Sortie au musée jeudi 3 décembre"),
    "kind": _("Sortie à autoriser"),
    "author": _("Anne Chrétien"),
    "due": _("lundi 30 novembre"),
}
_WORD = {
    "kind": _("Retard"),
    "child": _("Jeanne Arnould"),
    "when": _("demain, jusqu’à 9 h"),
    "state": _("accepté"),
}

NOTIFICATIONS = (
    NotificationKind(
        slug="note",
        label=_("Un mot du carnet à lire"),
        title=_("%(title)s"),
        text=_("%(kind)s de %(author)s."),
        title_many=_("%(count)s mots du carnet à lire"),
        sample=_NOTE | {"kind": _("Information")},
        action=_("Lire le mot"),
        audience="modules.liaison.telling.readers_of_note",
        channels=MAIL,
        role_channels=_PUPILS,
        importance=Importance.NORMAL,
        roles=FAMILY,
    ),
    NotificationKind(
        slug="to_answer",
        label=_("Un mot du carnet attend votre réponse"),
        title=_("À répondre\u00a0: %(title)s"),
        text=_("%(kind)s de %(author)s."),
        title_many=_("%(count)s mots du carnet attendent votre réponse"),
        sample=_NOTE,
        action=_("Répondre"),
        audience="modules.liaison.telling.debtors_of_note",
        channels=ALL,
        role_channels=_PUPILS,
        importance=Importance.IMPORTANT,
        roles=FAMILY,
    ),
    NotificationKind(
        slug="reminder",
        label=_("Rappel\u00a0: un mot du carnet attend toujours votre réponse"),
        title=_("Rappel\u00a0: %(title)s"),
        text=_("L’établissement attend toujours votre réponse."),
        title_many=_("%(count)s rappels du carnet"),
        sample=_NOTE,
        action=_("Répondre"),
        audience="modules.liaison.telling.owing_of_note",
        channels=ALL,
        importance=Importance.IMPORTANT,
        roles=(Role.GUARDIAN,),
        replaces=("note", "to_answer"),
    ),
    NotificationKind(
        slug="contradiction",
        label=_("Deux responsables répondent différemment à votre mot"),
        title=_("Réponses contraires\u00a0: %(child)s"),
        text=_("Ses responsables répondent différemment à «\u00a0%(title)s\u00a0»."),
        title_many=_("%(count)s réponses contraires"),
        sample={"title": _("Sortie au musée jeudi 3 décembre"), "child": _("Jeanne Arnould")},
        action=_("Voir les réponses"),
        audience="modules.liaison.telling.author_of_note",
        channels=MAIL,
        importance=Importance.NORMAL,
        roles=TEAM,
    ),
    NotificationKind(
        slug="word_received",
        label=_("Une famille vous écrit un mot"),
        title=_("%(kind)s\u00a0: %(child)s"),
        text=_("%(when)s"),
        title_many=_("%(count)s mots de familles"),
        sample=_WORD,
        action=_("Traiter"),
        audience="modules.liaison.telling.treaters_of_word",
        channels=(Channel.IN_APP,),
        importance=Importance.NORMAL,
        roles=TEAM,
    ),
    NotificationKind(
        slug="word_treated",
        label=_("L’établissement répond à votre mot"),
        title=_("%(kind)s de %(child)s\u00a0: %(state)s"),
        text=_("%(when)s"),
        title_many=_("%(count)s réponses de l’établissement"),
        sample=_WORD,
        action=_("Lire la réponse"),
        audience="modules.liaison.telling.family_of_word",
        channels=ALL,
        importance=Importance.NORMAL,
        roles=(Role.GUARDIAN,),
    ),
)

WEBHOOKS = (
    Callout(kind="note", label=_("Un mot paraît au carnet"), address="liaison/notes/{id}"),
    Callout(kind="to_answer", label=_("Un mot à signer paraît au carnet"), address="liaison/notes/{id}"),
    Callout(kind="word_received", label=_("Une famille écrit un mot"), address="liaison/words/{id}"),
    Callout(kind="word_treated", label=_("Un mot de famille est traité"), address="liaison/words/{id}"),
)

"""What a school may settle, and the region lock."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules.contract import BoolSetting, ChoiceSetting, IntSetting, RolesSetting, TextSetting, TimeSetting
from core.people.choices import Role
from modules.messaging.choices import Reach

EVERYONE = tuple(Role.values)


def _limits(who: str, label: Any, recipients: int, hourly: int, daily: int) -> tuple[IntSetting, ...]:
    """The three limits of one kind of people. A reply to all and a group count as many as they reach."""
    return (
        IntSetting(
            key=f"{who}_recipients", label=_("%s : destinataires d’un message, au plus") % label,
            default=recipients, minimum=1, maximum=20_000, unit=_("personnes"),
        ),
        IntSetting(
            key=f"{who}_hourly", label=_("%s : messages par heure, au plus") % label,
            default=hourly, minimum=1, maximum=1000, unit=_("messages"),
        ),
        IntSetting(
            key=f"{who}_daily", label=_("%s : destinataires par jour, au plus") % label,
            default=daily, minimum=1, maximum=100_000, unit=_("personnes"),
        ),
    )  # fmt: skip


def _cap(key: str, label: Any) -> ChoiceSetting:
    return ChoiceSetting(
        key=key, label=label, help=_("La grille des règles ne peut pas aller plus loin."),
        choices=tuple(Reach.choices), default=Reach.ALL,
    )  # fmt: skip


SETTINGS = (
    BoolSetting(
        key="hold", label=_("Retenir les messages en dehors des heures"),
        help=_("Ils partent à l’ouverture ; l’expéditeur le voit avant d’envoyer. Les messages urgents passent."),
        default=True,
    ),
    TimeSetting(key="opens_at", label=_("La messagerie ouvre à"), default="07:00"),
    TimeSetting(key="closes_at", label=_("et ferme à"), default="20:00"),
    BoolSetting(
        key="open_weekends", label=_("Ouverte le samedi après-midi, le dimanche et les jours fériés"), default=False
    ),
    RolesSetting(
        key="night_closed", label=_("N’envoient rien en dehors des heures"),
        help=_("Pour ces rôles, le message n’est pas retenu : il reste en brouillon."),
        default=(Role.PUPIL,), among=EVERYONE,
    ),
    BoolSetting(
        key="reply_always", label=_("On peut toujours répondre à qui vous écrit"),
        help=_("Sinon la grille des règles vaut aussi pour les réponses."), default=True,
    ),
    IntSetting(
        key="reply_all_most", label=_("On répond à tous jusqu’à"), default=30, minimum=0, maximum=20_000,
        unit=_("destinataires"), help=_("Au-delà, une réponse ne va qu’à l’expéditeur, quoi qu’il ait choisi."),
    ),
    BoolSetting(key="show_readers", label=_("L’expéditeur voit qui a lu"), default=True),
    IntSetting(
        key="recall_minutes", label=_("Rappeler un message pendant"), default=60, minimum=0, maximum=7 * 24 * 60,
        unit=_("minutes"), help=_("0 : un message parti ne se rappelle pas."),
    ),
    *_limits("pupil", _("Élèves"), 10, 15, 60),
    *_limits("guardian", _("Responsables"), 15, 15, 60),
    *_limits("staff", _("Personnels"), 6000, 60, 20_000),
    _cap("pupils_together", _("Les élèves s’écrivent entre eux, au plus")),
    _cap("guardians_together", _("Les responsables s’écrivent entre eux, au plus")),
    _cap("pupils_to_staff", _("Les élèves écrivent aux personnels, au plus")),
    _cap("guardians_to_staff", _("Les responsables écrivent aux personnels, au plus")),
    RolesSetting(
        key="moderated", label=_("Messages relus quand un mot surveillé y figure"), default=(Role.PUPIL,),
        among=EVERYONE,
    ),
    TextSetting(
        key="watched_words", label=_("Mots surveillés"), help=_("Un par ligne."), max_length=4000, multiline=True,
        default="",
    ),
    BoolSetting(
        key="mail_text", label=_("L’e-mail de notification contient le message"),
        help=_("Sinon il ne contient qu’un lien : rien du message ne quitte l’établissement."), default=False,
    ),
    BoolSetting(
        key="mail_replies", label=_("On peut répondre par e-mail"),
        help=_("L’adresse de réponse est signée et ne vaut que pour ce message et cette personne."), default=False,
    ),
    IntSetting(
        key="quota_mb", label=_("Pièces jointes envoyées, par personne"), default=200, minimum=10, maximum=10_000,
        unit=_("Mo"),
    ),
    IntSetting(
        key="trash_days", label=_("Vider la corbeille après"), default=30, minimum=1, maximum=365, unit=_("jours")
    ),
)  # fmt: skip

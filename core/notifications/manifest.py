"""What the area declares of itself."""

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    BoolSetting,
    ChoiceSetting,
    IntSetting,
    Manifest,
    Permission,
    Retention,
    RolesSetting,
    Scope,
    TimeSetting,
)
from core.people.choices import STAFF, Role

manifest = Manifest(
    core=True,
    slug="notifications",
    name=_("Notifications"),
    description=_("Ce que chacun reçoit, par quel moyen et à quel moment."),
    icon="bell",
    settings=(
        RolesSetting(
            key="urgent_roles",
            label=_("Peuvent envoyer une information urgente"),
            help=_("L’urgent passe tout de suite, même la nuit et pendant les vacances."),
            default=(Role.MANAGEMENT, Role.SCHOOL_LIFE),
            among=tuple(sorted(STAFF)),
        ),
        TimeSetting(
            key="quiet_from",
            label=_("Silence à partir de"),
            help=_("Le silence retarde ce qui n’est pas urgent\u00a0: rien n’est perdu."),
            default="20:00",
        ),
        TimeSetting(
            key="quiet_until",
            label=_("Silence jusqu’à"),
            help=_("La même heure que le début\u00a0: pas de silence la nuit."),
            default="07:00",
        ),
        BoolSetting(key="quiet_weekends", label=_("Silence le week-end"), default=True),
        ChoiceSetting(
            key="holidays",
            label=_("Pendant les vacances et les jours fériés"),
            help=_("Ce qui attend part le matin de la reprise."),
            choices=(
                ("quiet", _("Silence jusqu’à la reprise")),
                ("weekly", _("Un seul envoi par semaine, le jour du récapitulatif")),
                ("open", _("Comme les autres jours")),
            ),
            default="quiet",
        ),
        TimeSetting(key="digest_at", label=_("Heure des récapitulatifs"), default="18:00"),
        ChoiceSetting(
            key="digest_weekday",
            label=_("Jour du récapitulatif de la semaine"),
            choices=tuple((str(number), name) for number, name in WEEKDAYS.items()),
            default="4",
        ),
        BoolSetting(
            key="sms",
            label=_("SMS"),
            help=_("Pour ce qui est important ou urgent, si la région dispose d’un service d’envoi. Chaque SMS coûte."),
            default=False,
        ),
        IntSetting(
            key="sms_ceiling",
            label=_("Plafond de SMS par mois"),
            help=_("Au-delà, rien ne part plus par SMS jusqu’au mois suivant. Un texte long compte pour plusieurs."),
            default=500,
            minimum=0,
            maximum=100_000,
            unit=_("SMS"),
        ),
    ),
    permissions=(
        Permission(
            slug="manage_rules",
            label=_("Régler ce que chacun reçoit"),
            help=_("Les règles de toutes les notifications, et qui recevrait quoi, comment et quand."),
        ),
        Permission(
            slug="journal",
            label=_("Suivre les envois"),
            help=_("Combien d’envois sont partis ou ont échoué, et les adresses en défaut\u00a0; jamais les contenus."),
        ),
    ),
    role_defaults={
        Role.MANAGEMENT: ("manage_rules", "journal"),
        Role.DIGITAL_REFERENT: ("manage_rules", "journal"),
    },
    actions={
        "add_device": _("appareil abonné aux notifications"),
        "remove_device": _("appareil retiré des notifications"),
        "retry": _("envois relancés"),
        "retry_address": _("adresse remise en service"),
        "export_journal": _("suivi des envois exporté"),
    },
    personal_models=(
        "notifications.Event",
        "notifications.Notification",
        "notifications.Preference",
        "notifications.Rhythm",
        "notifications.PushSubscription",
        "notifications.AddressTrouble",
    ),
    export_person="core.notifications.hooks.export_person",
    erase_person="core.notifications.hooks.erase_person",
    retention=(
        Retention(model="notifications.Event", basis=_("Preuve que l’information a été donnée"), months=6),
        Retention(model="notifications.Notification", basis=_("Preuve que l’information a été donnée"), months=6),
        Retention(model="notifications.Preference", basis=_("Tant que la personne est là"), months=3),
        Retention(model="notifications.Rhythm", basis=_("Tant que la personne est là"), months=3),
        Retention(model="notifications.PushSubscription", basis=_("Tant que l’appareil répond"), months=12),
        Retention(model="notifications.AddressTrouble", basis=_("Le temps de corriger l’adresse"), months=6),
    ),
    scopes=(
        Scope(slug="read", label=_("Lire mes notifications"), help=_("La liste de votre cloche.")),
        Scope(slug="mark", label=_("Marquer mes notifications comme lues"), writes=True),
    ),
)

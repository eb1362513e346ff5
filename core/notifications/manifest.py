"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest, Retention

manifest = Manifest(
    core=True,
    slug="notifications",
    name=_("Notifications"),
    description=_("Ce que chacun reçoit, par quel moyen et à quel moment."),
    icon="bell",
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
)

"""What the scheduler starts."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Job

JOBS = (
    Job(
        slug="deliver_due",
        label=_("Envoyer les messages programmés ou retenus"),
        task="modules.messaging.tasks.deliver_due",
        every_minutes=10,  # and to the second: modules.messaging.services.waking
    ),
    Job(
        slug="housekeeping",
        label=_("Vider les corbeilles"),
        task="modules.messaging.tasks.housekeeping",
        every_minutes=24 * 60,
    ),
)

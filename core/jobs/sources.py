"""Long works of the school that have tables and pages of their own, without saying whose they are."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from core.privacy.models import Archive
from tenants.work.models import State
from tenants.work.shown import Shown

_RECENT = timedelta(days=7)
_MOST = 12
_STATES = {
    Archive.State.WAITING: State.WAITING,
    Archive.State.RUNNING: State.RUNNING,
    Archive.State.FAILED: State.FAILED,
}


def works() -> list[Shown]:
    """Archives of personal data that are being made, or could not be."""
    asked = Archive.objects.filter(asked_at__gte=timezone.now() - _RECENT, state__in=list(_STATES))
    return [
        Shown(
            label=_("Archive de données personnelles"),
            state=_STATES[Archive.State(archive.state)],
            done=archive.done,
            total=archive.total,
            text=_("Parties réunies"),
            sentence=_("Qui l’a demandée peut la redemander.") if archive.state == Archive.State.FAILED else "",
            at=archive.asked_at,
        )
        for archive in asked[:_MOST]
    ]

"""Looking at what is due at the moment when it is due.

A look at every school each minute would keep a region's workers busy with schools where nothing waits. The scheduler
looks every `AHEAD`, and has a task wait for each moment until its next look; what is made to wait for less does the
same. A task that is lost is made up for by the next look.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

AHEAD = timedelta(minutes=10)


def wake_at(moment: datetime) -> None:
    """Deliver in this school at this moment, where that is before the scheduler's next look; after the commit."""
    wait = moment - timezone.now()
    if timedelta(0) < wait <= AHEAD:
        transaction.on_commit(lambda: _send(wait), robust=True)


def _send(wait: timedelta) -> None:
    from modules.messaging import tasks  # noqa: PLC0415 -- tasks stand on services

    tasks.deliver.apply_async(countdown=int(wait.total_seconds()) + 1)

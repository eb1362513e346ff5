from datetime import timedelta

import pytest

from tests.core.notifications import mailbox
from tests.core.notifications.world import canteen, distribute, family, place, tell  # noqa: F401 -- fixtures


@pytest.fixture
def inbox(settings):
    with mailbox.mail_server(settings) as inbox:
        yield inbox


@pytest.fixture
def time_machine_at():
    """`time_machine_at(days=31)`: so much later, for the rest of the test."""
    import time_machine
    from django.utils import timezone

    travels = []

    def travel(**ahead):
        travels.append(time_machine.travel(timezone.now() + timedelta(**ahead), tick=True))
        travels[-1].start()

    yield travel
    for one in reversed(travels):
        one.stop()

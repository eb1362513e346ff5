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


@pytest.fixture
def service(settings, tmp_path):
    """A push service of this machine, and a data folder of its own for our key."""
    from tests.core.notifications.push_service import push_service

    settings.DATA_DIR = tmp_path
    with push_service(settings) as running:
        yield running


@pytest.fixture
def subscribed(service, lycee_a):
    """`browser, device = subscribed(person, "/one")`"""
    from core.notifications.channels.push.services import subscribe
    from tenants.schemas.context import school
    from tests.core.notifications.push_service import Browser

    def _subscribed(person, path="/one"):
        browser = Browser()
        with school(lycee_a):
            device = subscribe(
                person=person, endpoint=service.url + path, device="Firefox sur Android", **browser.keys
            )
        return browser, device

    return _subscribed

"""An upgrade whose own connection is cut off while the schools' are not."""

from contextlib import suppress

import pytest
from django.db import OperationalError, connection

from tenants.schemas.management.commands.migrate_schools import Command
from tenants.schemas.models import Upgrade
from tenants.schemas.upgrades import services
from tests.tenants.schemas.outside import outside
from tests.tenants.schemas.test_upgrades import migrate, schools  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("village")]


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ends the connection of whoever watches over the upgrade, once. Holds the number of cuts."""
    cuts: list[int] = []

    def progress(command: Command, tally: object) -> bool:
        if not cuts:
            cuts.append(1)
            with suppress(OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return True

    monkeypatch.setattr(Command, "_progress", progress)
    monkeypatch.setattr(services, "_BEAT_SECONDS", 0.0)
    return cuts


def test_an_upgrade_ends_its_work_when_its_own_connection_is_cut_off(schools, cut_off):  # noqa: F811
    told = migrate()
    assert (cut_off, told["done"], told["failed"]) == ([1], 4, 0)


def test_an_upgrade_that_was_cut_off_says_that_it_is_done(schools, cut_off):  # noqa: F811
    migrate()
    assert outside(lambda: Upgrade.objects.latest("pk").state) == Upgrade.State.DONE

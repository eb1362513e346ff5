"""Killed anywhere: the school is what it was or what it was to become, and the next run ends the work."""

import os
import signal
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tenants.establishments.models import Lifecycle
from tenants.establishments.services import change_lifecycle
from tenants.schemas.archive import beside
from tenants.schemas.archive.archiving import archive
from tenants.schemas.archive.erasing import erase
from tenants.schemas.archive.files import folder_of
from tenants.schemas.archive.restoring import restore, restore_tombstone
from tenants.schemas.context import school
from tests.tenants.schemas.archive.conftest import HOME, content

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# moment -> (module, function, whether it is done before the end comes)
MOMENTS = {
    "before-building": ("restoring", "engine.build", False),
    "after-building": ("restoring", "engine.build", True),
    "in-the-rows": ("tables", "_set_sequences", False),
    "in-the-files": ("files", "sync_folder", False),
    "before-the-upgrade": ("restoring", "bring_up", False),
    "after-the-upgrade": ("restoring", "bring_up", True),
    "before-the-swap": ("swapping", "engine.rename", False),
    "in-the-swap": ("swapping", "engine.rename", True),
    "in-the-public-rows": ("rows", "put_back", True),
    "before-the-folders": ("moves", "follow", False),
    "between-the-folders": ("moves", "os.rename", True),
    "before-the-note-goes": ("moves", "sync_folder", False),
    "after-the-folders": ("moves", "follow", True),
}
SWAPPED = {"before-the-folders", "between-the-folders", "before-the-note-goes", "after-the-folders"}


def killed(moment, work):
    """Do `work` in a process of its own, which is killed at that moment; whether it was."""
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        try:
            connections["default"] = connections.create_connection("default")  # the parent's stays its own
            connections["default"].set_schema_to_public()
            with connections["default"].cursor() as cursor:
                cursor.execute("SET application_name = 'doomed'")
            arm(*MOMENTS[moment])
            work()
        except BaseException:  # noqa: BLE001 -- told by the parent's failure
            traceback.print_exc()
        os._exit(1)
    _pid, status = os.waitpid(pid, 0)
    wait_for_its_server()
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def wait_for_its_server():
    """PostgreSQL lets go of the dead process's locks when it sees that its connection is closed."""
    with connections["default"].cursor() as cursor:
        for _attempt in range(500):
            cursor.execute("SELECT FROM pg_stat_activity WHERE application_name = 'doomed'")
            if cursor.fetchone() is None:
                return
            time.sleep(0.01)


def arm(module, path, done):
    holder = import_module(f"tenants.schemas.archive.{module}")
    *way, name = path.split(".")
    for part in way:
        holder = getattr(holder, part)
    whole = getattr(holder, name)

    def deadly(*args, **kwargs):
        if done:
            whole(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(holder, name, deadly)


def leftovers():
    media = Path(settings.MEDIA_ROOT)
    return [*beside._leftovers(), *media.glob("w_restore*"), *media.glob(".moves/*.json")]


@pytest.fixture
def changed(home):
    """The school, its bundle, what that holds, and what it is now: rows and files have changed since."""
    path = archive(home.establishment, actor=None).path
    then = content(home.establishment)
    with school(home.establishment):
        type(home.teacher).objects.filter(pk=home.teacher.pk).update(first_name="Changée")
    (folder_of(home.schema) / "news" / "nouveau").write_bytes(b"depuis")
    return home, path, then, content(home.establishment)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_restoration_killed_anywhere(changed, moment):
    home, path, then, now = changed
    assert killed(moment, lambda: restore(path, actor=None, replace=True))
    beside.clean()
    assert content(home.fresh()) == (then if moment in SWAPPED else now)
    assert not leftovers()
    restore(path, actor=None, replace=True)
    assert content(home.fresh()) == then
    assert not leftovers()


@pytest.mark.parametrize("moment", ["before-the-swap", "in-the-swap", "before-the-folders", "between-the-folders"])
def test_an_erasure_killed_anywhere(home, moment):
    change_lifecycle(home.establishment, to=Lifecycle.SUSPENDED, actor=None)
    before = content(home.establishment)
    assert killed(moment, lambda: erase(home.fresh(), actor=None))
    beside.clean()
    if moment in SWAPPED:
        assert not folder_of(home.schema).exists()
        restore_tombstone(HOME, actor=None)
    assert content(home.fresh()) == before
    assert not leftovers()

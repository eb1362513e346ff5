"""An archive built by a real worker, followed on its way."""

import json

import psycopg
import pytest
from django.db import connection, transaction

from core.files.models import StoredFile
from core.jobs.models import Run
from core.permissions.viewer import viewer_as
from core.privacy.models import Archive
from core.privacy.services import archives
from tenants.schemas.context import school
from tenants.work.tracking import WORK
from tests.core.jobs.test_worker import queue, send, start, wait  # noqa: F401 -- fixtures
from tests.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("worker"), pytest.mark.slow]


@pytest.fixture
def elsewhere(lycee_a):
    """Statements that others commit in the school."""
    database = connection.settings_dict

    def execute(*statements):
        with psycopg.connect(user=database["USER"], dbname=database["NAME"], host=database["HOST"]) as other:
            other.execute(f"SET ROLE {lycee_a.schema_name}")
            other.execute(f"SET search_path TO {lycee_a.schema_name}")
            for statement, parameters in statements:
                other.execute(statement, parameters)

    return execute


def told(row):
    """The statement that writes the row as it stands."""
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_json(t) FROM {table} t WHERE id = %s", [row.pk])
        found = cursor.fetchone()[0]
    text = found if isinstance(found, str) else json.dumps(found)
    return f"INSERT INTO {table} SELECT * FROM json_populate_record(NULL::{table}, %s)", [text]


@pytest.fixture
def asked(start, lycee_a, elsewhere):  # noqa: F811
    """An archive that somebody asked for, committed with its work."""
    with school(lycee_a), transaction.atomic():
        person = make_person(lycee_a, "teacher")
        archive = archives.ask(viewer=viewer_as(person, lycee_a), person=person)
        rows = [told(person), told(archive.run), told(archive)]
        transaction.set_rollback(True)
    elsewhere(*rows)
    yield archive
    elsewhere(
        ("DELETE FROM privacy_archive", None),
        ("DELETE FROM files_storedfile", None),
        ("DELETE FROM notifications_event", None),
        ("GRANT DELETE ON audit_auditentry TO CURRENT_USER", None),
        ("DELETE FROM audit_auditentry", None),
        ("REVOKE DELETE ON audit_auditentry FROM CURRENT_USER", None),
        ("DELETE FROM jobs_run", None),
        ("DELETE FROM people_person WHERE id = %s", [person.pk]),
    )


def test_a_real_worker_builds_the_archive_and_says_how_far_it_is(
    asked, start, send, lycee_a, tmp_path, monkeypatch  # noqa: F811
):
    monkeypatch.setenv("PREAU_DATA_DIR", str(tmp_path))
    start("archivist")
    send("core.privacy.tasks.build_archive", asked.pk, **{WORK: asked.run_id})
    found = wait(lambda: Archive.objects.filter(pk=asked.pk, state="ready").first(), lycee_a)
    assert found is not None
    done = wait(lambda: Run.objects.filter(pk=asked.run_id, state="done").first(), lycee_a)
    assert (done.done, done.total > 5, done.attempts) == (done.total, True, 1)
    with school(lycee_a):
        assert StoredFile.objects.get(pk=found.file_id).size > 1000

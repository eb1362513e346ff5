"""A school that is really there: what these tests do is committed, and removed when their module ends."""

import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import override_settings
from psycopg.conninfo import make_conninfo

from tenants.accounts.models import Account, Membership
from tenants.audit.models import RegionalAuditEntry
from tenants.establishments.models import Establishment
from tenants.policies.models import EnabledModule, Policy, Rollout
from tenants.schemas.archive import tables
from tenants.schemas.archive.beside import demolish
from tenants.schemas.archive.files import folder_of, paths
from tenants.schemas.context import region, school
from tenants.schemas.models import InstalledApp, ProvisioningStep, Tombstone
from tests.factories import give_account, make_account, make_class, make_establishment, make_guardian, make_person

# Roles are the server's, not the database's: each test database has codes of its own.
_NUMBER = crc32(f"{os.environ.get('PREAU_TEST_DB')} {os.environ.get('PYTEST_XDIST_WORKER')}".encode()) % 10_000
HOME, AWAY = f"067{_NUMBER:04d}A", f"067{_NUMBER:04d}B"


@dataclass
class LivedIn:
    """A school with people, links, news, files and a journal; `teacher` and `parent` have accounts."""

    establishment: Establishment
    teacher: Any
    parent: Any

    @property
    def schema(self) -> str:
        return self.establishment.schema_name

    def account(self, person: Any) -> Account:
        return Account.objects.get(pk=person.account_id)

    def fresh(self) -> Establishment:
        return Establishment.objects.get(pk=self.establishment.pk)


def furnish(establishment: Establishment) -> LivedIn:
    from core.audit.services import record
    from core.files.services import store
    from modules.news.models import Article, Section
    from tenants.schemas import engine, provisioning
    from tests.core.files.samples import PDF, image, upload

    provisioning.provision(establishment, actor=None)
    establishment.refresh_from_db()
    engine.install(establishment, ["news"])
    teacher, parent, pupil = (make_person(establishment, role) for role in ("teacher", "guardian", "pupil"))
    for person in (teacher, parent):
        give_account(establishment, person, make_account(login=f"{person.last_name}.{establishment.uai}".lower()))
    make_class(establishment, "6e A", pupil)
    make_guardian(establishment, pupil, parent)
    with school(establishment), transaction.atomic():
        section = Section.objects.create(name="Vie de l’école\tet «\u00a0tabulations\u00a0»\n\\N")
        Article.objects.create(section=section, author=teacher, title="Kermesse", body="Samedi.\r\n**Venez**")
        sent = upload(PDF, "menu.pdf", "application/pdf"), upload(image(), "photo.jpg", "image/jpeg")
        for file, kind in zip(sent, ("document", "image"), strict=True):
            store(upload=file, module="news", kind=kind, actor=teacher)
        record("people.updated", actor=teacher, target=pupil, changes={"first_name": ["A", "B"]})
    return LivedIn(establishment, teacher, parent)


@pytest.fixture(scope="module")
def place(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Path]:
    """A region of its own on the disk; what is committed meanwhile is removed at the end."""
    assert settings.DATABASES["default"]["NAME"] == settings.DATABASES["default"]["TEST"]["NAME"]
    folder = tmp_path_factory.mktemp("place")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder / "media", DATA_DIR=folder):
        connection.set_schema_to_public()
        last = {model: model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                for model in (Account, RegionalAuditEntry)}  # fmt: skip
        yield folder
        connection.set_schema_to_public()
        remove_everything(HOME, AWAY)
        Account.objects.filter(pk__gt=last[Account]).delete()
        RegionalAuditEntry.objects.filter(pk__gt=last[RegionalAuditEntry])._raw_delete(using="default")


@pytest.fixture
def committed(db: None, place: Path) -> Iterator[None]:
    """Beside the test's transaction: a connection whose work stays, and is seen by other processes."""
    outer = connections["default"]
    connections["default"] = inner = connections.create_connection("default")
    inner.set_schema_to_public()
    yield
    inner.close()
    connections["default"] = outer


def remove_everything(*uais: str) -> None:
    """The schools with all that is left of them, as if they had never been."""
    for tombstone in Tombstone.objects.filter(uai__in=uais):
        demolish(tombstone.schema_name)
    for uai in uais:
        name = f"e_{uai.lower()}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL, to_regrole(%s) IS NOT NULL", [name, name])
            schema, role = cursor.fetchone()
            if schema:
                cursor.execute(f"SET ROLE {name}; DROP SCHEMA {name} CASCADE; RESET ROLE")
            if role:
                cursor.execute(f"DROP ROLE {name}")
        shutil.rmtree(folder_of(name), ignore_errors=True)
    for model in (Tombstone, InstalledApp, ProvisioningStep, EnabledModule, Rollout, Membership):
        model.objects.filter(uai__in=uais).delete()
    Policy.objects.filter(scope="school", scope_value__in=uais).delete()
    Establishment.objects.filter(uai__in=uais).delete()


@pytest.fixture
def home(committed: None) -> Iterator[LivedIn]:
    """A school of one test alone, active."""
    yield furnish(make_establishment(HOME, slug="maison", display_name="École de la Maison"))
    remove_everything(HOME, AWAY)


@pytest.fixture
def away(committed: None) -> Establishment:
    """Another school that the directory knows, without a space of its own."""
    return make_establishment(AWAY, slug="ailleurs")


def dsn() -> str:
    """Of the test database, for a connection of its own."""
    there = connection.settings_dict
    return make_conninfo(dbname=there["NAME"], user=there["USER"], host=there["HOST"], port=there["PORT"] or None,
                         password=there["PASSWORD"] or None)  # fmt: skip


def content(establishment: Establishment) -> dict[str, bytes]:
    """Every row of every table but open sessions, and every file, to be compared."""
    found, names = tables.relations(establishment.schema_name)
    rows: dict[str, bytes] = {}
    with school(establishment, include_public=False), transaction.atomic():
        for table in found:
            spool = io.BytesIO()
            tables.copy_out([table], spool)
            rows[table.name] = spool.getvalue()
        rows["sequences"] = repr(tables.sequences(names)).encode()
    for path in paths(establishment.schema_name):
        rows[f"file {path}"] = (folder_of(establishment.schema_name) / path).read_bytes()
    return rows


def public(establishment: Establishment) -> dict[str, Any]:
    from tenants.schemas.archive.rows import gather

    with region():
        return gather(establishment)

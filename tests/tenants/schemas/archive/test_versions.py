"""A bundle of an older version is made again in that version, then brought up; every kind of object comes along."""

import pytest
from django.db import connection
from django.test import override_settings

from tenants.schemas import engine, graph, ledger
from tenants.schemas.archive import beside
from tenants.schemas.archive.archiving import archive
from tenants.schemas.archive.refusals import ArchiveRefused
from tenants.schemas.archive.restoring import restore
from tenants.schemas.archive.shape import differing
from tenants.schemas.blueprint import store
from tenants.schemas.context import school
from tenants.schemas.models import AppVersion, Blueprint, InstalledApp
from tests.factories import make_establishment
from tests.tenants.schemas.archive.conftest import HOME, content, furnish, remove_everything

pytestmark = pytest.mark.django_db
ZOO = {"dummy": "tests.tenants.schemas.zoo.v1"}
ZOO_NEXT = {"dummy": "tests.tenants.schemas.zoo.v2"}


@pytest.fixture
def with_zoo(committed):
    """A school with an app that has every kind of object, in its first release."""
    with override_settings(MIGRATION_MODULES=ZOO):
        home = furnish(make_establishment(HOME, slug="maison"))
        engine.install(home.establishment, ["dummy"])
        with school(home.establishment), connection.cursor() as cursor:
            cursor.execute("INSERT INTO dummy_cage (name, size) VALUES ('volière', 12)")
        yield home
    remove_everything(HOME)


def rows_of(home, table):
    with school(home.fresh()), connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {table} ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


def test_every_kind_of_object_comes_back(with_zoo):
    path = archive(with_zoo.establishment, actor=None).path
    before = content(with_zoo.establishment)
    restore(path, actor=None, replace=True)
    assert content(with_zoo.fresh()) == before
    assert differing(with_zoo.schema, store.for_versions(ledger.versions(HOME))) == []


def test_views_that_keep_rows_are_filled(with_zoo):
    restore(archive(with_zoo.establishment, actor=None).path, actor=None, replace=True)
    assert "volière" in rows_of(with_zoo, "cage_names")


def test_an_older_bundle_is_brought_up(with_zoo):
    path = archive(with_zoo.establishment, actor=None).path
    with override_settings(MIGRATION_MODULES=ZOO_NEXT):
        done = restore(path, actor=None, replace=True)
        wanted = graph.current().versions["dummy"]
        assert differing(with_zoo.schema, store.for_labels(ledger.versions(HOME))) == []
    assert done.upgraded == ["dummy"]
    assert ledger.versions(HOME)["dummy"] == wanted
    assert "volière" in rows_of(with_zoo, "dummy_cage")


def test_a_region_that_never_had_that_version_learns_it(with_zoo):
    path = archive(with_zoo.establishment, actor=None).path
    version = ledger.versions(HOME)["dummy"]
    remove_everything(HOME)
    AppVersion.objects.filter(version=version).delete()
    Blueprint.objects.filter(version=version).delete()
    with override_settings(MIGRATION_MODULES=ZOO_NEXT):
        done = restore(path, actor=None)
    assert done.upgraded == ["dummy"]


def test_an_upgrade_that_fails_leaves_the_present_school_as_it_is(with_zoo, monkeypatch):
    path = archive(with_zoo.establishment, actor=None).path
    before = content(with_zoo.establishment)
    monkeypatch.setattr(engine, "bring_up_to_date", lambda establishment: 1 / 0)
    with pytest.raises(ArchiveRefused, match="mise à jour"):
        restore(path, actor=None, replace=True)
    assert content(with_zoo.fresh()) == before
    assert not beside._leftovers()
    assert not InstalledApp.objects.filter(uai__startswith="~").exists()


def test_a_school_that_is_not_as_its_plans_say_is_not_archived(with_zoo):
    with school(with_zoo.establishment), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_person ADD COLUMN by_hand integer")
    with pytest.raises(ArchiveRefused, match="people_person"):
        archive(with_zoo.establishment, actor=None)


def test_a_school_in_quarantine_is_not_archived(with_zoo):
    ledger.quarantine(HOME, "dummy", "0002", "boom")
    with pytest.raises(ArchiveRefused, match="quarantaine"):
        archive(with_zoo.establishment, actor=None)

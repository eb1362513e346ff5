"""Making schools: what a replay cannot say is migrated, spares are renamed, two at once meet without harm."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from core.modules.models import ModuleChoice
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import engine, graph, provisioning, roles, spares
from tenants.schemas.blueprint import store
from tenants.schemas.blueprint.fingerprint import fingerprints
from tenants.schemas.bulk import provision_many
from tenants.schemas.context import region, school, workshop
from tenants.schemas.kit import Kit, kit_for, plans_for
from tenants.schemas.ledger import versions
from tenants.schemas.models import Spare
from tenants.schemas.names import workshop_name
from tests.factories import make_establishment
from tests.tenants.schemas.outside import outside
from tests.tenants.schemas.village import UAIS, clear

pytestmark = pytest.mark.django_db
ZOO = "tests.tenants.schemas.zoo"
# Roles belong to the server, not to a database: who makes those of the village takes turns.
ROLES_OF_THE_CLUSTER = pytest.mark.xdist_group("village")


def make(labels: list[str]) -> str:
    name = workshop_name("check")
    roles.ensure(name, login=True)
    engine.make(name, Kit(tuple(store.for_labels(labels))))
    return name


def rows(name: str, sql: str) -> list[tuple]:
    with workshop(name), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


# --- what a replay cannot say ------------------------------------------------------------------------------
@override_settings(MIGRATION_MODULES={"dummy": f"{ZOO}.lots"})
def test_rows_drawn_by_lot_differ_from_school_to_school():
    labels = [*graph.current().core, "dummy"]
    one, other = make(labels), make(labels)
    assert rows(one, "SELECT name FROM dummy_cage") != rows(other, "SELECT name FROM dummy_cage")


@override_settings(MIGRATION_MODULES={"dummy": f"{ZOO}.lots"})
def test_a_blueprint_says_why_it_is_not_replayed():
    doubts = {d.label: d.unfaithful for d in store.for_labels([*graph.current().core, "dummy"]) if d.unfaithful}
    assert doubts == {"dummy": "its migrations insert rows that differ from school to school"}


@override_settings(MIGRATION_MODULES={"dummy": f"{ZOO}.foreign"})
def test_what_a_module_does_to_core_s_tables_is_done_by_its_migrations():
    name = make([*graph.current().core, "dummy"])
    assert rows(name, "SELECT count(*) FROM pg_indexes WHERE indexname = 'person_birth'"
                      " AND schemaname = current_schema()") == [(1,)]  # fmt: skip


@override_settings(MIGRATION_MODULES={"dummy": f"{ZOO}.foreign"})
def test_purging_what_is_not_replayed_undoes_all_of_it(lycee_a):
    engine.purge(lycee_a, "dummy")
    before = fingerprints([lycee_a.schema_name])
    engine.add(lycee_a, ["dummy"])
    assert fingerprints([lycee_a.schema_name]) != before
    engine.purge(lycee_a, "dummy")
    assert fingerprints([lycee_a.schema_name]) == before


@override_settings(REPLAY="statements")
def test_statements_sent_one_by_one_make_the_same_school():
    labels = [*graph.current().core, "news"]
    one = make(labels)
    with override_settings(REPLAY="message"):
        other = make(labels)
    found = fingerprints([one, other])
    assert found[one] == found[other]


def test_an_app_without_what_it_stands_on_is_refused():
    with pytest.raises(RuntimeError, match="would also create tables of"):
        store.for_labels(["news"])


def test_a_failing_statement_leaves_nothing():
    name = workshop_name("check")
    roles.ensure(name, login=True)
    kit = Kit(tuple(store.for_labels(graph.current().core)), rows=("INSERT INTO people_person (id) VALUES (1)",))
    with pytest.raises(IntegrityError), transaction.atomic():
        engine.make(name, kit)
    assert fingerprints([name]) == {}


def test_the_connection_stands_in_the_region_after_a_failure():
    name = workshop_name("check")

    def fail() -> str:
        roles.ensure(name, login=True)
        kit = Kit(tuple(store.for_labels(graph.current().core)), rows=("SELECT 1 / 0",))
        with pytest.raises(Exception, match="division"):
            engine.make(name, kit)
        with region(), connection.cursor() as cursor:
            cursor.execute("SELECT current_user || ' ' || current_schema()")
            found = cursor.fetchone()[0]
            cursor.execute(f"DROP ROLE {name}")
        return found

    assert outside(fail) == "preau public"


# --- spares --------------------------------------------------------------------------------------------------
@ROLES_OF_THE_CLUSTER
def test_a_spare_becomes_the_school():
    place = make_establishment(UAIS[0], slug="de-reserve")
    with override_settings(SPARE_SCHOOLS=1):
        spares.refill()
    before = Spare.objects.count()
    provisioning.provision(place, actor=None)
    assert (Spare.objects.count(), Establishment.objects.get(uai=UAIS[0]).lifecycle) == (before - 1, Lifecycle.ACTIVE)


@ROLES_OF_THE_CLUSTER
def test_a_school_made_of_a_spare_is_like_any_other():
    with override_settings(SPARE_SCHOOLS=1):
        spares.refill()
    places = [make_establishment(uai, slug=f"de-reserve-{uai[:7]}") for uai in UAIS[:2]]
    for place in places:  # the second finds no spare any more
        provisioning.provision(place, actor=None)
    found = fingerprints([place.schema_name for place in places])
    assert found[places[0].schema_name] == found[places[1].schema_name]
    assert versions(UAIS[0]) == versions(UAIS[1])


@ROLES_OF_THE_CLUSTER
def test_a_school_made_of_a_spare_has_its_modules_on():
    with override_settings(SPARE_SCHOOLS=1):
        spares.refill()
    place = make_establishment(UAIS[0], slug="de-reserve")
    provisioning.provision(place, actor=None)
    with school(place):
        assert set(ModuleChoice.objects.filter(enabled=True).values_list("slug", flat=True)) == set(
            plans_for([place])[place.uai].modules
        )


def test_spares_of_another_release_are_replaced():
    with override_settings(SPARE_SCHOOLS=1):
        made = spares.refill() or Spare.objects.count()
        Spare.objects.update(kit="former")
        assert spares.refill() == made
    assert not Spare.objects.filter(kit="former").exists()


def test_a_full_pool_makes_nothing():
    with override_settings(SPARE_SCHOOLS=1):
        spares.refill()
        assert spares.refill() == 0


def test_a_spare_is_read_by_nobody_else(college_b):
    with override_settings(SPARE_SCHOOLS=1):
        spares.refill()
    name = Spare.objects.first().schema_name
    with school(college_b), pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name}.people_person")


# --- many, and two at once -------------------------------------------------------------------------------------
@pytest.fixture
def known():
    outside(clear)
    for uai in UAIS:
        outside(make_establishment, uai, slug=f"connue-{uai.lower()}", lifecycle="known")
    yield list(UAIS)
    outside(clear)


@pytest.mark.slow
@ROLES_OF_THE_CLUSTER
def test_many_schools_are_made_and_opened(known, monkeypatch):
    monkeypatch.setattr("tenants.schemas.bulk.HANDFUL", 2)
    told = outside(lambda: dict(provision_many(known, jobs=2)))
    assert told == dict.fromkeys(known, "")
    assert outside(lambda: Establishment.objects.filter(uai__in=known, lifecycle="active").count()) == 4


@pytest.mark.slow
@ROLES_OF_THE_CLUSTER
def test_two_runs_at_once_make_each_school_once(known):
    from concurrent.futures import ThreadPoolExecutor

    def run() -> dict:
        try:
            return dict(provision_many(known, jobs=2))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(run), pool.submit(run)]:
            future.result()
    outside(run)
    kit = kit_for(plans_for([Establishment(uai=known[0], type="college")])[known[0]])
    held = [outside(versions, uai) for uai in known]
    assert all(kit.versions.items() <= one.items() for one in held)
    assert outside(lambda: Establishment.objects.filter(uai__in=known, lifecycle="active").count()) == 4


@pytest.mark.slow
@ROLES_OF_THE_CLUSTER
def test_a_school_that_cannot_be_made_does_not_hold_up_the_others(known):
    name = f"e_{known[1].lower()}"

    def occupy() -> None:
        """A schema of that name that belongs to nobody the school knows."""
        with region(), connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {name}")

    outside(occupy)
    told = outside(lambda: dict(provision_many(known, jobs=1)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s)", [name])
    assert [bool(told[uai]) for uai in known] == [False, True, False, False]
    outside(lambda: _drop(name))


def _drop(name: str) -> None:
    with region(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


def test_the_command_says_how_many_spares_it_made(capsys):
    with override_settings(SPARE_SCHOOLS=1):
        call_command("refill_spares")
        call_command("refill_spares")
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert ("préparés" in first, second) == (True, "La réserve est pleine.")

"""From one release to the next: every lane, every kind of failure, and back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from tenants.schemas import graph
from tenants.schemas.context import region
from tenants.schemas.lanes import chains
from tenants.schemas.models import InstalledApp, Upgrade
from tenants.schemas.upgrades import services
from tests.tenants.schemas.dumps import dump
from tests.tenants.schemas.outside import outside
from tests.tenants.schemas.test_blueprint import ZOO, ZOO_NEXT, by_django, drop_if_there
from tests.tenants.schemas.village import UAIS, ask, build, village

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("village")]
FIRST, SECOND, THIRD, LAST = UAIS


@pytest.fixture
def schools() -> Iterator[tuple[str, ...]]:
    """Four schools of the first release, under the code of the second."""
    with override_settings(MIGRATION_MODULES=ZOO), village() as uais, override_settings(MIGRATION_MODULES=ZOO_NEXT):
        yield uais


def migrate(*options: str) -> dict:
    """The command's JSON for the four schools; what it complains of is under "said"."""

    def run() -> dict:
        out = StringIO()
        try:
            call_command("migrate_schools", "--json", *(f"--uai={uai}" for uai in UAIS), *options, stdout=out)
        except CommandError as error:
            return json.loads(out.getvalue() or "{}") | {"said": str(error)}
        return json.loads(out.getvalue())

    return outside(run)


def rows(uai: str) -> dict[str, tuple[str, str]]:
    def run() -> dict:
        with region():
            found = InstalledApp.objects.filter(uai=uai)
            return {row.app_label: (row.state, row.version) for row in found}

    return outside(run)


def test_every_school_is_brought_to_the_next_release(schools):
    told = migrate()
    assert (told["total"], told["done"], told["failed"]) == (4, 4, 0)


def test_an_upgraded_school_is_what_django_makes(schools):
    migrate()
    try:
        outside(by_django, "w_stock_0", [*graph.current().core, "dummy"])
        made = [line for line in dump("e_" + FIRST.lower()) if "INSERT" not in line and "setval" not in line]
        assert made == [line for line in dump("w_stock_0") if "INSERT" not in line and "setval" not in line]
    finally:
        outside(drop_if_there, "w_stock_0")


def test_python_migrations_saw_each_school_s_own_rows(schools):
    ask(SECOND, "UPDATE dummy_cage SET size = 40 + id")
    migrate()
    colours = "SELECT array_agg(colour ORDER BY id) FROM dummy_cage"
    assert (ask(FIRST, colours), ask(SECOND, colours)) == (
        [(["bleu 2", "bleu 1", "bleu 1"],)],
        [(["bleu 41", "bleu 42", "bleu 43"],)],
    )


def test_django_s_own_record_is_that_of_the_code(schools):
    migrate()
    names = ask(FIRST, "SELECT array_agg(name ORDER BY name) FROM django_migrations WHERE app = 'dummy'")
    assert names[0][0][-4:] == ["0004_sql", "0005_python", "0006_outside", "0007_more"]


def test_nothing_to_do_is_one_query(schools, django_assert_num_queries):
    migrate()
    services.pending()  # the graph is read once a process
    with django_assert_num_queries(1):
        assert services.pending(list(UAIS)) == []


def test_the_plan_changes_nothing(schools):
    before = [rows(uai) for uai in UAIS]
    migrate("--plan")
    assert [rows(uai) for uai in UAIS] == before


def test_the_plan_names_each_migration_with_its_lane(schools):
    lanes = {line["what"]: (line["lane"], line["schools"]) for line in migrate("--plan")["plan"]}
    assert lanes == {
        "dummy.0004_sql": ("sql", 4),
        "dummy.0005_python": ("python", 4),
        "dummy.0006_outside": ("outside", 4),
        "dummy.0007_more": ("sql", 4),
    }


def test_going_back_restores_the_former_release(schools):
    before = dump("e_" + FIRST.lower())
    migrate()
    told = migrate("--app", "dummy", "--to", "0003")
    assert (told["done"], told["failed"]) == (4, 0)
    plain = [line for line in before if "INSERT" not in line and "setval" not in line]
    after = [line for line in dump("e_" + FIRST.lower()) if "INSERT" not in line and "setval" not in line]
    assert after == plain


def test_a_target_that_does_not_exist_is_refused_before_anything(schools):
    before = [rows(uai) for uai in UAIS]
    assert "n’a pas de migration" in migrate("--app", "dummy", "--to", "0099")["said"]
    assert [rows(uai) for uai in UAIS] == before


# --- failures --------------------------------------------------------------------------------------------
def spoil(uai: str) -> None:
    """Something by hand in a school's way: the next release wants to make this column."""
    ask(uai, "ALTER TABLE dummy_cage ADD COLUMN colour integer")


def test_a_school_that_fails_is_in_quarantine_with_its_error(schools):
    spoil(LAST)
    migrate()
    row = outside(lambda: InstalledApp.objects.get(uai=LAST, app_label="dummy"))
    assert (row.state, row.migration, "already exists" in row.error) == ("failed", "0004_sql", True)


def test_the_others_are_not_held_up(schools):
    spoil(LAST)
    told = migrate()
    assert (told["done"], told["failed"]) == (3, 1)


def test_a_failed_school_keeps_its_version_and_its_rows(schools):
    spoil(LAST)
    before = rows(LAST)["dummy"][1]
    migrate()
    assert rows(LAST)["dummy"][1] == before
    assert ask(LAST, "SELECT count(*) FROM dummy_cage") == [(3,)]


def test_a_repaired_school_leaves_quarantine_at_the_next_run(schools):
    spoil(LAST)
    migrate()
    ask(LAST, "ALTER TABLE dummy_cage DROP COLUMN colour")
    assert migrate()["done"] == 1
    assert rows(LAST)["dummy"] == rows(FIRST)["dummy"]


def test_a_first_group_that_fails_stops_the_upgrade(schools):
    spoil(FIRST)
    with override_settings(CANARY_SCHOOLS=frozenset([FIRST])):
        told = migrate()
    assert (told["done"], told["failed"], "premier groupe" in told["said"]) == (0, 1, True)
    assert outside(lambda: Upgrade.objects.get().state) == Upgrade.State.STOPPED


def dsn() -> str:
    database = connection.settings_dict
    return f"host={database['HOST']} user=preau dbname={database['NAME']}"


def test_a_school_in_use_is_left_for_the_next_run(schools, monkeypatch):
    monkeypatch.setattr("tenants.schemas.lanes.apply.LOCK_TIMEOUT", "50ms")
    with psycopg.connect(dsn()) as user:
        user.execute(f"SET ROLE e_{SECOND.lower()}")
        user.execute(f"LOCK TABLE e_{SECOND.lower()}.dummy_cage IN ACCESS SHARE MODE")
        told = migrate()
    assert (told["done"], told["busy"], told["failed"]) == (3, 1, 0)
    assert migrate()["done"] == 1


def test_an_interrupted_index_is_made_again(schools):
    """A kill in CREATE INDEX CONCURRENTLY leaves an invalid index, and the ledger knows how far it was."""
    migrate("--app", "dummy", "--to", "0005")
    ask(FIRST, "CREATE INDEX cage_size ON dummy_cage (size)")
    with psycopg.connect(dsn(), autocommit=True) as admin:
        admin.execute(
            "UPDATE schemas_installedapp SET migration = '0006_outside', operations_done = 1"
            " WHERE uai = %s AND app_label = 'dummy'",
            [FIRST],
        )
    told = migrate()
    assert (told["done"], told["failed"]) == (4, 0)
    assert ask(FIRST, "SELECT count(*) FROM pg_class WHERE relname IN ('cage_size', 'animal_order')"
                      " AND relnamespace = current_schema()::regnamespace") == [(2,)]  # fmt: skip


def test_older_code_leaves_a_newer_school_alone(schools):
    migrate()
    with override_settings(MIGRATION_MODULES=ZOO):
        before = rows(FIRST)
        told = migrate()
        assert (told["ahead"], told["done"]) == (4, 0)
        assert rows(FIRST) == before


def test_schools_of_before_the_ledger_are_adopted(schools):
    with psycopg.connect(dsn(), autocommit=True) as admin:
        admin.execute("UPDATE schemas_installedapp SET version = '' WHERE uai = %s", [FIRST])
    migrate()
    assert rows(FIRST) == rows(SECOND)


# --- pausing ---------------------------------------------------------------------------------------------
def test_a_pause_stops_between_two_schools_and_the_next_run_goes_on(schools):
    def run() -> tuple:
        upgrade = services.begin(4)
        standings = services.pending(list(UAIS))
        seen = []

        def watch(tally) -> bool:
            seen.append(tally.taken)
            return tally.taken < 1

        tally = services.work(upgrade, standings, chains_order(watch))
        return tally.paused, tally.taken, Upgrade.objects.get(pk=upgrade.pk).state

    paused, taken, state = outside(run)
    assert (paused, state) == (True, Upgrade.State.PAUSED)
    told = migrate()
    assert told["done"] == 4 - taken


def chains_order(watch):
    from tenants.schemas.upgrades.runner import Order

    return Order(jobs=1, canary=0, watch=watch)


def test_chains_are_made_once_for_all_schools(schools):
    chains.forget()
    migrate()
    assert chains._chain.cache_info().misses == 1


# --- what concerns several apps ------------------------------------------------------------------------------
def test_a_changed_key_of_the_core_is_followed_where_the_module_is():
    kinds = "SELECT format_type(atttypid, 0) FROM pg_attribute WHERE attname = 'person_id' AND attrelid = "
    with village(uais=(FIRST,)), village_without():
        with override_settings(MIGRATION_MODULES={"people": "tests.tenants.schemas.zoo.people"}):
            told = migrate()
        assert (told["done"], told["failed"]) == (2, 0)
        assert ask(FIRST, kinds + "'dummy_booking'::regclass") == [("integer",)]
        assert ask(SECOND, kinds + "'structure_classmembership'::regclass") == [("integer",)]


@contextmanager
def village_without() -> Iterator[None]:
    """One more school, which has no module."""
    outside(build, SECOND, ())
    yield


def test_a_release_that_fails_on_a_template_touches_no_school():
    with override_settings(MIGRATION_MODULES=ZOO), village(uais=(FIRST, SECOND)):
        before = [rows(uai) for uai in (FIRST, SECOND)]
        with override_settings(MIGRATION_MODULES={"dummy": "tests.tenants.schemas.zoo.broken"}):
            told = migrate()
            assert "Une migration échoue sur un espace vide" in told["said"]
            assert [rows(uai) for uai in (FIRST, SECOND)] == before

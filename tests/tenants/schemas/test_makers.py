"""Roles of schools made in batches. The test's transaction takes them away again."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django_tenants.postgresql_backend.base import FakeTenant

from tenants.schemas import engine, makers, roles
from tenants.schemas.context import region

pytestmark = pytest.mark.django_db
NAMES = [f"e_{number}z" for number in range(9990000, 9990006)]


def ask(sql, *params):
    with region(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def made():
    return [name for (name,) in ask("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) ORDER BY 1", NAMES)]


def test_all_are_made_whatever_the_size_of_a_batch(db, monkeypatch):
    monkeypatch.setattr(makers, "BATCH", 4)
    roles.ensure_schools(NAMES)
    assert made() == NAMES


def test_the_application_may_take_them_on_and_inherits_nothing(db):
    roles.ensure_schools(NAMES)
    found = ask(
        "SELECT set_option, inherit_option FROM pg_auth_members WHERE roleid = %s::regrole"
        " AND member = current_user::regrole",
        NAMES[0],
    )
    assert found == [(True, False)]


def test_they_may_sign_in_and_create_nothing_of_the_cluster(db):
    roles.ensure_schools(NAMES)
    found = ask(
        "SELECT rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = %s",
        NAMES[0],
    )
    assert found == [(True, False, False, False, False)]


def test_they_read_what_schools_may_and_no_more(db):
    roles.ensure_schools(NAMES)
    with region(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {NAMES[0]}; SELECT 1 FROM public.establishments_establishment LIMIT 1")
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute("SELECT password FROM public.accounts_account")
        cursor.execute("RESET ROLE")


def test_afterwards_we_are_ourselves(db):
    roles.ensure_schools(NAMES)
    assert ask("SELECT current_user::text = session_user::text") == [(True,)]


def test_those_that_are_there_are_only_looked_at(db, django_assert_num_queries):
    roles.ensure_schools(NAMES)
    connection.cursor().close()
    with django_assert_num_queries(1):
        roles.ensure_schools(NAMES)


def test_a_role_that_lacks_its_group_is_completed(db):
    with region(), connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {NAMES[0]} LOGIN")
    roles.ensure_schools(NAMES)
    found = ask("SELECT pg_has_role(%s, 'schools', 'MEMBER')", NAMES[0])
    assert (found, made()) == ([(True,)], NAMES)


def test_a_maker_holds_no_school_and_cannot_sign_in(db):
    roles.ensure_schools(NAMES)
    found = ask(
        "SELECT r.rolcanlogin, m.set_option, m.inherit_option FROM pg_auth_members m"
        " JOIN pg_roles r ON r.oid = m.member AND r.rolname LIKE 'w\\_maker\\_%%' WHERE m.roleid = %s::regrole",
        NAMES[0],
    )
    assert found == [(False, False, False)]


def test_what_a_maker_made_can_be_renamed_and_dropped(db):
    roles.ensure_schools(NAMES)
    with region(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {NAMES[0]} AUTHORIZATION {NAMES[0]}")
    engine.rename(NAMES[0], "e_9990009z")
    connection.set_tenant(FakeTenant("e_9990009z"))
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA e_9990009z")
    connection.set_schema_to_public()
    with region(), connection.cursor() as cursor:
        cursor.execute("DROP ROLE e_9990009z")
    assert made() == NAMES[1:]

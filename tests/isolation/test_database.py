"""The second belt: what PostgreSQL itself refuses when our code errs."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django_tenants.postgresql_backend.base import FakeTenant

from core.people.models import Person
from tenants.schemas.context import region, school
from tests.factories import make_person
from tests.schools import canaries_in_sight

pytestmark = pytest.mark.django_db


def query(sql: str) -> list[tuple]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_a_school_reads_its_own_rows(lycee_a):
    with school(lycee_a):
        assert canaries_in_sight() == [lycee_a.uai]


def test_a_qualified_name_of_another_school_is_denied(lycee_a, college_b):
    with school(lycee_a), pytest.raises(ProgrammingError, match="permission denied"):
        query(f"SELECT * FROM {college_b.schema_name}.people_person")


def test_writing_into_another_school_is_denied(lycee_a, college_b):
    with school(lycee_a), pytest.raises(ProgrammingError, match="permission denied"):
        query(f"DELETE FROM {college_b.schema_name}.people_person RETURNING id")


def test_without_a_school_nothing_of_a_school_is_readable(lycee_a):
    with region(), pytest.raises(ProgrammingError, match="permission denied"):
        query(f"SELECT * FROM {lycee_a.schema_name}.people_person")


def test_an_unscoped_query_is_an_error_and_not_an_empty_list(lycee_a):
    with region(), pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        list(Person.objects.all())


def test_another_schools_path_with_this_schools_role_finds_nothing(lycee_a, college_b):
    with school(lycee_a), pytest.raises(ProgrammingError):
        query(f"SET LOCAL search_path = {college_b.schema_name}; SELECT * FROM people_person")


def test_a_school_cannot_take_another_schools_role(lycee_a, college_b):
    """`preau` may, so this is about the statement our own code sends: the role in force is the school's."""
    with school(lycee_a):
        assert query("SELECT current_user::text") == [(lycee_a.schema_name,)]


@pytest.mark.parametrize("column", ["password", "email", "phone"])
def test_a_school_cannot_read_credentials(lycee_a, column):
    with school(lycee_a), pytest.raises(ProgrammingError, match="permission denied"):
        query(f"SELECT {column} FROM public.accounts_account")


@pytest.mark.parametrize("table", ["django_session", "regional_audit_regionalauditentry", "mfa_authenticator"])
def test_a_school_cannot_read_the_regions_tables(lycee_a, table):
    with school(lycee_a), pytest.raises(ProgrammingError, match="permission denied"):
        query(f"SELECT * FROM public.{table}")


def test_a_school_sees_the_accounts_of_its_members_only(lycee_a, college_b):
    mine = make_person(lycee_a, "pupil", account=True)
    make_person(college_b, "pupil", account=True)
    with school(lycee_a):
        assert query("SELECT id FROM public.accounts_account") == [(mine.account_id,)]


def test_a_school_cannot_change_the_list_of_establishments(lycee_a):
    with school(lycee_a), pytest.raises(ProgrammingError, match="permission denied"):
        query("UPDATE public.establishments_establishment SET slug = 'pirate' RETURNING id")


def test_the_application_is_no_superuser():
    with region():
        assert query("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = session_user") == [(False, False)]


def test_a_school_that_does_not_exist_is_an_error():
    with pytest.raises(DatabaseError), transaction.atomic(), school("0670000A"):
        canaries_in_sight()


@pytest.mark.parametrize("name", ["zz','e_0679981k", "pg_catalog", "e_0679981k, e_0579982r", "E_0679981K", ""])
def test_a_name_that_is_no_schools_is_refused_before_sql(name):
    connection.set_tenant(FakeTenant(name))
    with pytest.raises(ImproperlyConfigured):
        connection.cursor()


def test_a_rolled_back_savepoint_does_not_leave_the_wrong_school(lycee_a, college_b):
    def stumble() -> None:
        with transaction.atomic(), school(college_b):
            canaries_in_sight()
            raise RuntimeError

    with transaction.atomic():
        with school(lycee_a):
            assert canaries_in_sight() == [lycee_a.uai]
        with pytest.raises(RuntimeError):
            stumble()
        with school(college_b):
            assert canaries_in_sight() == [college_b.uai]
        with school(lycee_a):
            assert canaries_in_sight() == [lycee_a.uai]


def test_an_exception_leaves_the_school(lycee_a):
    with pytest.raises(ZeroDivisionError), school(lycee_a):
        _ = 1 / 0
    assert connection.schema_name == "public"


def test_the_front_doors_sessions_are_not_a_schools(lycee_a):
    with region():
        assert canaries_in_sight() == []


def test_entering_takes_one_statement_however_much_is_asked_there(lycee_a):
    sent = []

    def note(execute, sql, params, many, context):
        sent.append(sql)
        return execute(sql, params, many, context)

    with school(lycee_a), connection.execute_wrapper(note):
        canaries_in_sight()
        canaries_in_sight()
    assert [sql.split()[0] for sql in sent] == ["RESET", "SELECT", "SELECT"]

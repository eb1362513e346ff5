"""How often the connection is told where it stands, while real pages are answered."""

import pytest
from django.db import DatabaseError, NotSupportedError, ProgrammingError, connection, connections, transaction

from tenants.accounts.models import Account, Membership
from tenants.accounts.selectors import memberships_of
from tenants.schemas import doors
from tenants.schemas.context import current_schema, region, school
from tenants.schemas.glance import glance_at_region
from tests.factories import client_for, make_person
from tests.schools import canaries_in_sight

pytestmark = pytest.mark.django_db
PAGES = ["/", "/actualites/", "/annuaire/", "/annuaire/moi/", "/structure/", "/nothing-there/"]


@pytest.fixture
def warm(settings):
    settings.HOST_CACHE_SECONDS = 5
    doors.forget()
    yield
    doors.forget()


class Sent:
    """The messages that go to PostgreSQL, in order."""

    def __init__(self):
        self.messages = []

    def __call__(self, execute, sql, params, many, context):
        self.messages.append(sql)
        return execute(sql, params, many, context)

    @property
    def switches(self):
        """Those that do nothing but switch; a glance at the region travels with its own query."""
        return [sql for sql in self.messages if sql.startswith("RESET ROLE")]


def sent_by(client, path):
    sent = Sent()
    with connection.execute_wrapper(sent):
        client.get(path)
    return sent


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_a_signed_in_person_enters_the_school_once(lycee_a, as_person, warm, path):
    client, _ = as_person(lycee_a, "teacher")
    client.get("/")
    entered = f"RESET ROLE; SET search_path = {lycee_a.schema_name}, public; SET ROLE {lycee_a.schema_name}"
    assert sent_by(client, path).switches == [entered]


def test_the_page_of_somebodys_account_does_not_leave_the_school_either(lycee_a, as_person, warm):
    client, _ = as_person(lycee_a, "digital_referent")
    pupil = make_person(lycee_a, "pupil", account=True)
    client.get("/")
    sent = sent_by(client, f"/annuaire/{pupil.pk}/compte/")
    assert [sql.split()[-1] for sql in sent.switches] == [lycee_a.schema_name]


def test_a_page_of_a_signed_in_person_asks_for_no_domain(lycee_a, as_person, warm):
    client, _ = as_person(lycee_a, "teacher")
    client.get("/")
    assert not [sql for sql in sent_by(client, "/").messages if "_furnished" in sql or "establishments_domain" in sql]


@pytest.mark.parametrize("path", ["/", "/connexion/"])
def test_an_anonymous_page_of_a_school_that_asks_nothing_enters_nothing(lycee_a, warm, path):
    client = client_for(lycee_a)
    client.get(path)
    assert sent_by(client, path).messages == []


@pytest.mark.parametrize("path", ["/", "/connexion/"])
def test_the_front_door_is_told_nothing_but_to_leave(db, warm, path):
    assert sent_by(client_for(None), path).switches in ([], ["RESET ROLE; SET search_path = public"])


def test_a_kept_connection_is_entered_in_place_of_its_health_check(lycee_a):
    own = connections.create_connection("default")
    try:
        own.ensure_connection()
        own.close_if_unusable_or_obsolete()  # as at the beginning of a request
        own.set_tenant(lycee_a)
        sent = Sent()
        with own.execute_wrapper(sent), own.cursor() as cursor:
            cursor.execute("SELECT current_user::text, current_schema()::text")
            assert cursor.fetchone() == (lycee_a.schema_name, lycee_a.schema_name)
        assert len(sent.messages) == 1
    finally:
        own.close()


def test_a_connection_that_died_is_replaced_at_the_next_request(lycee_a):
    own = connections.create_connection("default")
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        with region(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        own.close_if_unusable_or_obsolete()
        own.set_tenant(lycee_a)
        with own.cursor() as cursor:
            cursor.execute("SELECT current_user::text")
            assert cursor.fetchone() == (lycee_a.schema_name,)
    finally:
        own.close()


def test_a_school_without_a_role_is_an_error_and_no_dead_connection():
    own = connections.create_connection("default")
    try:
        own.ensure_connection()
        own.close_if_unusable_or_obsolete()
        own.set_schema("e_0670000a")
        with pytest.raises(DatabaseError):
            own.cursor()
        own.set_schema_to_public()
        with own.cursor() as cursor:
            cursor.execute("SELECT current_user::text = session_user::text")
            assert cursor.fetchone() == (True,)
    finally:
        own.close()


def test_a_glance_reads_what_the_schools_role_may_not(lycee_a, college_b):
    person = make_person(college_b, "pupil", account=True)
    with school(lycee_a):
        assert not Account.objects.only("id").filter(pk=person.account_id).exists()
        with glance_at_region():
            assert Account.objects.get(pk=person.account_id).password


def test_a_glance_is_one_message(lycee_a):
    own = connections.create_connection("default")
    try:
        own.set_tenant(lycee_a)
        with own.cursor() as cursor, own.regional_statements():
            cursor.execute("SELECT pg_backend_pid(), current_user::text = session_user::text")
            pid, in_region = cursor.fetchone()
        with region(), connection.cursor() as cursor:
            cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid])
            message = cursor.fetchone()[0]
    finally:
        own.close()
    assert in_region
    assert message.startswith("RESET ROLE; ")
    assert "; SELECT pg_backend_pid()" in message
    assert message.endswith(f"SET ROLE {lycee_a.schema_name}")


def test_after_a_glance_the_role_is_the_schools_again(lycee_a):
    with school(lycee_a):
        with glance_at_region():
            list(Account.objects.all())
        assert canaries_in_sight() == [lycee_a.uai]
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            list(Account.objects.all())


def test_a_glance_that_fails_leaves_the_school_as_it_was(lycee_a):
    with school(lycee_a):
        with pytest.raises(DatabaseError), transaction.atomic(), glance_at_region():
            list(Account.objects.extra(where=["1 / 0 = 1"]))
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            list(Account.objects.all())


def test_a_failed_glance_outside_a_transaction_comes_back_too(lycee_a):
    own = connections.create_connection("default")
    try:
        own.set_tenant(lycee_a)
        with own.cursor() as cursor:
            with pytest.raises(DatabaseError), own.regional_statements():
                cursor.execute("SELECT 1 / 0")
            cursor.execute("SELECT current_user::text, current_schema()::text")
            assert cursor.fetchone() == (lycee_a.schema_name, lycee_a.schema_name)
    finally:
        own.close()


def test_a_glance_sees_no_school(lycee_a):
    with school(lycee_a), glance_at_region():
        assert canaries_in_sight() == []


def test_nothing_is_written_at_a_glance(lycee_a):
    with school(lycee_a), pytest.raises(NotSupportedError), glance_at_region():
        Membership.objects.update(person_id=1)


def test_a_glance_stands_in_the_school_all_the_same(lycee_a):
    with school(lycee_a), glance_at_region():
        assert current_schema() == lycee_a.schema_name


def test_a_glance_from_the_region_is_a_plain_query(db):
    sent = Sent()
    with region(), glance_at_region():
        list(Account.objects.all()[:1])
        with connection.execute_wrapper(sent):
            list(Account.objects.all()[:1])
    assert [sql.split()[0] for sql in sent.messages] == ["SELECT"]


def test_entering_another_context_within_a_glance_is_as_ever(lycee_a, college_b):
    with school(lycee_a), glance_at_region():
        with region():
            assert canaries_in_sight() == []
            Membership.objects.filter(pk=0).update(person_id=1)
        assert canaries_in_sight() == []


def test_the_list_of_ones_schools_is_read_at_a_glance(lycee_a):
    person = make_person(lycee_a, "teacher", account=True)
    with region():
        account = Account.objects.get(pk=person.account_id)
    with school(lycee_a):
        canaries_in_sight()
        sent = Sent()
        with connection.execute_wrapper(sent):
            places = memberships_of(account)
    assert [place.establishment for place in places] == [lycee_a]
    assert len(sent.messages) == 1

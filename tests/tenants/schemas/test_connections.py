"""A connection that has stood in many schools is replaced, and never at a bad moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections

from tenants.schemas.loops import each_school

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    """A connection of the test's own, outside its transaction."""
    made = connections.create_connection("default")
    yield made
    made.close()


def pid(own):
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def visit(own, *schools):
    for establishment in schools:
        own.set_tenant(establishment)
        pid(own)


def test_a_connection_is_replaced_after_so_many_schools(own, lycee_a, college_b, settings):
    settings.CONN_MAX_SCHOOLS = 2
    before = pid(own)
    visit(own, lycee_a, college_b)
    own.close_if_unusable_or_obsolete()
    assert pid(own) != before


def test_the_same_school_again_and_again_counts_once(own, lycee_a, settings):
    settings.CONN_MAX_SCHOOLS = 2
    before = pid(own)
    visit(own, lycee_a, lycee_a, lycee_a)
    own.set_schema_to_public()
    visit(own, lycee_a)
    own.close_if_unusable_or_obsolete()
    assert pid(own) == before


def test_the_region_is_no_school(own, lycee_a, settings):
    settings.CONN_MAX_SCHOOLS = 2
    before = pid(own)
    visit(own, lycee_a)
    own.set_schema_to_public()
    pid(own)
    own.close_if_unusable_or_obsolete()
    assert pid(own) == before


def test_a_new_connection_counts_from_nothing(own, lycee_a, college_b, settings):
    settings.CONN_MAX_SCHOOLS = 2
    visit(own, lycee_a, college_b)
    own.close_if_unusable_or_obsolete()
    visit(own, lycee_a)
    before = pid(own)
    own.close_if_unusable_or_obsolete()
    assert pid(own) == before


def test_a_transaction_keeps_its_connection(own, lycee_a, college_b, settings):
    settings.CONN_MAX_SCHOOLS = 1
    own.set_autocommit(False)
    own.in_atomic_block = True  # what transaction.atomic() sets; it only knows connections by their alias
    try:
        before = pid(own)
        visit(own, lycee_a, college_b)
        own.close_if_unusable_or_obsolete()
        assert pid(own) == before
    finally:
        own.in_atomic_block = False
        own.rollback()
        own.set_autocommit(True)
    own.close_if_unusable_or_obsolete()
    assert pid(own) != before


def test_the_tests_own_transaction_survives_the_call(lycee_a):
    before = pid(connection)
    connection.close_if_unusable_or_obsolete()
    assert pid(connection) == before


def test_the_school_it_stood_in_is_entered_again_after_a_replacement(own, lycee_a, settings):
    settings.CONN_MAX_SCHOOLS = 1
    visit(own, lycee_a)
    own.close_if_unusable_or_obsolete()
    with own.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() == (lycee_a.schema_name,)


def test_a_loop_over_schools_changes_connections_between_two_of_them(lycee_a, college_b, settings):
    settings.CONN_MAX_SCHOOLS = 1
    pids = []

    def tour():
        try:
            each_school(lambda: pids.append(pid(connection)), uais=[lycee_a.uai, college_b.uai], name="test")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:  # a thread has a connection of its own, outside the test's
        pool.submit(tour).result()
    assert len(set(pids)) == 2

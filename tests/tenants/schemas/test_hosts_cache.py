"""What a process remembers of hosts, and for how long."""

import threading
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenants.establishments import services
from tenants.establishments.models import Domain, Establishment, Lifecycle
from tenants.schemas import doors
from tenants.schemas.context import region
from tenants.schemas.models import InstalledApp
from tests.factories import client_for, make_establishment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def remembered(settings):
    """With the memory that production has, and nothing in it."""
    settings.HOST_CACHE_SECONDS = 5
    doors.forget()
    yield
    doors.forget()


def hosts_known():
    return sum(len(shelf) for shelf in doors._shelves.values())


def queries_of(host):
    with CaptureQueriesContext(connection) as sent:
        door = doors.door_at(host)
    return door, [query["sql"] for query in sent if "RESET ROLE" not in query["sql"]]


def behind_our_back(**changes):
    """As another process would: no signal reaches this one."""
    Establishment.objects.filter(slug="lycee-a").update(**changes)


def test_a_host_is_found_in_one_query(lycee_a):
    door, sent = queries_of("lycee-a.localhost")
    assert (door.school, door.closed, len(sent)) == (lycee_a, None, 1)


def test_a_known_host_asks_nothing(lycee_a):
    doors.door_at("lycee-a.localhost")
    door, sent = queries_of("lycee-a.localhost")
    assert (door.school, sent) == (lycee_a, [])


def test_an_own_domain_is_remembered_too(lycee_a):
    Domain.objects.create(domain="www.lycee.example", tenant=lycee_a)
    doors.door_at("www.lycee.example")
    door, sent = queries_of("www.lycee.example")
    assert (door.school, sent) == (lycee_a, [])


def test_with_zero_seconds_nothing_is_remembered(lycee_a, settings):
    settings.HOST_CACHE_SECONDS = 0
    doors.door_at("lycee-a.localhost")
    assert len(queries_of("lycee-a.localhost")[1]) == 1
    assert hosts_known() == 0


def test_another_processs_change_is_seen_when_the_time_has_passed(lycee_a, settings):
    settings.HOST_CACHE_SECONDS = 1
    doors.door_at("lycee-a.localhost")
    behind_our_back(lifecycle=Lifecycle.SUSPENDED)
    assert doors.door_at("lycee-a.localhost").closed is None
    time.sleep(1.05)
    assert doors.door_at("lycee-a.localhost").closed == doors.SUSPENDED


def test_a_closed_school_is_asked_for_again_after_a_second(lycee_a, monkeypatch):
    monkeypatch.setattr(doors, "CLOSED_SECONDS", 0.05)
    behind_our_back(lifecycle=Lifecycle.SUSPENDED)
    assert doors.door_at("lycee-a.localhost").closed == doors.SUSPENDED
    behind_our_back(lifecycle=Lifecycle.ACTIVE)
    time.sleep(0.06)
    assert doors.door_at("lycee-a.localhost").closed is None


def test_a_school_that_is_being_prepared_opens_at_once_everywhere(lycee_a):
    behind_our_back(lifecycle=Lifecycle.PREPARING)
    assert doors.door_at("lycee-a.localhost").closed == doors.PREPARING
    behind_our_back(lifecycle=Lifecycle.ACTIVE)
    assert doors.door_at("lycee-a.localhost").closed is None


def test_suspending_counts_at_once_in_this_process(lycee_a):
    client = client_for(lycee_a)
    assert client.get("/").status_code == 200
    services.change_lifecycle(lycee_a, to=Lifecycle.SUSPENDED, actor=None)
    assert client.get("/").status_code == 503


def test_a_moved_school_is_found_at_once_at_its_new_address(lycee_a):
    assert doors.door_at("nouvelle.localhost").closed == doors.UNKNOWN
    services.change_slug(lycee_a, slug="nouvelle", actor=None)
    assert doors.door_at("nouvelle.localhost").school == lycee_a


def test_a_removed_domain_stops_at_once(lycee_a):
    services.add_domain(lycee_a, domain="lycee.example", actor=None)
    assert doors.door_at("lycee.example").school == lycee_a
    services.remove_domain(lycee_a, domain="lycee.example", actor=None)
    assert doors.door_at("lycee.example").closed == doors.UNKNOWN


def test_what_changes_while_the_database_is_asked_is_not_overwritten(lycee_a):
    """The answer was read before the change: it must not be kept after it."""

    def change_meanwhile(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        doors.forget()
        return result

    with connection.execute_wrapper(change_meanwhile):
        doors.door_at("lycee-a.localhost")
    assert hosts_known() == 0


def test_a_request_cannot_change_what_others_are_handed(lycee_a):
    first = doors.door_at("lycee-a.localhost").school
    first.display_name = "Autre"
    first._modules = "kept on the row"
    second = doors.door_at("lycee-a.localhost").school
    assert (second.display_name, hasattr(second, "_modules")) == (lycee_a.display_name, False)


def test_what_was_asked_for_the_door_stays_off_the_row(lycee_a):
    assert not [name for name in vars(doors.door_at("lycee-a.localhost").school) if name in {"_failed", "_furnished"}]


def test_unknown_hosts_by_the_thousand_keep_a_bounded_place(lycee_a, monkeypatch):
    monkeypatch.setattr(doors._shelves[False], "_size", 10)
    doors.door_at("lycee-a.localhost")
    for number in range(50):
        doors.door_at(f"rien-{number}.localhost")
    assert len(doors._shelves[False]) == 10
    assert queries_of("lycee-a.localhost")[1] == []


def test_a_name_too_long_to_be_a_host_is_not_even_asked(db):
    door, sent = queries_of("x" * 300 + ".localhost")
    assert (door.closed, sent) == (doors.UNKNOWN, [])


def test_the_host_longest_unused_goes_first(lycee_a, college_b, monkeypatch):
    monkeypatch.setattr(doors._shelves[True], "_size", 2)
    Domain.objects.create(domain="tiers.example", tenant=lycee_a)
    for host in ("lycee-a.localhost", "college-b.localhost", "lycee-a.localhost", "tiers.example"):
        doors.door_at(host)
    assert queries_of("lycee-a.localhost")[1] == []
    assert len(queries_of("college-b.localhost")[1]) == 1


def quarantine(school):
    # Not through save(): the ledger is written in bulk, by other processes
    InstalledApp.objects.filter(uai=school.uai, app_label="people").update(state=InstalledApp.State.FAILED)


def test_a_school_in_quarantine_answers_a_plain_page(lycee_a):
    quarantine(lycee_a)
    response = client_for(lycee_a).get("/actualites/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"
    assert "en réparation" in response.content.decode()


def test_a_school_in_quarantine_does_not_hold_up_the_others(lycee_a, college_b):
    quarantine(lycee_a)
    assert client_for(college_b).get("/").status_code == 200


def test_a_suspended_school_in_quarantine_says_that_it_is_suspended(lycee_a):
    quarantine(lycee_a)
    behind_our_back(lifecycle=Lifecycle.SUSPENDED)
    assert doors.door_at("lycee-a.localhost").closed == doors.SUSPENDED


def test_a_school_out_of_quarantine_opens_at_once_in_this_process(lycee_a):
    quarantine(lycee_a)
    assert doors.door_at("lycee-a.localhost").closed == doors.QUARANTINE
    row = InstalledApp.objects.get(uai=lycee_a.uai, app_label="people")
    row.state = InstalledApp.State.READY
    row.save()
    assert doors.door_at("lycee-a.localhost").closed is None


def test_a_school_without_its_tables_is_broken(db):
    make_establishment("0679990V", slug="absente", lifecycle=Lifecycle.ACTIVE)
    assert doors.door_at("absente.localhost").closed == doors.BROKEN


def test_threads_share_the_memory_without_stumbling(lycee_a, college_b):
    doors.door_at("lycee-a.localhost")
    doors.door_at("college-b.localhost")
    wrong = []

    def look():
        for _ in range(300):
            for school in (lycee_a, college_b):
                if doors.door_at(f"{school.slug}.localhost").school != school:
                    wrong.append(school)

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_look_finds_its_index(lycee_a):
    """Folded as the unique index is: with the table's scan forbidden, the plan must not scan."""
    with region(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT 1 FROM establishments_establishment WHERE LOWER(slug) = 'lycee-a'")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "establishment_slug_unique" in plan


def test_the_front_door_asks_for_no_school(client):
    with CaptureQueriesContext(connection) as sent:
        Client(headers={"host": "localhost"}).get("/connexion/")
    assert not [query["sql"] for query in sent if "_furnished" in query["sql"]]

"""The delivery log: what it counts, what it warns of, and what it never says."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.audit.models import AuditEntry
from core.modules.contract import Channel
from core.notifications import reasons
from core.notifications.channels import troubles
from core.notifications.models import AddressTrouble, Event, Notification
from tenants.schemas.context import school
from tests.factories import make_person

pytestmark = pytest.mark.django_db
PAGE = "/notifications/suivi/"
SECRET = "Exclusion de Jean"


@pytest.fixture
def tell(lycee_a):
    """`event = tell({"email": [("sent", ""), …]}, ago=…)`: an event and a person for each row."""

    def _tell(channels, *, kind="news.published", ago=timedelta(hours=1), **facts):
        happened = timezone.now() - ago
        rows = [(channel, *row) for channel, given in channels.items() for row in given]
        people = [make_person(lycee_a, "guardian") for _ in range(max(map(len, channels.values()), default=0))]
        with school(lycee_a):
            event = Event.objects.create(
                kind=kind, data={"title": SECRET, "section": "Vie"}, happened_at=happened, due_at=happened,
                **{"importance": "information", "state": "done"} | facts,
            )  # fmt: skip
            count = dict.fromkeys(channels, 0)
            made = []
            for channel, state, reason in rows:
                made.append(
                    Notification(
                        event=event,
                        person=people[count[channel]],
                        channel=channel,
                        state=state,
                        reason=reason,
                        due_at=happened,
                    )
                )
                count[channel] += 1
            Notification.objects.bulk_create(made)
        return event

    return _tell


@pytest.fixture
def page(world, enter):
    def _page(person=None, query=""):
        answer = enter(person or world.referent).get(PAGE + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return _page


def test_it_counts_what_left_what_waits_and_what_failed(tell, page):
    tell({
        "in_app": [("unread", ""), ("read", ""), ("read", "")],
        "email": [("sent", ""), ("sent", ""), ("waiting", ""), ("failed", reasons.NO_ADDRESS)],
        "push": [("sent", ""), ("failed", reasons.REFUSED)],
    })  # fmt: skip
    html = page()
    for words in ("3\u00a0personnes prévenues", "2\u00a0envoyés", "1\u00a0en attente", "1\u00a0en échec",
                  "1\u00a0: aucune adresse connue", "1\u00a0: envoi refusé",
                  "Une actualité vous est adressée"):  # fmt: skip
        assert words in html


def test_it_never_says_what_was_told_nor_who_read(tell, page):
    tell({"in_app": [("read", "")]})
    html = page()
    assert SECRET not in html
    (counts,) = set(re.findall(r'<dl class="sent">(.*?)</dl>', html, re.DOTALL))  # the week's and the event's
    assert "1\u00a0personne prévenue" in counts
    assert "lu" not in re.sub(r"<.*?>", "", counts)


@pytest.mark.parametrize("role", ["pupil", "mother", "teacher", "cpe", "office", "partner"])
def test_others_do_not_find_it(world, enter, role):
    assert enter(getattr(world, role)).get(PAGE).status_code == 404


def test_what_was_called_back_is_not_counted_as_sent(tell, page):
    tell({"email": [("cancelled", reasons.WITHDRAWN)]})
    assert "1\u00a0envoyé" not in page()


def test_it_takes_as_many_queries_for_one_as_for_twenty(tell, world, enter, lycee_a):
    def queries():
        client = enter(world.referent)
        with CaptureQueriesContext(connection) as seen:
            client.get(PAGE)
        return len(seen)

    tell({"email": [("sent", ""), ("failed", reasons.BOUNCED)]})
    with school(lycee_a):
        troubles.note(person=world.mother, channel=Channel.EMAIL, address="mere@example.org", reason=reasons.BOUNCED)
    few = queries()
    for _ in range(20):
        tell({"email": [("sent", ""), ("failed", reasons.BOUNCED)], "push": [("sent", "")]})
    with school(lycee_a):
        for person in (world.father, world.other_parent):
            troubles.note(person=person, channel=Channel.EMAIL, address=person.email, reason=reasons.BOUNCED)
    assert queries() == few


def test_it_goes_on_to_older_ones(tell, page):
    for number in range(35):
        tell({"in_app": [("unread", "")]}, ago=timedelta(hours=40 - number))
    html = page()
    assert html.count("journal-time") == 30
    cursor = html.split("?suite=")[1].split('"')[0]
    assert page(query=f"?suite={cursor}").count("journal-time") == 5


@pytest.mark.parametrize("cursor", ["x", "-1", "٣", "9" * 40, "'"])
def test_a_cursor_that_is_none_is_the_beginning(tell, page, cursor):
    tell({"in_app": [("unread", "")]})
    assert page(query=f"?suite={cursor}").count("journal-time") == 1


def test_one_narrows_by_kind_and_day(tell, page):
    tell({"in_app": [("unread", "")]})
    tell({"in_app": [("unread", "")]}, kind="news.urgent", ago=timedelta(days=3))
    day = timezone.localdate() - timedelta(days=3)
    assert page(query="?type=news.urgent").count("journal-time") == 1
    assert page(query=f"?du={day}&au={day}").count("journal-time") == 1


def test_dates_in_the_wrong_order_are_told(world, enter):
    assert enter(world.referent).get(PAGE + "?du=2026-11-20&au=2026-11-01").status_code == 422


def test_it_is_taken_away_as_counts_and_that_is_noted(tell, world, enter, lycee_a):
    tell({"email": [("sent", ""), ("failed", reasons.BOUNCED)]})
    answer = enter(world.referent).post(PAGE + "export/")
    text = b"".join(answer.streaming_content).decode()
    assert "Actualités;Une actualité vous est adressée;Courriel;2;1;0;1;" in text
    assert SECRET not in text
    with school(lycee_a):
        assert AuditEntry.objects.filter(action="notifications.export_journal").count() == 1


def test_what_failed_is_tried_again_and_that_is_noted(tell, world, enter, lycee_a):
    event = tell({"email": [("failed", reasons.UNREACHABLE), ("sent", "")]})
    enter(world.referent).post(f"{PAGE}{event.pk}/relancer/")
    with school(lycee_a):
        assert sorted(Notification.objects.values_list("state", flat=True)) == ["sent", "waiting"]
        assert AuditEntry.objects.filter(action="notifications.retry").count() == 1


# --- The warning ------------------------------------------------------------------------------------------
def many(state, count, reason=""):
    return [(state, reason)] * count


def test_an_unusual_share_of_failures_is_told(tell, page):
    tell({"email": many("sent", 40) + many("failed", 15, reasons.UNREACHABLE)})
    assert "15 envois sur 55 ont échoué depuis hier" in page()


def test_a_few_failures_are_not(tell, page):
    tell({"email": many("sent", 400) + many("failed", 12, reasons.BOUNCED)})
    assert "inhabituel" not in page()


def test_people_without_an_address_are_not(tell, page):
    tell({"email": many("sent", 5) + many("failed", 15, reasons.NO_ADDRESS)})
    assert "inhabituel" not in page()


def test_what_fails_every_day_is_not(tell, page):
    for days in range(5):
        tell({"email": many("sent", 20) + many("failed", 10, reasons.BOUNCED)}, ago=timedelta(days=days, hours=1))
    assert "inhabituel" not in page()


# --- Addresses --------------------------------------------------------------------------------------------
@pytest.fixture
def bounced(lycee_a, world):
    with school(lycee_a):
        return troubles.note(
            person=world.mother, channel=Channel.EMAIL, address="mere@example.org", reason=reasons.BOUNCED
        )


def test_an_address_in_default_leads_to_the_record(bounced, page, world):
    html = page()
    assert "mere@example.org" in html
    assert f'href="/annuaire/{world.mother.pk}/"' in html


def test_whoever_may_not_see_contacts_reads_a_count(bounced, world, page, lycee_a):
    from core.modules.models import ModuleChoice

    with school(lycee_a):
        ModuleChoice.objects.create(slug="people", grants={"manage": [], "view_contacts": []})
    html = page()
    assert "mere@example.org" not in html
    assert world.mother.full_name not in html
    assert "1 autre adresse" in html


def test_whoever_may_not_see_contacts_changes_nothing(bounced, world, enter, lycee_a):
    from core.modules.models import ModuleChoice

    with school(lycee_a):
        ModuleChoice.objects.create(slug="people", grants={"manage": [], "view_contacts": []})
    assert enter(world.referent).post(f"{PAGE}adresses/{bounced.pk}/reessayer/").status_code == 404


def test_an_address_is_given_another_try_and_that_is_noted(bounced, world, enter, lycee_a):
    enter(world.referent).post(f"{PAGE}adresses/{bounced.pk}/reessayer/")
    with school(lycee_a):
        assert not AddressTrouble.objects.exists()
        assert AuditEntry.objects.filter(action="notifications.retry_address").count() == 1


def test_an_empty_log_says_what_it_is_for(page):
    assert "Rien n’est encore parti" in page()


def test_the_address_of_an_account_stays_its_owners(world, page, lycee_a):
    with school(lycee_a):
        row = troubles.note(
            person=world.teacher, channel=Channel.EMAIL, address="privee@example.org", reason=reasons.BOUNCED
        )
        assert troubles.is_resting([row], world.teacher, "privee@example.org")
        assert "privee" not in AddressTrouble.objects.get().address
    assert "adresse de son compte" in page()


def test_a_record_that_was_corrected_is_no_longer_listed(bounced, world, page, lycee_a):
    with school(lycee_a):
        type(world.mother).objects.filter(pk=world.mother.pk).update(email="nouvelle@example.org")
    assert "Adresses en défaut" not in page()

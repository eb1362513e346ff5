"""Unsubscribing from a mail: the headers, the page, and what a link is worth elsewhere."""

import re

import pytest
from django.test import Client

from core.modules.contract import Frequency
from core.modules.models import ModuleChoice
from core.notifications.channels.email import EmailSender
from core.notifications.models import Preference
from tenants.schemas.context import school
from tests.core.notifications.mailbox import make_message, make_row
from tests.factories import client_for

pytestmark = pytest.mark.django_db


def send(establishment, person, **facts):
    with school(establishment):
        row = make_row(person, **facts)
    with EmailSender() as sender:
        assert sender.send(make_message(establishment, person, row)) is None


def path_of(mail):
    return re.fullmatch(r"<http://[^/]+(/.*)>", mail["List-Unsubscribe"].replace("\n", "").strip()).group(1)


def rule(establishment, kind, rule):
    with school(establishment):
        ModuleChoice.objects.update_or_create(
            slug="news", defaults={"enabled": True, "notifications": {kind: {"rule": rule}}}
        )


@pytest.fixture
def link(inbox, lycee_a, world):
    send(lycee_a, world.mother)
    return path_of(inbox.mail)


def test_mail_services_are_offered_one_click(inbox, lycee_a, world):
    send(lycee_a, world.mother)
    assert inbox.mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"http://{lycee_a.slug}.localhost" in inbox.mail["List-Unsubscribe"]


def test_urgent_mail_offers_no_unsubscribing(inbox, lycee_a, world):
    send(lycee_a, world.mother, kind="news.urgent", importance="urgent")
    assert inbox.mail["List-Unsubscribe"] is None


def test_an_imposed_kind_offers_no_unsubscribing_and_says_why(inbox, lycee_a, world):
    rule(lycee_a, "published", "forced")
    send(lycee_a, world.mother)
    assert inbox.mail["List-Unsubscribe"] is None
    assert "ne se désactive pas" in inbox.mail.get_body(("plain",)).get_content().replace("\r\n", " ")


def test_looking_changes_nothing(lycee_a, link):
    page = client_for(lycee_a).get(link)
    with school(lycee_a):
        assert not Preference.objects.exists()
    assert "Une actualité vous est adressée" in page.content.decode()


def test_one_click_of_the_mail_service_silences_the_kind(lycee_a, link, world):
    service = Client(headers={"host": f"{lycee_a.slug}.localhost"}, enforce_csrf_checks=True)
    answer = service.post(link, {"List-Unsubscribe": "One-Click"})
    with school(lycee_a):
        kept = Preference.objects.get()
    assert answer.status_code == 200
    assert (kept.person_id, kept.kind, kept.channel, kept.frequency) == (
        world.mother.pk, "news.published", "email", Frequency.NEVER,
    )  # fmt: skip


def test_clicking_twice_is_as_once(lycee_a, link):
    client = client_for(lycee_a)
    assert [client.post(link).status_code, client.post(link).status_code] == [200, 200]
    with school(lycee_a):
        assert Preference.objects.count() == 1


def test_what_was_asked_for_one_child_ends_too(lycee_a, link, world):
    with school(lycee_a):
        Preference.objects.create(
            person=world.mother, kind="news.published", channel="email", child=world.pupil, frequency=Frequency.NOW
        )
    client_for(lycee_a).post(link)
    with school(lycee_a):
        assert [p.frequency for p in Preference.objects.all()] == [Frequency.NEVER]


def test_what_has_become_imposed_is_not_silenced(lycee_a, link):
    rule(lycee_a, "published", "forced")
    client_for(lycee_a).post(link)
    with school(lycee_a):
        assert not Preference.objects.exists()


def test_a_link_is_worth_nothing_at_another_school(college_b, link):
    assert client_for(college_b).post(link).status_code == 404
    with school(college_b):
        assert not Preference.objects.exists()


@pytest.mark.parametrize("change", [lambda link: link[:-2] + "x/", lambda link: "/notifications/desabonnement/x/"])
def test_a_forged_link_is_refused(lycee_a, link, change):
    assert client_for(lycee_a).post(change(link)).status_code == 404


def test_an_old_link_leads_to_the_preferences(lycee_a, link, time_machine_at):
    time_machine_at(days=200)
    page = client_for(lycee_a).get(link)
    assert page.status_code == 404
    assert "/notifications/preferences/" in page.content.decode()


def test_somebody_who_left_is_not_named(lycee_a, link, world):
    with school(lycee_a):
        type(world.mother).objects.filter(pk=world.mother.pk).update(left_on="2026-01-01")
    page = client_for(lycee_a).get(link)
    assert page.status_code == 404
    assert world.mother.first_name not in page.content.decode()

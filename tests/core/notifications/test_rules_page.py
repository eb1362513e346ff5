"""The référent's pages: every rule in a sentence, and who would get something, as the relay would have it."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.modules.contract import Channel, Frequency
from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.notifications import preview
from core.notifications.models import Preference, PushSubscription
from core.notifications.rules import rule_of
from core.people.choices import Role
from tenants.policies.models import Policy
from tenants.schemas.context import region, school
from tests.core.notifications.world import rows, rule
from tests.factories import make_guardian, make_person
from tests.signing import signed_in_client

pytestmark = pytest.mark.django_db
RULES = "/notifications/regles/"
NOTED = f"{RULES}dummy.noted/apercu/"


@pytest.fixture
def client(place):
    return signed_in_client(place, make_person(place, "digital_referent", account=True))


def text(response):
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", main)).replace("\u00a0", " ")).strip()


def views(place, code="dummy.noted"):
    modules = Modules(place)
    return {view.role: view for view in preview.by_role(rule_of(modules, code), modules, timezone.now())}


def ways(view):
    return {(way.channel, way.frequency): way.people for way in view.ways}


# --- All rules ----------------------------------------------------------------------------------------------
def test_every_kind_stands_with_its_sentence(client):
    page = text(client.get(RULES))
    assert "Une information urgente demande votre confirmation Urgente, dans Préau" in page
    assert "un mot Importance normale, dans Préau et par courriel une fois par jour ; chacun peut la couper." in page


def test_the_sentence_follows_the_rule(client, place):
    rule("dummy", "noted", rule="forced", channels=["in_app"])
    assert "Importance normale, dans Préau ; personne ne peut la couper." in text(client.get(RULES))


def test_modules_that_are_off_are_not_there(client, place):
    ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    assert "laisse un mot" not in text(client.get(RULES))


def test_what_the_region_locks_is_said_with_its_reason(client, place):
    with region():
        Policy.objects.create(
            module="dummy", effect="allow", locked=["notifications"], note="Une règle pour tous."
        )
    page = text(client.get(RULES))
    assert "Verrouillé par la région" in page
    assert "Une règle pour tous." in page


def test_who_may_not_set_modules_is_offered_no_link_there(place):
    ModuleChoice.objects.update_or_create(slug="notifications", defaults={"grants": {"manage_rules": ["teacher"]}})
    page = signed_in_client(place, make_person(place, "teacher", account=True)).get(RULES)
    assert page.status_code == 200
    assert "/reglages/modules/" not in page.content.decode()


def test_the_queries_do_not_grow_with_the_rules(client, place):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(RULES)
        return len(captured)

    queries()
    before = queries()
    with school(place):
        for kind in ("noted", "planned", "cancelled"):
            rule("dummy", kind, rule="forced")
    assert queries() == before


# --- Who would get it ---------------------------------------------------------------------------------------
def test_each_role_is_counted_by_channel_and_pace(place):
    for _number in range(3):
        make_person(place, "teacher", email="prof@exemple.fr", account=True)
    view = views(place)[Role.TEACHER]
    assert view.people == 3
    assert ways(view) == {(Channel.IN_APP, Frequency.NOW): 3, (Channel.EMAIL, Frequency.DAILY): 3}


def test_own_choices_count(place):
    teachers = [make_person(place, "teacher", email="prof@exemple.fr", account=True) for _number in range(3)]
    Preference.objects.create(person=teachers[0], kind="dummy.noted", channel="email", frequency="never")
    Preference.objects.create(person=teachers[1], kind="dummy.noted", channel="email", frequency="weekly")
    found = ways(views(place)[Role.TEACHER])
    assert (found[Channel.EMAIL, Frequency.DAILY], found[Channel.EMAIL, Frequency.WEEKLY]) == (1, 1)


def test_a_guardian_of_two_counts_once(place, family):
    view = views(place)[Role.GUARDIAN]
    assert (view.people, ways(view)[Channel.IN_APP, Frequency.NOW]) == (1, 1)


def test_a_phone_without_device_is_not_reached(place, family):
    guardian = family[0]
    assert ways(views(place, "dummy.cancelled")[Role.GUARDIAN])[Channel.PUSH, Frequency.NOW] == 0
    PushSubscription.objects.create(person=guardian, endpoint="https://push.example/1", digest="0" * 64)
    assert ways(views(place, "dummy.cancelled")[Role.GUARDIAN])[Channel.PUSH, Frequency.NOW] == 1


def test_whom_nothing_reaches_is_counted_by_why(place):
    make_person(place, "teacher")
    make_person(place, "teacher", email="prof@exemple.fr")
    quiet = make_person(place, "teacher", email="prof@exemple.fr", account=True)
    make_person(place, "teacher", email="prof@exemple.fr", account=True)
    Preference.objects.create(person=quiet, kind="dummy.noted", channel="email", frequency="never")
    view = views(place)[Role.TEACHER]
    assert (view.people, view.nowhere, view.no_account, view.inside) == (4, 1, 0, 1)


def test_who_has_left_is_not_counted(place):
    make_person(place, "teacher", left_on="2026-01-01")
    assert Role.TEACHER not in views(place)


def test_a_hidden_kind_reaches_nobody(client, place):
    rule("dummy", "noted", rule="hidden")
    assert "Personne ne le recevrait" in text(client.get(NOTED))


def test_a_kind_that_is_switched_off_reaches_those_who_ask(place):
    asker, _other = [make_person(place, "teacher", email="prof@exemple.fr", account=True) for _number in range(2)]
    rule("dummy", "noted", rule="off")
    Preference.objects.create(person=asker, kind="dummy.noted", channel="email", frequency="now")
    assert ways(views(place)[Role.TEACHER]) == {(Channel.EMAIL, Frequency.NOW): 1}


def test_the_preview_is_what_the_relay_then_does(place, tell, distribute):
    teachers = [make_person(place, "teacher", email="prof@exemple.fr", account=True) for _number in range(4)]
    Preference.objects.create(person=teachers[0], kind="dummy.noted", channel="email", frequency="weekly")
    Preference.objects.create(person=teachers[1], kind="dummy.noted", channel="in_app", frequency="never")
    expected = ways(views(place)[Role.TEACHER])
    tell(people=teachers)
    distribute()
    done = {}
    for row in rows():
        key = Channel(row.channel), Frequency(row.frequency)
        done[key] = done.get(key, 0) + 1
    assert done == expected


def test_the_number_of_queries_does_not_depend_on_the_number_of_people(place):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            views(place)
        return len(captured)

    for role in ("teacher", "pupil"):
        make_person(place, role)
    before = queries()
    for _number in range(5):
        make_person(place, "pupil")
        make_person(place, "teacher", email="prof@exemple.fr")
    assert queries() == before


# --- The page -----------------------------------------------------------------------------------------------
def test_the_page_shows_the_sample_in_words(client):
    assert "Un mot du cuisinier : merci pour les assiettes vides" in text(client.get(NOTED))


@pytest.mark.parametrize("code", ["dummy.unknown", "nothing.noted", "dummy", "noted"])
def test_a_kind_that_nobody_declares_is_not_there(client, code):
    assert client.get(f"{RULES}{code}/apercu/").status_code == 404


def test_the_kind_of_a_module_that_is_off_is_not_there(client, place):
    ModuleChoice.objects.filter(slug="dummy").update(enabled=False)
    assert client.get(NOTED).status_code == 404


def test_one_person_is_found_and_seen_as(client, place):
    teacher = make_person(place, "teacher", last_name="Zimmermann", email="prof@exemple.fr", account=True)
    with school(place):
        Preference.objects.create(person=teacher, kind="dummy.noted", channel="email", frequency="weekly")
    assert "Zimmermann" in text(client.get(f"{NOTED}?q=zimmer"))
    assert "Le vendredi à 18 h par courriel, et dans Préau." in text(client.get(f"{NOTED}?personne={teacher.pk}"))


def test_seen_as_somebody_without_account(client, place):
    teacher = make_person(place, "teacher")
    page = text(client.get(f"{NOTED}?personne={teacher.pk}"))
    assert "n’a pas de compte" in page
    assert "Aucune adresse n’est connue" in page


def test_one_is_seen_only_among_those_it_is_for(client, place):
    partner = make_person(place, "pupil", first_name="Basile")
    assert "Basile" not in text(client.get(f"{RULES}news.to_review/apercu/?personne={partner.pk}"))


def test_a_guardian_with_another_wish_for_one_child_is_told_so(client, place, family):
    guardian, lea, _tom = family
    with school(place):
        make_guardian(place, lea, make_person(place, "guardian"))
        Preference.objects.create(person=guardian, kind="dummy.noted", channel="email", frequency="now", child=lea)
    assert "Autrement pour l’un de ses enfants" in text(client.get(f"{NOTED}?personne={guardian.pk}"))

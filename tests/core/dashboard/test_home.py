"""The first page: everybody's question, and nobody's broken widget."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils.timezone import localdate

from core.dashboard import widgets
from core.dashboard.greeting import lead_for
from core.people.choices import Role
from tenants.schemas.context import school
from tests.core import world as worlds
from tests.factories import client_for

EVERYBODY = ["head", "referent", "office", "cpe", "teacher", "partner", "pupil", "mother"]


def text(response: Any) -> str:
    return response.content.decode()


def test_passer_by_reads_the_schools_name_and_the_way_in(lycee_a: Any) -> None:
    page = text(client_for(lycee_a).get("/"))
    assert lycee_a.display_name in page
    assert "/connexion/" in page


def test_passer_by_reads_no_name_of_a_person(world: Any) -> None:
    assert world.head.last_name not in text(client_for(world.school).get("/"))


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_role_has_a_first_page(world: Any, enter: Any, who: str) -> None:
    me = getattr(world, who)
    page = text(enter(me).get("/"))
    assert f"Bonjour {me.first_name}" in page
    assert str(lead_for(frozenset(me.roles))) in page


@pytest.mark.parametrize("who", EVERYBODY)
def test_first_page_has_no_dead_link(world: Any, enter: Any, who: str) -> None:
    client = enter(getattr(world, who))
    links = set(re.findall(r'href="(/[^"#?]*)', text(client.get("/"))))
    links = {link for link in links if not link.startswith(("/static/", "/ui/"))}
    dead = {link for link in links if client.get(link).status_code not in {200, 302}}
    assert dead == set()


def test_guardian_finds_child_class_and_main_teacher(world: Any, enter: Any) -> None:
    from core.structure.services import add_main_teacher

    with school(world.school):
        add_main_teacher(school_class=world.class_a, teacher=world.teacher, actor=None)
    page = text(enter(world.mother).get("/"))
    for words in (world.pupil.first_name, world.class_a.name, world.teacher.full_name):
        assert words in page


def test_guardian_whose_authority_ended_finds_no_child(world: Any, enter: Any) -> None:
    client = enter(world.father)
    worlds.end_link(world, world.father)
    assert world.class_a.name not in text(client.get("/"))


def test_teacher_finds_the_classes_taught(world: Any, enter: Any) -> None:
    page = text(enter(world.teacher).get("/"))
    assert world.class_a.name in page
    assert world.class_b.name not in page


def test_referent_finds_the_settings(world: Any, enter: Any) -> None:
    assert "/reglages/" in text(enter(world.referent).get("/"))


def test_broken_widget_leaves_the_rest_of_the_page(world: Any, enter: Any, monkeypatch: Any) -> None:
    def broken(path: str) -> Any:
        raise RuntimeError("broken widget")

    monkeypatch.setattr(widgets, "import_string", broken)
    answer = enter(world.teacher).get("/")
    assert answer.status_code == 200
    assert "n’a pas répondu" in text(answer)


@pytest.mark.parametrize("role", Role.values)
def test_each_role_has_its_words(role: str) -> None:
    assert lead_for(frozenset({role}))


def test_session_of_another_school_is_nobodys_here(lycee_a: Any, college_b: Any, as_person: Any) -> None:
    client, person = as_person(college_b, "teacher")
    page = text(client.get("/", headers={"host": f"{lycee_a.slug}.localhost"}))
    assert "Se connecter" in page
    assert person.first_name not in page


@pytest.mark.parametrize("extra", [0, 2])
def test_first_page_of_a_guardian_costs_the_same(world: Any, enter: Any, extra: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories import make_guardian, make_person

    make_guardian(world.school, world.classmate, world.mother)
    client = enter(world.mother)
    client.get("/")
    with CaptureQueriesContext(connection) as before:
        client.get("/")
    for _ in range(extra):
        make_guardian(world.school, make_person(world.school, "pupil"), world.mother)
    with CaptureQueriesContext(connection) as after:
        client.get("/")
    # What is kept for some seconds may have been read anew for the first of the two.
    assert len(after) <= len(before)


# --- Days without classes, and what waits ------------------------------------------------------------------
def test_holidays_are_told_with_the_day_of_return(world: Any, enter: Any) -> None:
    with time_machine.travel("2026-12-23 10:00+01:00"):
        page = text(enter(world.mother).get("/"))
    assert "Vacances de Noël" in page
    assert "Reprise lundi 4" in page


def test_ordinary_day_tells_nothing_of_holidays(world: Any, enter: Any) -> None:
    with time_machine.travel("2026-11-12 10:00+01:00"):
        assert "l’établissement est fermé" not in text(enter(world.mother).get("/"))


def test_pupils_without_a_class_wait_for_the_referent(world: Any, enter: Any) -> None:
    from tests.factories import make_person

    make_person(world.school, "pupil")
    page = text(enter(world.referent).get("/"))
    assert "dans aucune classe" in page


def test_end_of_the_year_is_announced(world: Any, enter: Any) -> None:
    with time_machine.travel("2027-06-15 10:00+02:00"):
        assert "Préparer la suivante" in text(enter(world.head).get("/"))


def test_next_year_once_made_ends_the_announcement(world: Any, enter: Any) -> None:
    from core.structure.services import create_year

    with school(world.school):
        create_year(label="2027-2028", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 1), actor=world.head)
    with time_machine.travel("2027-06-15 10:00+02:00"):
        assert "Préparer la suivante" not in text(enter(world.head).get("/"))


def test_addresses_that_fail_wait_for_those_who_follow_deliveries(world: Any, enter: Any) -> None:
    from core.notifications.models import AddressTrouble

    with school(world.school):
        for address in ("a@example.org", "b@example.org"):
            AddressTrouble.objects.create(person=world.mother, channel="email", address=address, reason="bounced")
    page = text(enter(world.head).get("/"))
    assert "Une personne n’est plus jointe à son adresse" in page
    assert "/notifications/suivi/" in page


def test_nothing_waits_for_a_teacher(world: Any, enter: Any) -> None:
    assert "À faire" not in text(enter(world.teacher).get("/"))


def test_feature_that_serves_nobody_waits_for_the_referent(world: Any, enter: Any) -> None:
    from core.adoption.models import Standing
    from core.adoption.selectors import overview
    from core.modules.state import Modules

    with school(world.school):
        long_ago = localdate() - timedelta(days=90)
        for feature in overview(Modules(world.school), localdate()).features:
            Standing.objects.update_or_create(code=feature.code, defaults={"since": long_ago})
    assert "à personne" in text(enter(world.referent).get("/"))

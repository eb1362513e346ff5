"""The référent's pages."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from core.adoption import flushing
from core.adoption.models import Standing, Use
from tenants.schemas.context import school


@pytest.fixture
def referent(lycee_a, staffroom, as_person):
    with school(lycee_a):
        flushing.tidy()
        Standing.objects.update(since=timezone.localdate() - timedelta(days=60))
        Use.objects.create(feature="news.read", role="teacher", day=timezone.localdate(), n=7)
    client, _person = as_person(lycee_a, "digital_referent")
    return client


def test_page_says_what_serves_and_what_does_not(referent):
    html = referent.get("/usages/").content.decode()
    assert "Proposer une actualité" in html
    assert "6 enseignants" in html


def test_page_offers_to_switch_an_unused_module_off(referent):
    html = referent.get("/usages/").content.decode()
    assert 'action="/reglages/modules/dummy/activation/"' in html


def test_module_page_shows_each_role(referent):
    html = referent.get("/usages/modules/news/").content.decode()
    assert "7 fois, 1 jour sur " in html


def test_module_that_counts_nothing_is_not_there(referent):
    assert referent.get("/usages/modules/files/").status_code == 404


def test_decision_moves_a_proposal_to_the_list(referent):
    answer = referent.post("/usages/decider/", {"code": "news.submit", "stance": "present"}, follow=True)
    html = answer.content.decode()
    assert "À présenter à la prochaine formation" in html


def test_nonsense_is_refused(referent):
    assert referent.post("/usages/decider/", {"code": "news.submit", "stance": "burn"}).status_code == 422


def test_export_has_a_line_for_each_group(referent):
    text = referent.get("/usages/export.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    read = [row for row in rows if row["Fonction"] == "Lire une actualité"]
    assert [row["Usages en 4 semaines de classe"] for row in read if row["Rôle"] == "Enseignants"] == ["7"]


def test_teacher_finds_nothing(lycee_a, as_person):
    client, _person = as_person(lycee_a, "teacher")
    assert client.get("/usages/").status_code == 404


def test_demo_uses_do_not_double(lycee_a, staffroom):
    import random

    from core.adoption.demo import create

    with school(lycee_a):
        create(lycee_a, random.Random("x"))  # noqa: S311 -- texts
        before = Use.objects.count()
        create(lycee_a, random.Random("x"))  # noqa: S311 -- texts
        assert Use.objects.count() == before > 20

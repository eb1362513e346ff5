"""The page and the suggestions: by role, with nonsense, within their queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.search import services
from modules.news.models import Article, Section
from tenants.schemas.context import school
from tests.contract.helpers import text_of
from tests.factories import make_person

pytestmark = pytest.mark.django_db
NONSENSE = (
    "", " ", "a", "&", "| !", "a & b:*", "'", "\"", "\\", "):*", "';--", "%", "_", "%_%", "\x00", "a\x00b", "🎒",
    "é" * 200, "a" * 10_000, "mot " * 2_000, "<script>alert(1)</script>", "日本語", "\u202e", "1e400", "-1",
    "<->", "''::tsquery",
)  # fmt: skip


@pytest.fixture
def newsstand(world):
    with school(world.school):
        section = Section.objects.create(name="Fil")
        for n in range(12):
            Article.objects.create(section=section, title=f"Annonce {n}", author=world.teacher)
        services.reconcile("news.article")
    return world


@pytest.mark.parametrize("path", ["/recherche/", "/recherche/suggestions/"])
def test_nonsense_is_answered(world, enter, path):
    client = enter(world.head)
    for typed in NONSENSE:
        assert client.get(path, {"q": typed}).status_code == 200, typed
    assert client.get(path, {"q": ["a", "b"], "dans": "x" * 500, "page": "²"}).status_code == 200


def test_what_was_typed_stays_in_the_field_as_text(world, enter):
    page = enter(world.head).get("/recherche/", {"q": '"><img src=x>'}).content.decode()
    assert "<img src=x>" not in page
    assert 'value="&quot;&gt;&lt;img src=x&gt;"' in page


def test_the_page_groups_and_narrows_by_the_address(newsstand, enter):
    client = enter(newsstand.teacher)
    page = client.get("/recherche/", {"q": "annonce"}).content.decode()
    assert "dans=news.article" in page
    alone = text_of(client.get("/recherche/", {"q": "annonce", "dans": "news.article"}).content.decode())
    assert all(f"Annonce {n}" in " ".join(alone.split()) for n in range(12))


def test_words_are_marked_in_what_is_found(newsstand, enter):
    page = enter(newsstand.teacher).get("/recherche/", {"q": "ann"}).content.decode()
    assert "<mark>Ann</mark>once" in page


def test_others_do_not_find_the_drafts(newsstand, enter):
    assert "Annonce" not in enter(newsstand.pupil).get("/recherche/", {"q": "annonce"}).content.decode()


def test_nothing_found_says_what_to_do(world, enter):
    assert "Rien ne correspond" in enter(world.pupil).get("/recherche/", {"q": "zzyzx"}).content.decode()


def test_htmx_receives_the_results_alone(newsstand, enter):
    response = enter(newsstand.teacher).get("/recherche/", {"q": "annonce"}, headers={"HX-Request": "true"})
    assert response.content.decode().strip().startswith('<div id="results"')


def test_suggestions_wait_for_a_second_letter(newsstand, enter):
    client = enter(newsstand.teacher)
    assert client.get("/recherche/suggestions/", {"q": "a"}).content.strip() == b""
    assert b"once" in client.get("/recherche/suggestions/", {"q": "an"}).content


def test_pages_are_found_by_what_they_are_for(world, enter):
    page = enter(world.pupil).get("/recherche/", {"q": "thème sombre"}).content.decode()
    assert 'href="/annuaire/moi/preferences/"' in page or "Préférences d’affichage" in page


def test_settings_are_found_by_those_who_set(world, enter):
    sought = {"q": "régler actual"}
    assert "/reglages/modules/news/" in enter(world.referent).get("/recherche/", sought).content.decode()
    assert "/reglages/modules/news/" not in enter(world.pupil).get("/recherche/", sought).content.decode()


def test_queries_do_not_grow_with_what_is_found(newsstand, enter):
    client, counts = enter(newsstand.head), []
    for more in (0, 20):
        for _n in range(more):
            make_person(newsstand.school, "pupil", last_name="Annonciade")
        client.get("/recherche/", {"q": "annonc"})
        with CaptureQueriesContext(connection) as queries:
            client.get("/recherche/", {"q": "annonc"})
        counts.append(len(queries))
    assert counts[1] - counts[0] <= 8  # of people: classes, links, and what one may know of the children


def test_the_field_is_on_every_page_for_members(world, enter):
    page = enter(world.pupil).get("/").content.decode()
    assert 'id="top-q"' in page
    assert 'href="/recherche/"' in page

"""The first page in a browser: arranged with keys or plain forms, and still while its slow parts arrive."""

import pytest
from playwright.sync_api import expect

ECOLE, LYCEE = "ecole-clos-des-brumes", "lycee-hautes-chaumes"
PAGE, PART = "/accueil/presentation/", "/accueil/parties/news/latest/"

_SLOW = """
from django.core.cache import cache
from tenants.establishments.models import Establishment
from tenants.schemas.context import school
with school(Establishment.objects.get(slug="{slug}")):
    cache.{what}("dashboard-slow:news.latest"{value})
"""
_SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(one => shifts.push(one.value)))
    .observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def slow_news(place):
    """The news were slow a moment ago: they come after the page."""
    place.manage("shell", "-c", _SLOW.format(slug=ECOLE, what="set", value=", 1, 600"))
    yield
    place.manage("shell", "-c", _SLOW.format(slug=ECOLE, what="delete", value=""))


def names(page):
    return page.locator("#arrangement ol .row-title").all_inner_texts()


def test_slow_part_arrives_and_nothing_moves(sign_in, place, slow_news):
    page = sign_in("sophie.marchal", ECOLE)
    page.add_init_script(_SHIFTS)
    with page.expect_response(lambda answer: answer.url.endswith(PART)):
        page.goto(f"{place.school(ECOLE)}/?enfant=tous")
    expect(page.get_by_role("heading", name="Actualités")).to_be_visible()
    expect(page.get_by_role("link", name="Toutes les actualités").first).to_be_visible()
    assert page.evaluate("shifts.reduce((sum, one) => sum + one, 0)") < 0.02


def test_slow_part_is_a_link_without_scripts(sign_in, slow_news):
    page = sign_in("sophie.marchal", ECOLE, javascript=False, width=360)
    page.get_by_role("link", name="Afficher Dernières actualités").click()
    expect(page.get_by_role("link", name="Toutes les actualités").first).to_be_visible()


def test_guardian_goes_from_all_children_to_one_and_back(sign_in, place):
    page = sign_in("sophie.marchal", ECOLE, width=360)
    page.goto(f"{place.school(ECOLE)}/?enfant=tous")
    both = page.locator("#part-people-children li")
    expect(both).to_have_count(2)
    page.locator("summary", has_text="Choisir un enfant").click()
    page.locator(".menu-panel").get_by_role("link", name="Zélie").click()
    expect(page.locator("#part-people-children li")).to_have_count(1)
    page.get_by_role("link", name="Voir tous mes enfants").click()
    expect(both).to_have_count(2)


def test_parts_are_moved_by_keyboard_and_the_place_is_kept(sign_in, place):
    page = sign_in("sophie.marchal", ECOLE)
    page.goto(f"{place.school(ECOLE)}{PAGE}")
    before = names(page)
    page.get_by_role("button", name=f"Descendre : {before[0]}").press("Enter")
    expect(page.locator("#arrangement ol .row-title").first).to_have_text(before[1])
    assert page.evaluate("document.activeElement.id").startswith("down-")
    page.get_by_role("button", name="Revenir à la présentation d’origine").click()
    expect(page.locator("#arrangement ol .row-title").first).to_have_text(before[0])


def test_parts_are_hidden_and_put_back_without_scripts(sign_in, place):
    page = sign_in("thomas.keller", LYCEE, javascript=False, width=360)
    page.goto(f"{place.school(LYCEE)}{PAGE}")
    page.get_by_role("button", name="Masquer : Mes classes").click()
    page.goto(f"{place.school(LYCEE)}/")
    expect(page.locator("#part-structure-my_classes")).to_have_count(0)
    page.get_by_role("link", name="Choisir ce qui s’affiche ici").click()
    page.get_by_role("button", name="Revenir à la présentation d’origine").click()
    page.goto(f"{place.school(LYCEE)}/")
    expect(page.locator("#part-structure-my_classes")).to_be_visible()

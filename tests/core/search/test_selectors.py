"""Whoever looks finds what they may see, and nothing else, whatever they type."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.people.selectors import people_visible_to
from core.people.services import update_person
from core.permissions.viewer import viewer_as
from core.search.kinds import everything, open_to
from core.search.selectors import find, find_kind
from core.search.text import words_of
from core.structure.selectors import classes_visible_to, groups_visible_to
from modules.news.models import Article, Audience, Section
from modules.news.selectors import articles_visible_to
from tests.core.world import end_link
from tests.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
SELECTORS = {
    "people.person": people_visible_to,
    "structure.class": classes_visible_to,
    "structure.group": groups_visible_to,
    "news.article": articles_visible_to,
}
CAST = ("head", "cpe", "office", "teacher", "other_teacher", "partner", "pupil", "stranger", "mother", "other_parent")


@pytest.fixture
def newsstand(world):
    """News for everybody, for roles and for classes; some over, some drafts."""
    from core.search import services

    section, chance = Section.objects.create(name="Fil"), random.Random(3)  # noqa: S311 -- no secret
    for n in range(30):
        article = Article.objects.create(
            section=section, title=f"Annonce {n}", body="sortie " * (n % 3), author=chance.choice([world.teacher, None])
        )
        if n % 5:
            Article.objects.filter(pk=article.pk).update(status="published", publish_at=article.created_at)
        if n % 3 == 1:
            Audience.objects.create(article=article, kind="role", role=chance.choice(["pupil", "guardian", "teacher"]))
        if n % 3 == 2:
            Audience.objects.create(
                article=article, kind="class", school_class=chance.choice([world.class_a, world.class_b])
            )
    services.reconcile("news.article")
    return world


def as_(world, name):
    return viewer_as(getattr(world, name), world.school)


@pytest.mark.parametrize("name", CAST)
def test_each_finds_exactly_what_their_selectors_show(newsstand, name):
    """Searched by a word that every row holds, hits are the selector's rows: none missing, none more."""
    viewer = as_(newsstand, name)
    for kind in open_to(viewer):
        if kind.key not in SELECTORS:
            continue
        visible = SELECTORS[kind.key](viewer)
        if kind.key == "news.article":
            found = {hit.pk for hit in find_kind(viewer, kind, ["annonce"], limit=1000).hits}
            assert found == set(visible.values_list("pk", flat=True))
        else:
            for row in visible:
                words = words_of(str(row))
                assert row.pk in {hit.pk for hit in find_kind(viewer, kind, words, limit=1000).hits}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(alphabet="abcdeéilmnorstu 6 -'&|!", min_size=1, max_size=6), name=st.sampled_from(CAST))
def test_nothing_beyond_the_selectors_is_found_whatever_is_typed(newsstand, typed, name):
    viewer = as_(newsstand, name)
    for found in find(viewer, words_of(typed), limit=1000):
        if found.kind.key in SELECTORS:
            visible = set(SELECTORS[found.kind.key](viewer).order_by().values_list("pk", flat=True))
            assert {hit.pk for hit in found.hits} <= visible


def test_people_come_first(newsstand):
    make_person(newsstand.school, "teacher", first_name="Sortie", last_name="Annonce")
    found = find(as_(newsstand, "head"), ["annonce"], limit=5)
    assert [one.kind.key for one in found] == ["people.person", "news.article"]


def test_a_person_is_found_by_function_and_class(world):
    update_person(person=world.cpe, actor=None, function="Conseillère d’éducation")
    viewer = as_(world, "head")
    people = everything()["people.person"]
    assert [hit.pk for hit in find_kind(viewer, people, words_of("conseillere édu"), limit=5).hits] == [world.cpe.pk]
    hits = find_kind(viewer, people, words_of(world.class_a.name), limit=5).hits
    assert {hit.pk for hit in hits} >= {world.pupil.pk, world.classmate.pk}
    assert world.stranger.pk not in {hit.pk for hit in hits}


def test_a_class_is_found_however_its_name_is_spaced(world):
    kind = everything()["structure.class"]
    for typed in (world.class_a.name, world.class_a.name.replace(" ", ""), world.class_a.name.lower()):
        hits = find_kind(as_(world, "head"), kind, words_of(typed), limit=5).hits
        assert [hit.pk for hit in hits] == [world.class_a.pk]


def test_a_guardian_whose_link_has_ended_finds_the_child_no_more(world):
    kind, words = everything()["people.person"], words_of(world.pupil.full_name)
    assert find_kind(as_(world, "mother"), kind, words, limit=5).hits
    end_link(world, world.mother)
    assert not find_kind(as_(world, "mother"), kind, words, limit=5).hits


def test_those_who_left_are_not_found(world):
    from core.people.models import Person

    Person.objects.filter(pk=world.pupil.pk).update(left_on="2026-11-01")
    words = words_of(world.pupil.full_name)
    assert find_kind(as_(world, "head"), everything()["people.person"], words, limit=5).hits == []


def test_a_kind_without_its_permission_is_not_looked_for(world):
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.filter(slug="news").update(roles=["teacher"])
    assert "news.article" not in {kind.key for kind in open_to(as_(world, "pupil"))}


def test_a_module_that_is_off_is_not_looked_for(world):
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.filter(slug="news").update(enabled=False)
    assert "news.article" not in {kind.key for kind in open_to(as_(world, "head"))}


def test_one_of_many_is_followed_by_the_others(newsstand):
    viewer, kind = as_(newsstand, "head"), everything()["news.article"]
    first = find_kind(viewer, kind, ["annonce"], limit=4)
    second = find_kind(viewer, kind, ["annonce"], limit=4, offset=4)
    assert first.more
    assert not {hit.pk for hit in first.hits} & {hit.pk for hit in second.hits}

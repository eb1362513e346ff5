"""How one likes to see the directory is kept, and forgotten on demand."""

import pytest

from core.people.models import Person
from tenants.schemas.context import school

pytestmark = pytest.mark.django_db
PATH = "/annuaire/"


def kept(world, who):
    with school(world.school):
        return Person.objects.get(pk=who.pk).preferences.get("directory")


def test_filters_are_taken_up_at_the_next_visit(world, enter):
    client = enter(world.head)
    client.get(PATH, {"role": "pupil", "classe": world.class_a.pk, "q": ""})
    html = client.get(PATH).content.decode()
    assert world.classmate.sort_name in html
    assert world.stranger.sort_name not in html
    assert "Comme à votre dernière visite" in html


def test_they_are_each_persons_own(world, enter):
    enter(world.head).get(PATH, {"role": "pupil"})
    assert kept(world, world.head) == {"role": "pupil"}
    assert world.teacher.sort_name in enter(world.cpe).get(PATH).content.decode()


def test_they_are_cleared_by_a_link(world, enter):
    client = enter(world.head)
    client.get(PATH, {"role": "pupil"})
    html = client.get(PATH, {"filtres": "aucun"}).content.decode()
    assert world.teacher.sort_name in html
    assert "Effacer les filtres" not in html
    assert kept(world, world.head) is None


def test_words_are_of_the_moment(world, enter):
    client = enter(world.head)
    client.get(PATH, {"role": "", "q": world.pupil.last_name})
    assert kept(world, world.head) is None
    client.get(PATH, {"role": "teacher"})
    assert world.pupil.sort_name in client.get(PATH, {"q": world.pupil.last_name}).content.decode()


def test_a_class_that_is_gone_narrows_nothing(world, enter):
    with school(world.school):
        Person.objects.filter(pk=world.head.pk).update(preferences={"directory": {"classe": "999999"}})
    assert world.teacher.sort_name in enter(world.head).get(PATH).content.decode()

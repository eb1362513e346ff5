"""Asked, given, refused, withdrawn, with dates; nothing overwritten; each by whom it is for."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.errors import NotAllowed
from core.modules import registry
from core.people.models import Person
from core.privacy.models import ConsentAnswer
from core.privacy.services import consents
from tenants.schemas.context import school
from tests.core.world import end_link

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
PHOTO = "dummy.photo"


def answers():
    return list(ConsentAnswer.objects.order_by("pk").values_list("answer", flat=True))


def test_a_guardian_answers_for_a_child_under_fifteen(world):
    assert not consents.has_consent(PHOTO, world.pupil)
    consents.ask(code=PHOTO, person=world.pupil, actor=None)
    assert not consents.has_consent(PHOTO, world.pupil)
    consents.give(code=PHOTO, person=world.pupil, actor=world.mother)
    assert consents.has_consent(PHOTO, world.pupil)
    consents.withdraw(code=PHOTO, person=world.pupil, actor=world.father)
    assert not consents.has_consent(PHOTO, world.pupil)
    assert answers() == ["asked", "given", "withdrawn"]


def test_asking_twice_asks_once(world):
    assert consents.ask(code=PHOTO, person=world.pupil, actor=None)
    assert consents.ask(code=PHOTO, person=world.pupil, actor=None) is None


@pytest.mark.parametrize("who", ["pupil", "other_parent", "teacher", "head"])
def test_others_do_not_answer(world, who):
    with pytest.raises(NotAllowed):
        consents.give(code=PHOTO, person=world.pupil, actor=getattr(world, who))


def test_a_guardian_whose_authority_ended_does_not_answer(world):
    end_link(world, world.mother)
    with pytest.raises(NotAllowed):
        consents.give(code=PHOTO, person=world.pupil, actor=world.mother)


def test_from_fifteen_on_one_answers_alone(world):
    Person.objects.filter(pk=world.pupil.pk).update(birth_date=timezone.localdate() - timedelta(days=16 * 366))
    world.pupil.refresh_from_db()
    consents.give(code=PHOTO, person=world.pupil, actor=world.pupil)
    with pytest.raises(NotAllowed):
        consents.withdraw(code=PHOTO, person=world.pupil, actor=world.mother)


@pytest.mark.parametrize(
    ("born", "minor"), [(date(2011, 11, 22), False), (date(2011, 11, 23), True), (None, False)]
)
def test_fifteen_is_counted_to_the_day(world, born, minor):
    assert consents.is_minor(Person(birth_date=born), today=date(2026, 11, 22)) is minor


def test_what_was_not_given_is_not_withdrawn(world):
    with pytest.raises(NotAllowed):
        consents.withdraw(code=PHOTO, person=world.teacher, actor=world.teacher)


def test_a_new_text_asks_again(world, monkeypatch):
    from dataclasses import replace

    consents.give(code=PHOTO, person=world.teacher, actor=world.teacher)
    manifest = registry.get("dummy")
    newer = replace(manifest, consents=(replace(manifest.consents[0], version=2),))
    monkeypatch.setitem(registry.manifests(), "dummy", newer)
    assert not consents.has_consent(PHOTO, world.teacher)
    assert consents.ask(code=PHOTO, person=world.teacher, actor=None)


def test_an_unknown_consent_is_a_mistake_of_ours(world):
    with pytest.raises(KeyError):
        consents.has_consent("dummy.nothing", world.teacher)


def test_the_page_lists_what_was_asked_and_takes_the_answer(world, enter):
    consents.ask(code=PHOTO, person=world.pupil, actor=None)
    client = enter(world.mother)
    path = f"/donnees/?personne={world.pupil.pk}"
    assert "Photo au self" in client.get(path).content.decode()
    given = {"personne": world.pupil.pk, "consentement": PHOTO, "reponse": "oui"}
    assert client.post("/donnees/consentement/", given).status_code == 302
    with school(world.school):
        assert consents.has_consent(PHOTO, world.pupil)
    assert "Retirer mon accord" in client.get(path).content.decode()
    assert enter(world.pupil).post("/donnees/consentement/", given | {"reponse": "retirer"}).status_code == 404

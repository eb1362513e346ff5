"""What families write, and how the school treats it."""

import uuid
from datetime import time, timedelta

import pytest
from django.utils import timezone

from core.errors import Conflict, DomainError, NotAllowed
from core.modules.models import ModuleChoice
from core.notifications.models import Event
from core.people.models import GuardianLink
from core.structure.models import ClassMembership
from modules.liaison import hooks, selectors, services, telling
from modules.liaison.choices import WordState
from modules.liaison.models import Word, WordFile
from modules.liaison.services import WordContent
from tests.modules.liaison.conftest import Cast, last_action, text_file, word_from


def _treat(cast: Cast, word: Word, decision: str = "accepted", **fields) -> list[Word]:
    return services.treat(viewer=cast.viewer(cast.life), word=word, decision=decision, **fields)


def _setting(**settings) -> None:
    ModuleChoice.objects.update_or_create(slug="liaison", defaults={"enabled": True, "settings": settings})


def test_the_same_word_sent_twice_is_one(here: Cast) -> None:
    key = uuid.uuid4()
    assert word_from(here, here.mother, key=key) == word_from(here, here.mother, key=key)
    assert Word.objects.count() == 1


def test_both_guardians_see_what_either_wrote(here: Cast) -> None:
    word = word_from(here, here.mother)
    assert list(selectors.words_of_family(here.viewer(here.father))) == [word]


def test_a_guardian_without_authority_sees_and_writes_nothing(here: Cast) -> None:
    word_from(here, here.mother)
    GuardianLink.objects.filter(guardian=here.father).update(authority="0")
    assert not selectors.words_visible_to(here.viewer(here.father)).exists()
    with pytest.raises(NotAllowed):
        word_from(here, here.father)


def test_a_stranger_writes_nothing_about_the_child(here: Cast) -> None:
    with pytest.raises(NotAllowed):
        word_from(here, here.outsider)


def test_a_school_may_close_the_words_of_families(here: Cast) -> None:
    _setting(words_open=False)
    with pytest.raises(NotAllowed):
        word_from(here, here.mother)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "late"}, "to_time"),
        ({"kind": "leave"}, "from_time"),
        ({"kind": "other"}, "text"),
        ({"starts_on": timezone.localdate() - timedelta(days=60)}, "starts_on"),
        ({"ends_on": timezone.localdate() - timedelta(days=1)}, "ends_on"),
        ({"from_time": time(10), "to_time": time(9)}, "to_time"),
    ],
)
def test_what_is_missing_or_impossible_is_said_beside_its_field(here: Cast, fields, name) -> None:
    with pytest.raises(DomainError) as refused:
        word_from(here, here.mother, **fields)
    assert set(refused.value.fields) == {name}


def test_a_word_is_seen_once(here: Cast) -> None:
    word, viewer = word_from(here, here.mother), here.viewer(here.life)
    assert [services.see_words(viewer=viewer, words=[word]) for _ in range(2)] == [1, 0]
    assert Word.objects.get().state == WordState.SEEN


def test_treating_is_told_to_both_guardians_and_journalled(here: Cast) -> None:
    _treat(here, word_from(here, here.mother))
    event = Event.objects.get(kind="liaison.word_treated")
    told = {person for person, _child in telling.family_of_word(event).pairs()}
    assert (told, last_action()) == ({here.mother.pk, here.father.pk}, "liaison.treat")


def test_refusing_takes_a_reply(here: Cast) -> None:
    with pytest.raises(DomainError):
        _treat(here, word_from(here, here.mother), "refused")


def test_the_same_decision_twice_is_one(here: Cast) -> None:
    word = word_from(here, here.mother)
    for _ in range(2):
        _treat(here, word)
    assert Word.objects.get().steps.count() == 2


def test_what_both_guardians_write_is_shown_and_treated_together(here: Cast) -> None:
    word = word_from(here, here.mother)
    word_from(here, here.father, text="Comme sa mère")
    (day,) = selectors.by_day(selectors.desk(here.viewer(here.life)))
    assert [len(group.words) for group in day.groups] == [2]
    assert len(_treat(here, word, together=True)) == 2
    assert selectors.waiting_count(here.viewer(here.life)) == 0


def test_another_day_is_another_matter(here: Cast) -> None:
    word = word_from(here, here.mother)
    word_from(here, here.father, starts_on=timezone.localdate() + timedelta(days=9))
    assert not selectors.same_as(word).exists()


def test_a_word_is_taken_back_while_nothing_is_decided(here: Cast) -> None:
    word = word_from(here, here.mother)
    services.take_back(viewer=here.viewer(here.mother), word=word)
    assert not selectors.words_visible_to(here.viewer(here.life)).exists()
    with pytest.raises(NotAllowed):
        _treat(here, word)


def test_a_decided_word_is_not_taken_back(here: Cast) -> None:
    word = word_from(here, here.mother)
    _treat(here, word)
    with pytest.raises(Conflict):
        services.take_back(viewer=here.viewer(here.mother), word=word)


def test_only_its_author_takes_a_word_back(here: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.take_back(viewer=here.viewer(here.father), word=word_from(here, here.mother))


@pytest.mark.parametrize(
    ("setting", "main", "sees"),
    [("none", True, False), ("main", False, False), ("main", True, True), ("all", False, True)],
)
def test_teachers_treat_what_the_setting_says(here: Cast, setting: str, main: bool, sees: bool) -> None:
    _setting(teachers_treat=setting)
    if main:
        ClassMembership.objects.create(
            school_class=here.school_class, person=here.teacher, kind=ClassMembership.Kind.MAIN_TEACHER,
            starts_on=here.school_class.year.starts_on,
        )  # fmt: skip
    word = word_from(here, here.mother)
    assert selectors.may_treat(here.viewer(here.teacher), word) is sees
    told = {person for person, _child in telling.treaters_of_word(Event.objects.latest("pk")).pairs()}
    assert (here.teacher.pk in told) is sees
    assert here.life.pk in told


def test_a_certificate_is_for_its_author_and_for_who_treats(here: Cast) -> None:
    services.write_word(
        viewer=here.viewer(here.mother), child=here.pupil, uploads=[text_file("certificat.txt")],
        content=WordContent(kind="sport", starts_on=timezone.localdate()),
    )  # fmt: skip
    stored = WordFile.objects.get().file
    may = {
        name: hooks.file_access(here.viewer(getattr(here, name)), stored)
        for name in ("mother", "father", "life", "teacher", "pupil")
    }
    assert may == {"mother": True, "father": False, "life": True, "teacher": False, "pupil": False}

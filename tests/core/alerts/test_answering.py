"""Answers arrive once, are corrected with their history kept, and tell who is missing until they are found."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.alerts import selectors, services
from core.alerts.models import Alert, Answer, MissingPupil
from core.errors import Conflict, DomainError, NotAllowed
from core.notifications.models import Event


@pytest.fixture
def alert(launch):
    return launch()


def missing(alert):
    return MissingPupil.objects.get(alert=alert)


def test_answer_sent_again_on_a_bad_line_counts_once(alert, answer):
    key = uuid4()
    assert answer(alert, key=key).pk == answer(alert, key=key).pk
    assert Answer.objects.count() == 1


def test_correction_keeps_what_was_said_before(alert, answer, cast):
    answer(alert, word="Salle 12")
    answer(alert, word="Gymnase")
    assert selectors.latest_answer(alert, cast.teacher).word == "Gymnase"
    assert [one.word for one in selectors.history_of(alert, cast.teacher)] == ["Salle 12"]


def test_present_are_all_but_the_missing(alert, answer, cast):
    made = answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    assert (made.present, made.expected) == (1, 2)


def test_missing_pupils_of_other_classes_are_not_taken(alert, answer, cast):
    assert answer(alert, school_class=cast.one, missing=(cast.stranger.pk,)).missing == []


def test_missing_without_a_name_are_counted(alert, answer, cast):
    assert answer(alert, school_class=cast.one, present=1).unnamed == 1


def test_more_pupils_than_the_class_has_are_refused(alert, answer, cast):
    with pytest.raises(DomainError):
        answer(alert, school_class=cast.one, present=3)


def test_pupil_not_named_any_more_is_found(alert, answer, cast):
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    answer(alert, school_class=cast.one)
    assert missing(alert).found_by == cast.teacher


def test_pupil_whom_a_colleague_still_names_is_not_found(alert, answer, cast):
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    answer(alert, "colleague", school_class=cast.one, missing=(cast.pupil.pk,))
    answer(alert, school_class=cast.one)
    assert missing(alert).found_at is None


def test_pupil_found_by_school_life_and_named_anew_is_missing_again(alert, answer, cast):
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    services.found(viewer=cast.viewer("cpe"), row=missing(alert))
    answer(alert, school_class=cast.one)
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    assert missing(alert).found_at is None


def test_found_is_undone(alert, answer, cast):
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    services.found(viewer=cast.viewer("cpe"), row=missing(alert))
    services.lost(viewer=cast.viewer("cpe"), row=missing(alert))
    assert missing(alert).found_at is None


def test_help_is_told_at_once_to_those_who_follow(alert, answer, cast, distribute):
    answer(alert, needs_help=True, word="Salle 12")
    distribute()
    event = Event.objects.get(kind="alerts.help")
    assert set(event.notifications.filter(channel="in_app").values_list("person", flat=True)) == {
        cast.head.pk, cast.cpe.pk,
    }  # fmt: skip


def test_help_said_twice_is_told_once(alert, answer):
    answer(alert, needs_help=True)
    answer(alert, needs_help=True, word="Toujours")
    assert Event.objects.filter(kind="alerts.help").count() == 1


def test_guardian_may_not_answer(alert, answer):
    with pytest.raises(NotAllowed):
        answer(alert, "guardian")


def test_answer_that_was_on_its_way_at_the_end_is_taken(alert, answer, cast):
    services.end(viewer=cast.viewer("head"), alert=alert, text="Fini", key=uuid4())
    assert answer(alert).latest


def test_answer_long_after_the_end_is_refused(alert, answer):
    long_ago = timezone.now() - timedelta(hours=1)
    Alert.objects.update(started_at=long_ago, ended_at=long_ago)
    with pytest.raises(Conflict):
        answer(alert)


def test_class_chosen_last_comes_first(alert, answer, cast):
    from core.structure.models import Subject, TeachingService

    subject = Subject.objects.create(name="Grec d’alerte")
    TeachingService.objects.create(
        teacher=cast.teacher, subject=subject, school_class=cast.other, starts_on=cast.one.year.starts_on
    )
    answer(alert, school_class=cast.other)
    assert selectors.classes_for(cast.viewer("teacher")) == [cast.other, cast.one]


def test_form_of_somebody_else_is_not_taken_for_ones_own(alert, answer):
    key = uuid4()
    answer(alert, key=key)
    with pytest.raises(Conflict):
        answer(alert, "colleague", key=key)

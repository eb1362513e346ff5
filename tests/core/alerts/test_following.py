"""The board and the report: who, how fast, who never, and what was delivered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.alerts import preview, report, selectors, services
from core.alerts.models import Answer, MissingPupil
from core.modules.state import Modules
from tests.factories import make_person


@pytest.fixture
def alert(launch):
    return launch(drill=True)


@pytest.fixture
def board(alert, cast):
    return lambda name="head": selectors.board(cast.viewer(name), alert)


def test_board_tells_who_said_nothing(board, alert, answer, cast):
    answer(alert)
    assert {line.person.pk for line in board().silent} == {
        cast.head.pk, cast.cpe.pk, cast.colleague.pk, cast.clerk.pk,
    }  # fmt: skip


def test_board_gives_a_number_to_call_only_to_who_may_see_it(board, cast):
    type(cast.teacher).objects.filter(pk=cast.teacher.pk).update(phone="0612345678")
    assert "0612345678" in {line.phone for line in board().silent}


def test_board_tells_which_classes_are_not_counted(board, alert, answer, cast):
    answer(alert, school_class=cast.one)
    assert [line.school_class for line in board().waiting] == [cast.other]


def test_board_puts_help_apart(board, alert, answer, cast):
    answer(alert, needs_help=True)
    assert [line.person for line in board().help] == [cast.teacher]


def test_board_has_as_many_queries_for_many_as_for_few(alert, answer, cast, place):
    viewer = cast.viewer("head")
    selectors.board(viewer, alert)
    with CaptureQueriesContext(connection) as few:
        selectors.board(viewer, alert)
    for _number in range(4):
        cast.people["more"] = make_person(place, "teacher")
        answer(alert, "more", school_class=cast.one, missing=(cast.pupil.pk,))
    with CaptureQueriesContext(connection) as many:
        selectors.board(viewer, alert)
    assert len(many) <= len(few) + 1  # the classes of the missing


def test_report_gives_median_and_ninety_percent(alert, answer, cast):
    for seconds, name in ((20, "teacher"), (40, "colleague"), (300, "clerk")):
        made = answer(alert, name)
        Answer.objects.filter(pk=made.pk).update(at=alert.started_at + timedelta(seconds=seconds))
    found = report.of(alert)
    assert (found.median, found.most) == (timedelta(seconds=40), timedelta(seconds=300))


def test_report_names_who_never_answered(alert, answer, cast):
    answer(alert)
    assert cast.teacher not in report.of(alert).silent
    assert cast.clerk in report.of(alert).silent


def test_report_counts_deliveries_by_channel(alert, distribute):
    distribute()
    told = report.of(alert).deliveries[0]
    assert (told.people, told.tallies[0][1].sent) == (10, 10)


def test_report_tells_when_a_missing_pupil_was_found(alert, answer, cast):
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    services.found(viewer=cast.viewer("cpe"), row=MissingPupil.objects.select_related("pupil", "alert").get())
    titles = [entry["title"] for entry in report.of(alert).timeline]
    assert f"Retrouvé\u00a0: {cast.pupil.full_name}" in titles


def test_table_has_a_line_for_each_of_the_staff(alert, answer, cast):
    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    lines = {line[0]: line for line in report.rows(alert)}
    assert lines[cast.teacher.full_name][4:8] == ["6e A", 1, 2, cast.pupil.full_name]
    assert lines[cast.clerk.full_name][2] == "sans réponse"


def test_last_drill_of_each_kind_is_known(alert):
    last = selectors.last_drills()
    assert last["evacuation"] == alert.started_at
    assert last["shelter"] is None


def test_preview_counts_people_and_names_whom_nothing_reaches(place, cast):
    nowhere = make_person(place, "administrative")
    found = preview.of(services.Draft(kind="other", text="Essai", audience="staff"), Modules(place))
    assert (found.people, found.nowhere, found.unreached) == (6, 1, [nowhere])


def test_preview_counts_text_messages_as_they_leave(place, cast, settings):
    settings.SMS_URL = "https://sms.example.org/"
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.update_or_create(slug="notifications", defaults={"settings": {"sms": True}})
    type(cast.teacher).objects.filter(pk=cast.teacher.pk).update(phone="0612345678")
    draft = services.Draft(kind="evacuation", text="Sortez.", drill=True, audience="staff")
    found = preview.of(draft, Modules(place))
    assert (found.sms["recipients"], found.sms["parts"].segments) == (1, 1)


def test_erased_teacher_leaves_no_answer_and_no_name(alert, answer, cast):
    from core.alerts.hooks import erase_person

    answer(alert, school_class=cast.one, missing=(cast.pupil.pk,))
    erase_person(cast.teacher, actor=None)
    alert.refresh_from_db()
    assert cast.teacher.pk not in alert.expected
    assert not Answer.objects.filter(person=cast.teacher).exists()


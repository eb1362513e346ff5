"""Any recipient may report; moderators see that message alone, and decide."""

import pytest
from django.http import Http404

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError
from core.notifications.models import Event
from modules.messaging.models import Copy, Message
from modules.messaging.safety import reports
from tests.modules.messaging.world import copy_of, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(here):
    return make_message(here.pupil, here.brother, here.teacher, subject="Sujet", body="Une menace")


@pytest.fixture
def reported(here, message):
    reports.report(viewer=here.viewer(here.brother), message=message, reason="Il me menace")
    return message


def test_recipient_reports_once(here, reported):
    with pytest.raises(Conflict):
        reports.report(viewer=here.viewer(here.brother), message=reported, reason="Encore")


def test_report_takes_a_reason(here, message):
    with pytest.raises(DomainError):
        reports.report(viewer=here.viewer(here.brother), message=message, reason="  ")


@pytest.mark.parametrize("who", ["pupil", "colleague"])
def test_only_recipients_report(here, message, who):
    with pytest.raises(Http404):
        reports.get_reportable_or_404(here.viewer(getattr(here, who)), message.pk)


def test_moderators_are_told_once_and_without_the_reason(here, reported):
    reports.report(viewer=here.viewer(here.teacher), message=reported, reason="Moi aussi")
    event = Event.objects.get(kind="messaging.reported")
    assert event.data == {"message": reported.pk}


def test_journal_does_not_tell_who_reported(here, reported):
    entry = AuditEntry.objects.get(action="messaging.report")
    assert entry.actor_account_id is None


def test_moderator_sees_the_message_and_a_sentence_of_context(here, reported):
    case = reports.get_case_or_404(here.viewer(here.head), reported.pk)
    assert case.message.body == "Une menace"
    assert "2 personnes" in case.context


def test_messages_that_nobody_reported_stay_closed(here, message):
    with pytest.raises(Http404):
        reports.get_case_or_404(here.viewer(here.head), message.pk)


def test_nobody_judges_their_own_message(here):
    message = make_message(here.head, here.parent)
    reports.report(viewer=here.viewer(here.parent), message=message, reason="x")
    with pytest.raises(Http404):
        reports.get_case_or_404(here.viewer(here.head), message.pk)


def test_removed_message_leaves_every_box_and_search(here, reported):
    reports.remove(viewer=here.viewer(here.head), message=reported)
    assert not Copy.objects.filter(message=reported, hidden=False).exists()
    assert not Message.objects.get(pk=reported.pk).is_readable


def test_restoring_puts_it_back_unread(here, reported):
    reports.remove(viewer=here.viewer(here.head), message=reported)
    reports.restore(viewer=here.viewer(here.head), message=reported)
    copy = copy_of(reported, here.brother)
    assert (copy.hidden, copy.unread, copy.latest) == (False, True, True)


def test_decision_closes_all_reports_and_tells_the_reporters(here, reported):
    reports.report(viewer=here.viewer(here.teacher), message=reported, reason="Moi aussi")
    assert reports.dismiss(viewer=here.viewer(here.head), message=reported) == 2
    event = Event.objects.get(kind="messaging.report_decided")
    assert event.people == sorted([here.brother.pk, here.teacher.pk])


def test_two_moderators_decide_once(here, reported):
    reports.dismiss(viewer=here.viewer(here.head), message=reported)
    with pytest.raises(Conflict):
        reports.remove(viewer=here.viewer(here.head), message=reported)
    assert Message.objects.get(pk=reported.pk).removed_at is None

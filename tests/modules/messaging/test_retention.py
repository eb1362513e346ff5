"""How long mail is kept: the school year and one more, but what somebody has filed."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.privacy.terms import months_before
from modules.messaging import tasks
from modules.messaging.choices import Place
from modules.messaging.models import Conversation, Copy, Draft, Folder, Label, Message, Purge, Report, Suspension
from modules.messaging.safety import retention
from tests.modules.messaging.world import copy_of, make_message

pytestmark = pytest.mark.django_db


def at(year, month, day):
    return timezone.make_aware(datetime(year, month, day, 12))  # noqa: DTZ001 -- made aware at once


@pytest.mark.parametrize(
    ("sent", "kept_until", "gone_on"),
    [
        (at(2025, 10, 1), at(2027, 8, 31), at(2027, 9, 1)),
        (at(2026, 8, 31), at(2027, 8, 31), at(2027, 9, 1)),
        (at(2026, 9, 1), at(2028, 8, 31), at(2028, 9, 1)),
    ],
)
def test_mail_is_kept_to_the_end_of_the_following_school_year(here, sent, kept_until, gone_on):
    make_message(here.teacher, here.parent, at=sent)
    assert not retention.old_copies(months_before(kept_until, 12)).exists()
    assert retention.old_copies(months_before(gone_on, 12)).count() == 2


@pytest.fixture
def old(here):
    return make_message(here.teacher, here.parent, here.colleague, at=at(2023, 10, 1))


def expired():
    return retention.old_copies(months_before(timezone.now(), 12))


def test_what_somebody_has_put_in_a_folder_is_spared_for_them_alone(here, old):
    folder = Folder.objects.create(person=here.parent, name="À garder")
    Copy.objects.filter(person=here.parent).update(folder=folder, place=Place.FOLDER)
    retention.erase_copies(expired())
    assert [copy.person_id for copy in Copy.objects.all()] == [here.parent.pk]
    assert Message.objects.filter(pk=old.pk).exists()


def test_what_somebody_has_labelled_is_spared(here, old):
    Label.objects.create(person=here.parent, name="À garder").conversations.add(old.conversation)
    assert set(expired().values_list("person", flat=True)) == {here.teacher.pk, here.colleague.pk}


def test_message_goes_with_its_last_copy_and_the_conversation_with_it(here, old):
    retention.erase_copies(expired())
    assert not Message.objects.exists()
    assert not Conversation.objects.exists()


def test_newest_that_stays_stands_for_the_conversation(here, old):
    fresh = make_message(here.parent, here.teacher, conversation=old.conversation, answers=old)
    Copy.objects.filter(message=fresh, person=here.teacher).update(at=at(2023, 9, 2))  # as if moved by hand
    Copy.objects.filter(message=old, person=here.teacher).update(latest=False)
    retention.erase_copies(expired().filter(message=old))
    assert copy_of(fresh, here.teacher).latest


def test_reports_and_suspensions_that_last_do_not_grow_old(here, old):
    Report.objects.create(message=old, reporter=here.parent, reason="x", at=at(2023, 10, 2))
    Suspension.objects.create(scope="school", reason="x", since=at(2023, 10, 2))
    assert not retention.old_reports(timezone.now()).exists()
    assert not retention.old_suspensions(timezone.now()).exists()


def test_purged_messages_are_erased_with_their_purge(here):
    ended = at(2023, 2, 1)
    purge = Purge.objects.create(sender=here.pupil, since=at(2023, 1, 1), until=ended, reason="x", at=ended)
    message = make_message(here.pupil, here.teacher, at=at(2023, 1, 15), purge=purge)
    retention.erase_purges(retention.old_purges(months_before(timezone.now(), 12)))
    assert not Message.objects.filter(pk=message.pk).exists()


def test_drafts_that_wait_are_no_old_ones(here):
    for state in ("open", "scheduled", "moderation"):
        Draft.objects.create(author=here.teacher, state=state, updated_at=at(2023, 1, 1))
    assert [draft.state for draft in retention.old_drafts(timezone.now())] == ["open"]


def test_bin_is_emptied_after_the_schools_days(here):
    message = make_message(here.teacher, here.parent)
    thrown = Copy.objects.filter(person=here.parent)
    thrown.update(place=Place.TRASH, trashed_at=timezone.now() - timedelta(days=29))
    tasks.housekeeping()
    assert thrown.exists()
    thrown.update(trashed_at=timezone.now() - timedelta(days=31))
    tasks.housekeeping()
    assert not thrown.exists()
    assert Message.objects.filter(pk=message.pk).exists()


def test_message_that_nobody_has_any_more_is_swept(here, old):
    Copy.objects.all().delete()
    tasks.housekeeping()
    assert not Message.objects.exists()

"""From a draft to copies: what leaves, to whom, and what keeps it."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.modules.models import ModuleChoice
from core.people.models import Person
from modules.messaging.audience.lines import Line, parse
from modules.messaging.choices import DraftState, SuspensionScope
from modules.messaging.models import Attachment, Copy, Draft, Message, Suspension
from modules.messaging.services import drafts, sending
from tests.factories import make_guardian, make_person
from tests.modules.messaging.world import copy_of
from tests.modules.messaging.writing import CLOSED, OPEN, drafted, of_class, readers, send, settle, to

pytestmark = pytest.mark.django_db


# --- Whom it reaches --------------------------------------------------------------------------------------
def test_a_message_reaches_whom_it_names(here):
    assert readers(send(here, here.head, to(here.teacher))) == {here.teacher.pk}


def test_the_draft_is_gone(here):
    send(here, here.head, to(here.teacher))
    assert not Draft.objects.exists()


def test_guardians_of_a_class_get_one_copy_with_all_their_children(here):
    copy = copy_of(send(here, here.teacher, of_class(here, "guardians")), here.parent)
    assert sorted(copy.children) == sorted([here.pupil.pk, here.brother.pk])


def test_a_guardian_found_by_a_child_carries_it(here):
    copy = copy_of(send(here, here.teacher, to(here.parent, child=here.brother.pk)), here.parent)
    assert copy.children == [here.brother.pk]


def test_a_guardian_of_one_child_is_written_to_about_it(here):
    copy = copy_of(send(here, here.head, to(here.outsider)), here.outsider)
    assert len(copy.children) == 1


def test_a_guardian_of_two_who_is_named_alone_is_written_to_about_neither(here):
    assert copy_of(send(here, here.head, to(here.parent)), here.parent).children == []


def test_a_child_that_is_not_theirs_reaches_nobody(here):
    with pytest.raises(DomainError, match="Vous ne pouvez pas écrire"):
        send(here, here.head, to(here.outsider, child=here.pupil.pk))


@pytest.mark.parametrize(("who", "count"), [("pupils", 2), ("guardians", 1), ("teachers", 1)])
def test_a_class_reaches_those_who_are_asked_for(here, who, count):
    assert len(readers(send(here, here.head, of_class(here, who)))) == count


def test_the_guardians_of_a_pupil_are_found(here):
    line = Line(kind="guardians_of", id=here.pupil.pk)
    assert copy_of(send(here, here.teacher, line), here.parent).children == [here.pupil.pk]


def test_the_teachers_of_a_pupil_are_found(here):
    line = Line(kind="teachers_of", id=here.pupil.pk)
    assert readers(send(here, here.parent, line)) == {here.teacher.pk}


def test_the_sender_finds_it_by_the_child_it_is_about(here):
    sent = send(here, here.parent, Line(kind="teachers_of", id=here.pupil.pk))
    assert copy_of(sent, here.parent).children == [here.pupil.pk]


def test_a_role_reaches_all_who_hold_it_but_the_sender(here):
    assert readers(send(here, here.teacher, Line(kind="role", id="teacher"))) == {here.colleague.pk}


def test_who_stands_on_two_lines_gets_one_copy_on_the_more_open(here):
    blind = Line(kind="role", id="teacher", as_="bcc")
    sent = send(here, here.head, blind, to(here.teacher))
    assert (copy_of(sent, here.teacher).line, copy_of(sent, here.colleague).line) == ("to", "bcc")


def test_a_line_keeps_its_words_of_that_day(here):
    assert send(here, here.head, of_class(here, "guardians")).lines[0]["label"] == "Responsables de 5e B"


# --- Whom it may not reach --------------------------------------------------------------------------------
def test_what_the_grid_forbids_is_refused(here):
    with pytest.raises(DomainError):
        send(here, here.pupil, to(here.colleague))


def test_a_name_one_may_not_know_is_not_given_away(here):
    with pytest.raises(DomainError) as refused:
        drafted(here, here.pupil, to(here.outsider))
    assert here.outsider.last_name not in refused.value.message


def test_pupils_do_not_write_to_a_class_in_one_go(here):
    with pytest.raises(DomainError, match="classe"):
        send(here, here.pupil, of_class(here, "pupils"))


def test_without_the_permission_nobody_writes(here):
    choice = ModuleChoice.objects.get(slug="messaging")
    choice.grants = {"write": ["teacher"]}
    choice.save()
    with pytest.raises(NotAllowed):
        send(here, here.parent, to(here.teacher))


def test_a_right_lost_since_the_draft_is_asked_again(here):
    draft = drafted(here, here.parent, to(here.teacher))
    here.school_class.services.all().delete()
    with pytest.raises(DomainError):
        sending.send(viewer=here.viewer(here.parent), draft=draft, now=OPEN)
    assert Draft.objects.get() == draft


def test_a_suspended_person_sends_nothing(here):
    Suspension.objects.create(scope=SuspensionScope.PERSON, person=here.teacher, reason="Compte détourné")
    with pytest.raises(DomainError, match="suspendus"):
        send(here, here.teacher, to(here.parent))


@pytest.mark.parametrize("fields", [{"subject": ""}, {"body": ""}, {"body": "Bonjour {prénom},"}])
def test_what_is_not_whole_does_not_leave(here, fields):
    with pytest.raises(DomainError):
        send(here, here.head, to(here.teacher), **fields)


def test_urgent_takes_the_permission(here):
    with pytest.raises(NotAllowed):
        send(here, here.teacher, to(here.parent), weight="urgent")


# --- Once -------------------------------------------------------------------------------------------------
def test_sent_twice_it_is_one_message(here):
    draft, viewer = drafted(here, here.head, to(here.teacher)), here.viewer(here.head)
    first = sending.send(viewer=viewer, draft=draft, now=OPEN)
    assert sending.send(viewer=viewer, draft=draft, now=OPEN) == first


def test_a_page_that_was_offline_cannot_write_it_again(here):
    key = uuid4()
    send(here, here.head, to(here.teacher), key=key)
    with pytest.raises(Conflict, match="déjà parti"):
        drafted(here, here.head, to(here.teacher), key=key)


def test_a_program_that_repeats_its_key_gets_the_same_message(here):
    fields = {"subject": "Réunion", "body": "Jeudi.", "lines": [to(here.teacher)], "via": "api"}
    key, viewer = uuid4(), here.viewer(here.head)
    first = sending.write_and_send(viewer=viewer, key=key, now=OPEN, **fields)
    assert sending.write_and_send(viewer=viewer, key=key, now=OPEN, **fields) == first
    assert Message.objects.count() == 1


def test_somebody_elses_key_is_refused(here):
    key = uuid4()
    send(here, here.head, to(here.teacher), key=key)
    with pytest.raises(Conflict):
        drafted(here, here.teacher, to(here.head), key=key)


# --- Drafts -----------------------------------------------------------------------------------------------
def test_a_page_that_saves_over_a_newer_one_is_told(here):
    draft, viewer = drafted(here, here.head, to(here.teacher)), here.viewer(here.head)
    drafts.save(viewer=viewer, key=draft.key, version=1, body="Ici.")
    with pytest.raises(Conflict):
        drafts.save(viewer=viewer, key=draft.key, version=1, body="Ailleurs.")
    draft.refresh_from_db()
    assert draft.body == "Ici."


@pytest.mark.parametrize(
    "raw",
    ["{", [{"kind": "planet", "id": 1}], [{"kind": "class", "id": 1}], [{"kind": "person", "id": "1; --"}], [7],
     [{"kind": "role", "id": "king"}], [{"kind": "person", "id": 2**63}], [{"kind": "person", "id": 1, "as": "from"}]],
)  # fmt: skip
def test_nonsense_is_refused_in_words(raw):
    with pytest.raises(DomainError):
        parse(raw)


def test_files_leave_with_the_message(here):
    draft, viewer = drafted(here, here.head, to(here.teacher)), here.viewer(here.head)
    upload = SimpleUploadedFile("plan.txt", "À gauche.".encode())
    drafts.attach(viewer=viewer, draft=draft, upload=upload)
    sent = sending.send(viewer=viewer, draft=draft, now=OPEN)
    assert Attachment.objects.get().message == sent


def test_a_program_in_disguise_is_not_joined(here):
    draft = drafted(here, here.head, to(here.teacher))
    upload = SimpleUploadedFile("photo.png", b"MZ\x90\x00" + b"\0" * 400, "image/png")
    with pytest.raises(DomainError):
        drafts.attach(viewer=here.viewer(here.head), draft=draft, upload=upload)


def test_a_discarded_draft_takes_its_files_along(here):
    draft, viewer = drafted(here, here.head, to(here.teacher)), here.viewer(here.head)
    joined = drafts.attach(viewer=viewer, draft=draft, upload=SimpleUploadedFile("plan.txt", b"A gauche."))
    drafts.discard(viewer=viewer, draft=draft)
    assert not type(joined.file).objects.filter(pk=joined.file_id).exists()


def test_nobody_takes_up_somebody_elses_draft(here):
    draft = drafted(here, here.head, to(here.teacher))
    with pytest.raises(DomainError):
        drafts.discard(viewer=here.viewer(here.teacher), draft=draft)


# --- What is kept of it -----------------------------------------------------------------------------------
def test_a_message_to_a_class_is_in_the_journal(here):
    send(here, here.teacher, of_class(here, "guardians"))
    assert AuditEntry.objects.filter(action="messaging.send").count() == 1


def test_one_to_a_person_is_not(here):
    send(here, here.teacher, to(here.parent))
    assert not AuditEntry.objects.filter(action="messaging.send").exists()


def test_what_was_sent_is_among_the_senders_own(here):
    sent = send(here, here.head, to(here.teacher))
    assert (copy_of(sent, here.head).place, copy_of(sent, here.head).unread) == ("sent", False)


def test_many_take_no_more_statements_than_few(here):
    _statements(here)  # what is read once a process
    few = _statements(here)
    for _n in range(40):
        make_guardian(here.establishment, here.pupil, make_person(here.establishment, "guardian"))
    assert _statements(here) <= few


def _statements(here):
    draft, viewer = drafted(here, here.head, of_class(here, "guardians")), here.viewer(here.head)
    assert viewer.can("messaging.write")
    with CaptureQueriesContext(connection) as seen:
        sending.send(viewer=viewer, draft=draft, now=OPEN)
    return len(seen)


def test_a_moderated_word_waits(here):
    settle(watched_words="nul", moderated=["pupil"])
    waiting = send(here, here.pupil, to(here.teacher), body="C’est nul.")
    assert (waiting.state, Copy.objects.count()) == (DraftState.MODERATION, 0)


def test_what_a_moderator_lets_go_leaves(here):
    settle(watched_words="nul", moderated=["pupil"])
    waiting = send(here, here.pupil, to(here.teacher), body="C’est nul.")
    assert readers(sending.release(draft=waiting, now=OPEN)) == {here.teacher.pk}


def test_what_was_let_go_and_held_by_the_hours_is_not_read_twice(here):
    settle(watched_words="nul", moderated=["pupil"])
    waiting = send(here, here.pupil, to(here.teacher), body="C’est nul.")
    held = sending.release(draft=waiting, now=CLOSED)
    assert held.state == DraftState.HELD
    sending.deliver_due(now=held.send_at)
    assert Message.objects.count() == 1


def test_a_person_who_left_is_written_to_no_more(here):
    draft = drafted(here, here.head, to(here.teacher))
    Person.objects.filter(pk=here.teacher.pk).update(left_on=OPEN.date())
    with pytest.raises(DomainError):
        sending.send(viewer=here.viewer(here.head), draft=draft, now=OPEN)

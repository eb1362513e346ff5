"""Who hears of a message, what is called back, who is reminded, and what answers for those who are away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import DomainError
from core.modules.state import Modules
from core.notifications import relay
from core.notifications.expansion import recipients_of
from core.notifications.models import Event, Notification
from core.notifications.rules import rule_of
from core.people.choices import Authority
from core.people.models import GuardianLink
from modules.messaging.choices import Place
from modules.messaging.models import Copy, Correspondent, Message, Template
from modules.messaging.services import recall, reminders, templates
from tests.modules.messaging.world import copy_of
from tests.modules.messaging.writing import of_class, send, settle, to

pytestmark = pytest.mark.django_db


def tell(here):
    Event.objects.update(due_at=timezone.now())
    relay.drain(Modules(here.establishment), until=timezone.now() + timedelta(seconds=20))


def told(person, kind="messaging.received", **fields):
    return list(Notification.objects.filter(person=person, event__kind=kind, channel="in_app", **fields))


def audience(here, kind="messaging.received"):
    """Whom the event is for when it is asked again, as (person, child)."""
    event = Event.objects.get(kind=kind)
    return set(recipients_of(event, rule_of(Modules(here.establishment), kind)).pairs())


# --- Telling ----------------------------------------------------------------------------------------------
def test_recipients_are_told_and_the_sender_is_not(here):
    send(here, here.head, to(here.teacher))
    tell(here)
    assert (len(told(here.teacher)), told(here.head)) == (1, [])


def test_a_guardian_is_told_about_the_children(here):
    send(here, here.teacher, of_class(here, "guardians"))
    tell(here)
    (row,) = told(here.parent)
    assert sorted(row.children) == sorted([here.pupil.pk, here.brother.pk])


def test_one_event_whatever_their_number(here):
    send(here, here.head, of_class(here, "guardians"), to(here.teacher))
    assert Event.objects.filter(kind="messaging.received").count() == 1


def test_nothing_of_the_message_leaves_with_the_event(here):
    send(here, here.head, to(here.teacher), subject="Convocation", body="Le secret.")
    words = str(Event.objects.get().data)
    assert ("Convocation" in words, "secret" in words) == (False, False)


def test_its_words_go_along_where_the_school_says_so(here):
    settle(mail_text=True)
    send(here, here.head, to(here.teacher), body="Le car part à **8 h**.")
    assert "Le car part à 8 h." in Event.objects.get().data["text"]


def test_who_has_read_it_is_not_told_any_more(here):
    sent = send(here, here.head, to(here.teacher))
    Copy.objects.filter(message=sent, person=here.teacher).update(read_at=timezone.now())
    assert audience(here) == set()


def test_who_lost_authority_is_not_told_any_more(here):
    send(here, here.teacher, of_class(here, "guardians"))
    GuardianLink.objects.filter(child=here.pupil).update(authority=Authority.CONTACT)
    assert audience(here) == {(here.parent.pk, here.brother.pk)}


def test_who_lost_all_authority_is_not_told_at_all(here):
    send(here, here.head, to(here.parent))
    GuardianLink.objects.filter(guardian=here.parent).update(ends_on=timezone.localdate())
    assert audience(here) == set()


def test_urgent_is_a_kind_of_its_own(here):
    send(here, here.head, to(here.teacher), weight="urgent")
    tell(here)
    assert len(told(here.teacher, "messaging.received_urgent")) == 1


# --- Recalling --------------------------------------------------------------------------------------------
def recalled(here, message, by=None):
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now())
    message.refresh_from_db()
    return recall.recall(viewer=here.viewer(by or here.head), message=message)


def test_a_recalled_message_is_read_by_nobody(here):
    sent = recalled(here, send(here, here.head, to(here.teacher)))
    assert (sent.is_readable, copy_of(sent, here.teacher).unread) == (False, False)


def test_it_is_gone_from_the_bell(here):
    sent = send(here, here.head, to(here.teacher))
    tell(here)
    recalled(here, sent)
    assert told(here.teacher, state="unread") == []


def test_its_words_are_gone_from_what_was_told(here):
    settle(mail_text=True)
    recalled(here, send(here, here.head, to(here.teacher)))
    assert Event.objects.get().data["text"] == ""


def test_whoever_hears_late_hears_nothing(here):
    recalled(here, send(here, here.head, to(here.teacher)))
    assert audience(here) == set()


def test_recalling_is_in_the_journal(here):
    recalled(here, send(here, here.head, to(here.teacher)))
    assert AuditEntry.objects.filter(action="messaging.recall").count() == 1


def test_after_its_time_a_message_stays(here):
    sent = send(here, here.head, to(here.teacher))
    Message.objects.update(sent_at=timezone.now() - timedelta(minutes=61))
    sent.refresh_from_db()
    with pytest.raises(DomainError, match="60 minutes"):
        recall.recall(viewer=here.viewer(here.head), message=sent)


def test_only_the_sender_recalls(here):
    with pytest.raises(DomainError):
        recalled(here, send(here, here.head, to(here.teacher)), by=here.teacher)


# --- Reminding --------------------------------------------------------------------------------------------
def remind(here, message):
    return reminders.remind(viewer=here.viewer(here.head), message=message)


def test_those_who_have_not_read_are_reminded(here):
    sent = send(here, here.head, to(here.teacher), to(here.colleague))
    Copy.objects.filter(message=sent, person=here.colleague).update(read_at=timezone.now())
    assert remind(here, sent) == 1
    assert audience(here, "messaging.reminder") == {(here.teacher.pk, None)}


def test_who_read_and_did_not_confirm_is_reminded(here):
    sent = send(here, here.head, to(here.teacher), asks_receipt=True)
    Copy.objects.filter(message=sent).update(read_at=timezone.now())
    remind(here, sent)
    assert audience(here, "messaging.reminder") == {(here.teacher.pk, None)}


def test_once_an_hour(here):
    sent = send(here, here.head, to(here.teacher))
    remind(here, sent)
    with pytest.raises(DomainError, match="Recommencez"):
        remind(here, sent)


def test_nobody_is_reminded_of_what_all_have_read(here):
    sent = send(here, here.head, to(here.teacher))
    Copy.objects.filter(message=sent).update(read_at=timezone.now())
    with pytest.raises(DomainError):
        remind(here, sent)


# --- Answering for those who are away ---------------------------------------------------------------------
@pytest.fixture
def away(here):
    today = timezone.localdate()
    return Correspondent.objects.create(
        person=here.teacher, away_from=today, away_until=today + timedelta(days=7),
        away_text="Je suis en voyage scolaire.", substitute=here.colleague,
    )  # fmt: skip


def automatic():
    return Message.objects.filter(automatic=True)


def test_the_sender_is_answered(here, away):
    send(here, here.parent, to(here.teacher))
    made = automatic().get()
    assert made.body.startswith("Je suis en voyage scolaire.")
    assert copy_of(made, here.parent).unread


def test_it_names_the_substitute(here, away):
    send(here, here.parent, to(here.teacher))
    assert here.colleague.full_name in automatic().get().body


def test_once_for_each_absence(here, away):
    for _n in range(2):
        send(here, here.parent, to(here.teacher))
    assert automatic().count() == 1


def test_two_who_are_away_do_not_answer_each_other(here, away):
    today = timezone.localdate()
    Correspondent.objects.create(person=here.colleague, away_from=today, away_until=today, away_text="Moi aussi.")
    send(here, here.colleague, to(here.teacher))
    assert automatic().count() == 1


def test_the_conversation_stays_unread_for_who_is_away(here, away):
    sent = send(here, here.parent, to(here.teacher))
    latest = Copy.objects.get(conversation=sent.conversation, person=here.teacher, latest=True)
    assert (latest.unread, latest.place) == (True, Place.INBOX)


def test_copies_are_not_answered(here, away):
    send(here, here.head, to(here.parent), to(here.teacher, as_="cc"))
    assert not automatic().exists()


def test_many_recipients_are_not_answered_for(here, away, monkeypatch):
    monkeypatch.setattr("modules.messaging.services.answering.FEW", 1)
    send(here, here.head, to(here.parent), to(here.teacher))
    assert not automatic().exists()


def test_nobody_is_notified_of_it(here, away):
    send(here, here.parent, to(here.teacher))
    assert Event.objects.count() == 1


def test_it_counts_for_no_limit(here, away):
    settle(staff_hourly=1)
    send(here, here.parent, to(here.teacher))
    assert isinstance(send(here, here.teacher, to(here.parent)), Message)


# --- Templates --------------------------------------------------------------------------------------------
def filled(here, body, *lines):
    template = Template(name="Modèle", subject="", body=body)
    return templates.fill(viewer=here.viewer(here.head), template=template, lines=lines)


def test_fields_are_filled_from_what_is_the_same_for_all(here):
    done = filled(here, "{établissement}, {classe}, {expéditeur}", of_class(here, "guardians"))
    assert done.body == f"Lycée du Grand-Préau, 5e B, {here.head.full_name}"


def test_a_first_name_is_filled_for_one_child(here):
    assert filled(here, "{prénom}", to(here.parent, child=here.pupil.pk)).body == "Léa"


def test_for_many_it_stays_and_is_said(here):
    assert filled(here, "Bonjour {prénom}", of_class(here, "pupils")).missing == ("{prénom}",)


def test_other_braces_are_left_alone(here):
    assert filled(here, "{x} {2}").body == "{x} {2}"


def test_templates_of_the_school_take_the_permission(here):
    with pytest.raises(DomainError):
        templates.keep(viewer=here.viewer(here.teacher), name="A", subject="", body="B", of_school=True)


def test_ones_own_do_not(here):
    made = templates.keep(viewer=here.viewer(here.teacher), name="A", subject="", body="B")
    assert made.person == here.teacher


def test_one_name_serves_once(here):
    viewer = here.viewer(here.teacher)
    templates.keep(viewer=viewer, name="Retard", subject="", body="B")
    with pytest.raises(DomainError, match="déjà"):
        templates.keep(viewer=viewer, name="retard", subject="", body="B")



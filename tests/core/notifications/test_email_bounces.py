"""Mails that come back: what is read of a report, and what it changes."""

import io
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from core.notifications import reasons
from core.notifications.channels.email import EmailSender, bounces
from core.notifications.models import AddressTrouble
from tenants.schemas.context import school
from tests.core.notifications.mailbox import make_message

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.example.org
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

{original}--b--
"""
ORIGINAL = """\
--b
Content-Type: text/rfc822-headers

Message-ID: {id}
To: mere@example.org
Subject: x

"""


@pytest.fixture
def sent(inbox, lycee_a, world):
    """The Message-ID and the envelope's sender of a mail that left."""
    with EmailSender() as sender:
        sender.send(make_message(lycee_a, world.mother))
    return SimpleNamespace(id=inbox.mail["Message-ID"], sender=inbox.senders[0])


def report(sent, *, to="ne-pas-repondre@localhost", action="failed", status="5.1.1", original=True, address=None):
    part = ORIGINAL.format(id=sent.id) if original else ""
    text = REPORT.format(to=to, action=action, status=status, original=part, address=address or "mere@example.org")
    return text.encode()


def receive(raw, monkeypatch, **options):
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("receive_bounce", stdout=out, **options)
    return out.getvalue()


def troubles(establishment):
    with school(establishment):
        return [(t.person_id, t.address, t.reason, t.count) for t in AddressTrouble.objects.all()]


def test_a_report_marks_the_address_in_its_school(sent, lycee_a, world, monkeypatch):
    assert receive(report(sent), monkeypatch).startswith("noted: 0679981K")
    assert troubles(lycee_a) == [(world.mother.pk, "mere@example.org", reasons.BOUNCED, 1)]


def test_a_second_report_counts(sent, lycee_a, monkeypatch):
    receive(report(sent), monkeypatch)
    receive(report(sent), monkeypatch)
    assert [count for *_rest, count in troubles(lycee_a)] == [2]


def test_after_a_report_nothing_more_goes_there(sent, inbox, lycee_a, world, monkeypatch):
    receive(report(sent), monkeypatch)
    with EmailSender() as sender:
        assert sender.send(make_message(lycee_a, world.mother)).reason == reasons.BOUNCED
    assert len(inbox.raw) == 1


def test_a_report_without_the_original_is_known_by_its_return_path(inbox, lycee_a, world, monkeypatch, settings):
    settings.MAIL_RETURNS = "retours@ent.example.fr"
    with EmailSender() as sender:
        sender.send(make_message(lycee_a, world.mother))
    sent = SimpleNamespace(id="", sender=inbox.senders[0])
    receive(report(sent, to=sent.sender, original=False), monkeypatch)
    assert troubles(lycee_a) == [(world.mother.pk, "mere@example.org", reasons.BOUNCED, 1)]


def test_the_mail_server_may_tell_the_return_path(inbox, lycee_a, world, monkeypatch, settings):
    settings.MAIL_RETURNS = "retours@ent.example.fr"
    with EmailSender() as sender:
        sender.send(make_message(lycee_a, world.mother))
    sent = SimpleNamespace(id="", sender=inbox.senders[0])
    receive(report(sent, original=False), monkeypatch, recipient=sent.sender)
    assert len(troubles(lycee_a)) == 1


def test_a_full_mailbox_is_noted_and_stops_nothing(sent, inbox, lycee_a, world, monkeypatch):
    receive(report(sent, status="5.2.2"), monkeypatch)
    assert [reason for _who, _where, reason, _count in troubles(lycee_a)] == [reasons.REFUSED]
    with EmailSender() as sender:
        assert sender.send(make_message(lycee_a, world.mother)) is None


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_no_failure_changes_nothing(sent, lycee_a, monkeypatch, action):
    assert receive(report(sent, action=action), monkeypatch).startswith("passed over")
    assert troubles(lycee_a) == []


def test_a_forged_reference_changes_nothing(sent, lycee_a, monkeypatch):
    forged = SimpleNamespace(id=sent.id.replace(".0679981k.", ".0579982r."))
    receive(report(forged), monkeypatch)
    assert troubles(lycee_a) == []


@pytest.mark.parametrize("raw", [b"", b"Bonjour", b"\xff\xfe\x00" * 1000, b"Content-Type: multipart/report;\n\n--x"])
def test_whatever_is_read_it_ends_well(raw, monkeypatch):
    assert receive(raw, monkeypatch).startswith("passed over")


def test_an_answer_of_a_person_changes_nothing(sent, lycee_a, monkeypatch):
    mail = EmailMessage()
    mail["Subject"], mail["In-Reply-To"] = "Je suis absent", sent.id
    mail.set_content("Je reviens lundi.")
    assert receive(mail.as_bytes(), monkeypatch).startswith("passed over")


def test_a_report_for_somebody_erased_is_passed_over(sent, lycee_a, world, monkeypatch):
    found = bounces.read(report(sent))
    assert bounces.note(bounces.Bounce(type(found.reference)("0679981K", 999_999), "x@example.org", "5.1.1")) is None

"""Answers by e-mail: what real mail programs send, what machines send, and what people send on purpose."""

import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress

from core.modules.state import Modules
from core.notifications.models import Event
from modules.messaging.bridge import addresses, receiving
from modules.messaging.bridge.outcome import Outcome
from modules.messaging.bridge.quoting import own_words
from modules.messaging.bridge.telling import address_for
from modules.messaging.models import Attachment, Message
from tenants.schemas.context import region, school
from tenants.suspensions.models import RegionalSuspension
from tests.modules.messaging.world import make_message
from tests.modules.messaging.writing import settle

pytestmark = pytest.mark.django_db
ADDRESS = "sophie.petit@example.org"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def place(cast, settings):
    """The parent has a verified address, the school wants answers by e-mail, at all hours."""
    settings.MAIL_REPLIES = "reponses@ent.example.fr"
    with region():
        EmailAddress.objects.create(user_id=cast.parent.account_id, email=ADDRESS, verified=True, primary=True)
    with school(cast.establishment):
        settle(mail_replies=True, hold=False, night_closed=[])
    return cast


@pytest.fixture
def message(place):
    with school(place.establishment):
        return make_message(place.teacher, place.parent, place.colleague, subject="Sortie")


@pytest.fixture
def to(place, message):
    return addresses.reply_address(place.establishment.uai, message.pk, place.parent.pk)


def mail(to, text="Merci, c’est noté.", **headers):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Sophie Petit <{ADDRESS}>", to, "Re: Sortie"
    made["Message-ID"] = "<1@example.org>"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def receive(made) -> Outcome:
    return receiving.receive(bytes(made) if isinstance(made, EmailMessage) else made)


def replies(place, message):
    with school(place.establishment):
        return list(Message.objects.filter(answers=message))


def test_answer_becomes_a_reply_to_the_sender(place, message, to):
    assert receive(mail(to)).code == os.EX_OK
    reply = replies(place, message)[0]
    assert (reply.body, reply.via, reply.recipients) == ("Merci, c’est noté.", "email", 1)


def test_same_mail_twice_is_one_reply(place, message, to):
    for _ in "ab":
        receive(mail(to))
    assert len(replies(place, message)) == 1


@pytest.mark.parametrize("sender", ["autre@example.org", f"{ADDRESS}, autre@example.org", "", "x"])
def test_only_the_verified_address_of_the_account_is_believed(place, message, to, sender):
    assert receive(mail(to, From=sender)).code == os.EX_NOPERM


def test_unverified_address_is_refused(place, message, to):
    with region():
        EmailAddress.objects.update(verified=False)
    assert receive(mail(to)).code == os.EX_NOPERM


def test_two_senders_are_nobody(place, message, to):
    raw = bytes(mail(to)).replace(b"From:", b"From: autre@example.org\nFrom:", 1)
    assert receive(raw).code == os.EX_NOPERM


def test_address_of_another_message_cannot_be_made(place, message, to):
    forged = to.replace(f".{message.pk}.", f".{message.pk + 1}.")
    assert receive(mail(forged)).code == os.EX_NOUSER


def test_address_of_another_person_cannot_be_made(place, message, to):
    assert receive(mail(to.replace(f".{place.parent.pk}.", f".{place.colleague.pk}."))).code == os.EX_NOUSER


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<liste.example.org>"},
        {"Return_Path": "<>"},
        {"From": "MAILER-DAEMON@example.org"},
        {"Subject": "Réponse automatique : Sortie"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_machines_are_passed_over_without_an_answer(place, message, to, headers):
    assert receive(mail(to, **headers)).code == os.EX_OK
    assert replies(place, message) == []


def test_delivery_report_is_passed_over(place, message, to):
    raw = f"From: x@example.org\nTo: {to}\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    assert receive(raw.encode()).code == os.EX_OK
    assert replies(place, message) == []


def test_off_is_said(place, message, to):
    with school(place.establishment):
        settle(mail_replies=False)
    assert receive(mail(to)).code == os.EX_UNAVAILABLE


def test_nothing_is_offered_unless_the_school_wants_it(place, message, settings):
    with school(place.establishment):
        event = Event(kind="messaging.received", data={"message": message.pk})
        assert addresses.read(address_for(event, place.parent, Modules(place.establishment)))
        settle(mail_replies=False)
        assert address_for(event, place.parent, Modules(place.establishment)) == ""
        settle(mail_replies=True)
        settings.MAIL_REPLIES = ""
        assert address_for(event, place.parent, Modules(place.establishment)) == ""


def test_suspension_holds_for_mail(place, message, to):
    with region():
        RegionalSuspension.objects.create(scope="all", reason="Attaque en cours")
    outcome = receive(mail(to))
    assert (outcome.code, "Attaque en cours" in outcome.sentence) == (os.EX_NOPERM, True)


def test_limits_hold_for_mail(place, message, to):
    with school(place.establishment):
        settle(guardian_hourly=1)
    receive(mail(to))
    assert receive(mail(to, Message_ID="<2@example.org>")).code == os.EX_NOPERM


def test_recalled_message_takes_no_answer(place, message, to):
    with school(place.establishment):
        Message.objects.update(recalled_at=message.sent_at)
    assert receive(mail(to)).code == os.EX_NOPERM


def test_person_who_left_answers_nothing(place, message, to):
    with school(place.establishment):
        type(place.parent).objects.filter(pk=place.parent.pk).update(left_on="2026-10-01")
    assert receive(mail(to)).code == os.EX_NOPERM


# --- What is in a mail -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "quoted",
    [
        "Le lun. 23 nov. 2026 à 14:05, Collège Molière <x@y.fr>\na écrit :\n> Bonjour",
        "On Mon, Nov 23, 2026 at 2:05 PM College <x@y.fr> wrote:\n\n> Bonjour",
        "-----Message d'origine-----\nDe : Collège",
        "________________________________\nDe : Collège",
        "De : Collège Molière <x@y.fr>\nEnvoyé : lundi 23 novembre 2026\nÀ : Sophie",
        "-- \nSophie Petit\n06 00 00 00 00",
        "Envoyé de mon iPhone\n\n> Bonjour",
        "> Bonjour\n> à tous",
    ],
)
def test_what_is_quoted_is_left_out(quoted):
    assert own_words(f"D’accord pour jeudi.\nSophie\n\n{quoted}") == "D’accord pour jeudi.\nSophie"


def test_words_about_what_somebody_wrote_stay():
    text = "Le professeur a écrit : venez à 8 h.\nC’est bien cela ?"
    assert own_words(text) == text


def test_html_alone_is_read_as_text(place, message, to):
    made = mail(to)
    made.set_content("<p>Oui&nbsp;<b>merci</b></p><script>x()</script><blockquote>Cité</blockquote>", subtype="html")
    receive(made)
    assert replies(place, message)[0].body == "Oui merci"


@pytest.mark.parametrize("charset", ["iso-8859-1", "x-unknown", "utf-8"])
def test_wrong_encodings_are_read_as_far_as_can_be(place, message, to, charset):
    head = f"From: {ADDRESS}\nTo: {to}\nContent-Type: text/plain; charset={charset}\n\n"
    assert receive(head.encode() + "Déjà reçu".encode("latin-1")).code == os.EX_OK
    assert replies(place, message)[0].body == "Déjà reçu"


def test_file_goes_along(place, message, to):
    made = mail(to)
    made.add_attachment(PDF, maintype="application", subtype="pdf", filename="Autorisation.pdf")
    assert receive(made).code == os.EX_OK
    with school(place.establishment):
        assert Attachment.objects.get().file.name == "Autorisation.pdf"


def test_dangerous_file_refuses_the_whole(place, message, to):
    made = mail(to)
    made.add_attachment(b"MZ\x90\x00" + b"\x00" * 200, maintype="application", subtype="pdf", filename="facture.pdf")
    assert receive(made).code == os.EX_NOPERM
    assert replies(place, message) == []


def test_empty_answer_is_said(place, message, to):
    assert receive(mail(to, text="> cité seulement\n")).code == os.EX_DATAERR


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * 3000,
        b"Subject: =?utf-8?q?" + b"=FF" * 500 + b"?=\n\nx",
    ],
    ids=["empty", "binary", "parts within parts", "broken header"],
)
def test_nonsense_ends_with_a_sentence(raw):
    outcome = receive(raw)
    assert outcome.code in (os.EX_DATAERR, os.EX_NOUSER)
    assert outcome.sentence


def test_huge_mail_is_refused_unread(monkeypatch):
    monkeypatch.setattr("modules.messaging.bridge.reading.LIMIT", 100)
    assert receive(b"x" * 101).code == os.EX_DATAERR


def test_command_ends_with_the_code_of_the_mail_servers():
    """As Postfix calls it: nothing but standard input, the recipient and the exit code."""
    ended = subprocess.run(
        [sys.executable, "manage.py", "receive_mail", "--recipient", "reponses@ent.example.fr"],
        input=b"From: a@b.fr\n\nBonjour", capture_output=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert (ended.returncode, ended.stdout.decode().strip()) == (67, "Cette adresse de réponse n’existe pas.")


def test_notification_bears_the_address_and_says_so(place, message):
    from uuid import uuid4

    from core.modules.contract import Channel
    from core.notifications.channels.email.composing import compose
    from core.notifications.messages import Message as Mail
    from core.notifications.models import Notification
    from core.notifications.wording import items_of

    with school(place.establishment):
        event = Event.objects.create(
            kind="messaging.received", importance="normal",
            data={"message": message.pk, "sender": "Anne Keller", "text": ""}, url="/messagerie/",
        )  # fmt: skip
        row = Notification.objects.create(
            event=event, person=place.parent, channel="email", state="waiting", due_at=event.due_at
        )
        items = items_of([row], Modules(place.establishment))
        told = Mail(
            id=uuid4(), channel=Channel.EMAIL, person=place.parent, establishment=place.establishment,
            items=tuple(items),
        )  # fmt: skip
        made = compose(told, ADDRESS, Modules(place.establishment))
    assert addresses.read(made.message()["Reply-To"])
    assert "Vous pouvez répondre" in made.body

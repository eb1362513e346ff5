"""Mails that leave: to whom, with which headers, and how they read."""

import smtplib
import socket
from dataclasses import replace
from email.utils import parseaddr
from uuid import UUID

import pytest

from core.modules.contract import Frequency
from core.notifications import reasons
from core.notifications.channels.email import EmailSender
from core.notifications.channels.email.composing import WIDTH
from core.notifications.models import AddressTrouble
from core.people.models import Person
from tenants.schemas.context import school
from tests.core.notifications.mailbox import make_message, make_row
from tests.factories import make_person

pytestmark = pytest.mark.django_db

HOSTILE = [
    "Sujet\r\nBcc: tous@example.org",
    "Sujet\nX-Injected: 1",
    "Ligne\u2028séparée\u2029deux fois",
    "\x07\x1b[31mrouge",
    "abc\u202egnp.exe",
    "<script>alert(1)</script><b>gras</b>",
    "&lt;déjà&gt; 'cité' \"deux fois\"",
    "%(title)s %s %%",
    "🎒👨‍👩‍👧‍👦 École 🇫🇷" * 40,
    "اجتماع أولياء الأمور يوم الخميس",
    "x" * 3000,
    "mot " * 1000,
    "=?utf-8?q?pi=C3=A9g=C3=A9?=",
    "",
]


@pytest.fixture
def mother(world):
    return world.mother


@pytest.fixture
def send(lycee_a):
    """`failure = send(person, row, …, frequency=…)`"""

    def _send(person, *rows, **facts):
        with EmailSender() as sender:
            return sender.send(make_message(lycee_a, person, *rows, **facts))

    return _send


@pytest.fixture
def row(lycee_a):
    def _row(person, **facts):
        with school(lycee_a):
            return make_row(person, **facts)

    return _row


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def html_of(mail):
    return mail.get_body(("html",)).get_content()


# --- Where it goes ----------------------------------------------------------------------------------------
def test_a_mail_goes_to_the_persons_address(inbox, send, mother):
    assert send(mother) is None
    assert inbox.mail["To"] == "mere@example.org"


def test_without_an_own_address_it_goes_to_the_accounts(inbox, send, world):
    send(world.teacher, account_email="prof@example.org")
    assert inbox.mail["To"] == "prof@example.org"


@pytest.mark.parametrize("address", ["", "sans-arobase", "a@b@c", "é@example.org", "x@example.org\nBcc: y@example.org"])
def test_without_a_usable_address_nothing_leaves(inbox, send, world, lycee_a, address):
    with school(lycee_a):
        Person.objects.filter(pk=world.teacher.pk).update(email=address)
    failure = send(world.teacher)
    assert (failure.reason, failure.final, inbox.raw) == (reasons.NO_ADDRESS, True, [])


def test_one_connection_serves_a_batch(inbox, world, lycee_a):
    with EmailSender() as sender:
        for person in (world.mother, world.father, world.other_parent):
            sender.send(make_message(lycee_a, person))
    assert (len(inbox.raw), len(inbox.sessions)) == (3, 1)


# --- Subject ----------------------------------------------------------------------------------------------
def test_the_subject_names_the_child_and_the_thing(inbox, send, row, mother, world):
    send(mother, row(mother, children=[world.pupil]))
    assert inbox.mail["Subject"] == f"{world.pupil.first_name}\u00a0: Sortie au musée jeudi"


def test_something_urgent_says_so_first(inbox, send, row, mother, world):
    send(mother, row(mother, importance="urgent", children=[world.pupil]))
    assert inbox.mail["Subject"].startswith("Urgent – ")
    assert inbox.mail["Importance"] == "high"


def test_urgent_is_said_once(inbox, send, row, mother):
    send(mother, row(mother, kind="news.urgent", importance="urgent"))
    assert inbox.mail["Subject"].casefold().count("urgent") == 1


def test_several_make_a_digest(inbox, send, row, mother):
    send(mother, *(row(mother, title=f"Titre {n}") for n in range(4)), frequency=Frequency.DAILY)
    assert inbox.mail["Subject"] == "Votre récapitulatif\u00a0: 4 nouvelles"


# --- Headers ----------------------------------------------------------------------------------------------
def test_the_sender_bears_the_schools_name(inbox, send, mother, lycee_a, settings):
    send(mother)
    name, address = parseaddr(str(inbox.mail["From"]))
    assert name == lycee_a.display_name
    assert address == parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def test_the_message_id_is_the_same_at_every_attempt(inbox, send, row, mother):
    one, number = row(mother), UUID(int=5)
    send(mother, one, id=number)
    send(mother, one, id=number)
    first, second = inbox.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_machines_are_asked_not_to_answer(inbox, send, mother):
    send(mother)
    assert inbox.mail["Auto-Submitted"] == "auto-generated"


def test_the_envelope_tells_for_whom_a_return_is(inbox, send, mother, settings):
    settings.MAIL_RETURNS = "retours@ent.example.fr"
    send(mother)
    assert inbox.senders[0].startswith("retours+0679981k.")
    assert inbox.senders[0].endswith("@ent.example.fr")


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_no_title_adds_a_header_or_breaks_the_mail(inbox, send, row, mother, title):
    send(mother, row(mother, title=title))
    mail = inbox.mail
    assert {"bcc", "x-injected"}.isdisjoint(name.lower() for name in mail)
    assert len(mail["Subject"]) <= 140
    assert not set(mail["Subject"]) & set("\r\n\u202e\u2028\x00\x1b")
    assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("name", HOSTILE[:-1], ids=range(len(HOSTILE) - 1))
def test_no_name_adds_a_header(inbox, send, row, mother, world, lycee_a, name):
    with school(lycee_a):
        Person.objects.filter(pk__in=[mother.pk, world.pupil.pk]).update(first_name=name[:100])
    send(mother, row(mother, children=[world.pupil]))
    assert {"bcc", "x-injected"}.isdisjoint(header.lower() for header in inbox.mail)


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_html_in_a_title_is_text(inbox, send, row, mother, title):
    send(mother, row(mother, title=title))
    assert "<script" not in html_of(inbox.mail)
    assert "<b>" not in html_of(inbox.mail)


# --- How it reads -----------------------------------------------------------------------------------------
def test_both_forms_say_school_thing_day_and_link(inbox, send, mother):
    send(mother)
    for content in (text_of(inbox.mail), html_of(inbox.mail)):
        for words in ("Lycée du Grand-Préau", "Sortie au musée jeudi", "Lundi 23\u00a0novembre à 12:05",
                      "http://lycee-a.localhost", "/actualites/12/", "Lire l’actualité"):  # fmt: skip
            assert words in content


def test_both_forms_say_why_one_receives_it(inbox, send, row, mother, world):
    send(mother, row(mother, children=[world.pupil]))
    for content in (" ".join(text_of(inbox.mail).split("\n")), html_of(inbox.mail)):
        assert f"{mother.full_name}, responsable de {world.pupil.first_name}" in content
        assert "Une actualité vous est adressée" in content
        assert "/notifications/preferences/" in content


def test_text_lines_are_short_and_links_stand_alone(inbox, send, row, mother):
    send(mother, *(row(mother, title=f"Un titre assez long pour passer à la ligne, numéro {n}") for n in range(5)))
    for line in text_of(inbox.mail).splitlines():
        assert len(line) <= WIDTH or line.strip().startswith("http")
        assert "http" not in line or line.strip().startswith("http")


def test_a_digest_is_grouped_by_child_then_by_day(inbox, send, row, mother, world):
    rows = [
        row(mother, title="Pour tous"),
        row(mother, title="Pour l’un", children=[world.pupil]),
        row(mother, title="Pour les deux", children=[world.pupil, world.classmate]),
    ]
    send(mother, *rows)
    content = text_of(inbox.mail)
    places = [content.index(words) for words in ("Pour l’un", "Pour les deux", "Pour tous")]
    first, second = sorted([world.pupil.first_name, world.classmate.first_name])
    assert f"{first} et {second}" in content
    assert places[2] == max(places)  # what concerns no child comes last
    assert content.count("Lundi 23\u00a0novembre") == 3


def test_the_same_thing_about_two_children_is_one_line(inbox, send, row, mother, world):
    send(mother, row(mother, key="article:1", children=[world.pupil]),
         row(mother, key="article:1", children=[world.classmate]))  # fmt: skip
    assert text_of(inbox.mail).count("Sortie au musée jeudi") == 1


def test_a_mail_is_light_and_fetches_nothing(inbox, send, row, mother, world):
    send(mother, *(row(mother, title="é" * 400, section="x" * 400, children=[world.pupil]) for _ in range(120)))
    html = html_of(inbox.mail)
    assert len(html.encode()) < 20_000
    assert "<img" not in html
    assert "url(" not in html
    assert "Et 100 autres nouvelles" in html


def test_a_mail_wears_both_light_and_dark(inbox, send, mother):
    send(mother)
    assert "prefers-color-scheme: dark" in html_of(inbox.mail)


def test_an_old_moment_is_never_said_as_minutes_ago(inbox, send, mother):
    send(mother)
    assert "il y a" not in text_of(inbox.mail)


# --- What servers answer ----------------------------------------------------------------------------------
@pytest.mark.parametrize("answer", ["550 no such user", "550 5.1.1 unknown", "553 5.1.3 bad", "550 5.2.1 disabled"])
def test_a_dead_address_is_noted_and_given_up(inbox, send, mother, lycee_a, answer):
    inbox.answers["mere@example.org"] = answer
    failure = send(mother)
    with school(lycee_a):
        trouble = AddressTrouble.objects.get()
    assert (failure.reason, failure.final) == (reasons.BOUNCED, True)
    assert (trouble.person_id, trouble.address, trouble.reason) == (mother.pk, "mere@example.org", reasons.BOUNCED)


@pytest.mark.parametrize("answer", ["550 5.7.1 policy", "552 5.2.2 mailbox full", "554 5.7.26 spam"])
def test_a_refusal_of_policy_leaves_the_address_alone(inbox, send, mother, lycee_a, answer):
    inbox.answers["mere@example.org"] = answer
    failure = send(mother)
    with school(lycee_a):
        assert not AddressTrouble.objects.exists()
    assert (failure.reason, failure.final) == (reasons.REFUSED, True)


@pytest.mark.parametrize("answer", ["450 4.2.0 later", "421 closing"])
def test_not_now_is_tried_again(inbox, send, mother, answer):
    inbox.answers["mere@example.org"] = answer
    assert send(mother).final is False


def test_a_refused_text_is_given_up(inbox, send, mother):
    inbox.on_data = "554 5.6.0 no"
    failure = send(mother)
    assert (failure.reason, failure.final) == (reasons.REFUSED, True)


def test_a_server_that_is_down_is_tried_again(inbox, send, mother, settings):
    settings.EMAIL_PORT = 1
    failure = send(mother)
    assert (failure.reason, failure.final) == (reasons.UNREACHABLE, False)


def test_after_a_refusal_the_next_mail_leaves(inbox, world, lycee_a):
    inbox.answers["mere@example.org"] = "421 closing"
    with EmailSender() as sender:
        sender.send(make_message(lycee_a, world.mother))
        assert sender.send(make_message(lycee_a, world.father)) is None


def test_a_broken_connection_is_opened_again(inbox, world, lycee_a):
    with EmailSender() as sender:
        sender.send(make_message(lycee_a, world.mother))
        sender._connection.connection.sock.shutdown(socket.SHUT_RDWR)  # the network goes
        assert sender.send(make_message(lycee_a, world.father)).reason == reasons.UNREACHABLE
        assert sender.send(make_message(lycee_a, world.father)) is None


def test_a_known_dead_address_is_not_called(inbox, send, mother):
    inbox.answers["mere@example.org"] = "550 5.1.1 unknown"
    send(mother)
    inbox.answers.clear()
    assert send(mother).reason == reasons.BOUNCED
    assert inbox.raw == []


def test_a_new_address_clears_the_trouble_of_the_old(inbox, send, mother, lycee_a):
    inbox.answers["mere@example.org"] = "550 5.1.1 unknown"
    send(mother)
    with school(lycee_a):
        Person.objects.filter(pk=mother.pk).update(email="nouvelle@example.org")
    assert send(mother) is None
    with school(lycee_a):
        assert not AddressTrouble.objects.exists()


def test_a_dead_address_is_tried_again_after_a_month(inbox, send, mother, time_machine_at):
    inbox.answers["mere@example.org"] = "550 5.1.1 unknown"
    send(mother)
    inbox.answers.clear()
    time_machine_at(days=31)
    assert send(mother) is None


def test_a_refused_sender_is_not_the_recipients_fault(inbox, send, mother, lycee_a, monkeypatch):
    def refuse(*args, **kwargs):
        raise smtplib.SMTPSenderRefused(550, b"5.7.1 not you", "x")

    monkeypatch.setattr(smtplib.SMTP, "sendmail", refuse)
    assert send(mother).final is False
    with school(lycee_a):
        assert not AddressTrouble.objects.exists()




# --- One digest for several schools -----------------------------------------------------------------------
@pytest.fixture
def joint(inbox, lycee_a, college_b, mother, world):
    """A digest with something of each of two schools, where two children bear the same number."""
    other = make_person(college_b, "guardian")
    twin = make_person(college_b, "pupil", first_name="Zoé", pk=world.pupil.pk)
    with school(lycee_a):
        first = make_row(mother, title="Au lycée", children=[world.pupil])
    with school(college_b):
        second = make_row(other, title="Au collège", children=[twin])
    here, there = make_message(lycee_a, mother, first), make_message(college_b, other, second)
    with EmailSender() as sender:
        assert sender.send(replace(here, items=here.items + there.items, frequency=Frequency.DAILY)) is None
    return inbox.mail


def test_a_digest_of_two_schools_keeps_them_apart(joint, world, lycee_a, college_b):
    content = text_of(joint)
    assert f"{world.pupil.first_name} – {lycee_a.full_name}" in content
    assert f"Zoé – {college_b.full_name}" in content
    assert content.index("Au lycée") < content.index("Zoé –") < content.index("Au collège")


def test_a_digest_of_two_schools_is_not_stopped_by_one(joint):
    assert joint["List-Unsubscribe"] is None
    assert "/notifications/preferences/" in text_of(joint)

"""Pages: lists and threads, filing and undoing, writing without scripts and with them."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from modules.messaging.choices import DraftState
from modules.messaging.models import Copy, Draft, Label, Message
from tenants.schemas.context import school
from tests.modules.messaging.world import make_message

pytestmark = pytest.mark.django_db
OPEN = datetime(2026, 11, 20, 9, tzinfo=UTC)  # a Friday, while the messagerie is open


@pytest.fixture(autouse=True)
def _office_hours():
    with time_machine.travel(OPEN, tick=True):
        yield


def url(name, *args):
    return reverse(f"messaging:{name}", args=args)


def text(response):
    return response.content.decode()


def in_school(cast, read):
    with school(cast.establishment):
        return read()


def sent(cast, *args, **fields):
    return in_school(cast, lambda: make_message(*args, **fields))


# --- Lists and threads ---
def test_the_inbox_shows_what_is_new_and_the_badge_counts_it(cast, sign_in):
    sent(cast, cast.teacher, cast.parent, subject="Sortie au musée")

    page = text(sign_in(cast.parent).get(url("inbox")))

    assert "Sortie au musée" in page
    assert 'class="mail-row unread"' in page
    assert '<span class="badge">' in page


def test_a_thread_of_others_is_not_there(cast, sign_in):
    message = sent(cast, cast.teacher, cast.parent)

    assert sign_in(cast.outsider).get(url("thread", message.conversation_id)).status_code == 404


def test_opening_a_thread_leads_back_to_the_list_that_one_came_from(cast, sign_in):
    message = sent(cast, cast.teacher, cast.parent)
    client = sign_in(cast.parent)
    [link] = re.findall(r'href="(/messagerie/\d+/[^"]*)"', text(client.get(url("inbox") + "?personnels=1")))

    page = text(client.get(link.replace("&amp;", "&")))

    assert message.conversation.subject in page
    assert f'href="{url("inbox")}?personnels=1" data-key-back' in page


def test_archiving_a_ticked_line_can_be_undone_from_the_toast(cast, sign_in):
    message = sent(cast, cast.teacher, cast.parent)
    client = sign_in(cast.parent)

    page = text(client.post(url("act"), {"c": message.conversation_id, "do": "archive"}, follow=True))
    assert "Conversation archivée." in page
    [undo] = re.findall(rf'action="({url("undo")}[^"]*)"', page)
    client.post(undo.replace("&amp;", "&"))

    assert in_school(cast, lambda: Copy.objects.get(message=message, person=cast.parent).place) == "inbox"


@pytest.mark.parametrize("verb", ["trash", "restore", "read", "unread", "archive"])
def test_ticking_the_conversation_of_another_changes_nothing(cast, sign_in, verb):
    message = sent(cast, cast.teacher, cast.parent)
    before = in_school(cast, lambda: list(Copy.objects.order_by("pk").values()))

    sign_in(cast.outsider).post(url("act"), {"c": message.conversation_id, "do": verb})

    assert in_school(cast, lambda: list(Copy.objects.order_by("pk").values())) == before


def test_filing_never_leads_off_the_site(cast, sign_in):
    answer = sign_in(cast.parent).post(url("act"), {"c": "1", "do": "archive", "retour": "//mechant.example/"})

    assert answer["Location"] == url("inbox")


def test_a_recalled_message_shows_that_and_nothing_else(cast, sign_in):
    message = sent(cast, cast.teacher, cast.parent, body="Un secret", recalled_at=OPEN)

    page = text(sign_in(cast.parent).get(url("thread", message.conversation_id)))

    assert "Message rappelé par son expéditeur" in page
    assert "Un secret" not in page


def test_the_names_of_recipients_are_for_the_sender_and_for_staff(cast, sign_in):
    message = sent(cast, cast.teacher, cast.parent, cast.colleague, blind=[cast.head])

    assert "Claire Vautrin" in text(sign_in(cast.teacher).get(url("recipients", message.pk)))
    assert "Claire Vautrin" not in text(sign_in(cast.colleague).get(url("recipients", message.pk)))
    assert sign_in(cast.parent).get(url("recipients", message.pk)).status_code == 404


# --- Writing ---
def compose(client, key, **fields):
    return client.post(url("compose", key), {"version": "0", "subject": "", "body": "", **fields}, follow=True)


def draft(cast, key):
    return in_school(cast, lambda: Draft.objects.get(key=key))


def test_writing_to_a_class_without_scripts_is_find_add_check_send(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    page = text(compose(client, key, subject="Sortie", body="Jeudi", q="5e B", do="find"))
    [button] = re.findall(rf'value="(add-class:{cast.school_class.pk}:guardians:)"', page)

    page = text(compose(client, key, version=draft(cast, key).version, subject="Sortie", body="Jeudi", do=button))
    assert "Responsables de 5e B" in page
    assert "1\u00a0personne recevra ce message" in page

    page = text(compose(client, key, version=draft(cast, key).version, subject="Sortie", body="Jeudi", do="send"))
    assert "Message envoyé" in page
    assert in_school(cast, lambda: Copy.objects.filter(message__key=key, person=cast.parent).exists())


def test_a_line_is_taken_off_again(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    compose(client, key, do=f"add-person:{cast.colleague.pk}::", subject="x")

    compose(client, key, version=1, subject="x", do="remove-0")

    assert draft(cast, key).lines == []


def test_what_was_typed_stays_when_sending_is_refused(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()

    answer = compose(client, key, subject="Sortie", body="Jeudi", do="send")

    assert answer.status_code == 422
    assert "Choisissez au moins un destinataire" in text(answer)
    assert draft(cast, key).body == "Jeudi"


def test_saving_over_a_newer_version_shows_both_texts(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    compose(client, key, body="Le premier texte", do="save")
    compose(client, key, version=1, body="Écrit ailleurs", do="save")

    answer = compose(client, key, version=1, body="Écrit ici", do="save")

    assert answer.status_code == 409
    assert "Écrit ailleurs" in text(answer)
    assert "Écrit ici" in text(answer)
    assert text(compose(client, key, version=2, body="Écrit ici", do="save")).count("Brouillon enregistré")


def test_sending_twice_sends_once_and_leads_to_the_message(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    compose(client, key, do=f"add-person:{cast.colleague.pk}::", subject="Réunion", body="Demain")
    for _ in range(2):
        page = compose(client, key, version=1, subject="Réunion", body="Demain", do="send")

    assert "déjà parti" in text(page)
    assert in_school(cast, lambda: Message.objects.filter(key=key).count()) == 1


def test_the_address_names_a_recipient_whom_one_may_know(cast, sign_in):
    known = f"{url('new')}?a=person:{cast.colleague.pk}"
    unknown = f"{url('new')}?a=person:{cast.outsider.pk}"

    assert "Paul Didelot" in text(sign_in(cast.teacher).get(known, follow=True))
    assert cast.outsider.full_name not in text(sign_in(cast.pupil).get(unknown, follow=True))


def test_a_message_for_later_says_when_it_leaves(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    fields = {"subject": "Réunion", "body": "Demain", "send_at": "2026-11-23T09:30"}
    compose(client, key, do=f"add-person:{cast.colleague.pk}::", **fields)

    page = text(compose(client, key, version=1, do="send", **fields))

    assert "Partira lundi 23\u00a0novembre, 09:30" in page
    assert draft(cast, key).state == DraftState.SCHEDULED


def test_an_answer_is_begun_written_and_sent_under_its_thread(cast, sign_in):
    message = sent(cast, cast.teacher, cast.parent, cast.head)
    client = sign_in(cast.parent)
    page = text(client.post(url("reply", message.pk), {"tous": "1"}, follow=True))
    assert "Répondre à tous, 2\u00a0personnes" in page
    begun = in_school(cast, lambda: Draft.objects.get(author=cast.parent))

    page = text(client.post(
        url("compose", begun.key), {"version": begun.version, "body": "Merci", "do": "send"}, follow=True
    ))  # fmt: skip

    assert "Message envoyé à 2 personnes" in page
    answer = in_school(cast, lambda: Message.objects.get(key=begun.key))
    assert (answer.conversation_id, answer.recipients) == (message.conversation_id, 2)


# --- For the script of the page ---
def test_autosave_answers_the_version_and_tells_conflicts(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    first = client.post(url("autosave", key), {"version": 0, "body": "Bon"})
    assert first.json() == {"version": 1}

    late = client.post(url("autosave", key), {"version": 0, "body": "Jour"})

    assert (late.status_code, late.json()["code"], late.json()["body"]) == (409, "draft-changed", "Bon")


def test_sending_again_what_waits_already_is_no_conflict(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    fields = {"subject": "Réunion", "body": "Demain", "send_at": "2026-11-23T09:30"}
    compose(client, key, do=f"add-person:{cast.colleague.pk}::", **fields)
    compose(client, key, version=1, do="send", **fields)

    def again(**changed):
        data = {"version": draft(cast, key).version, "do": "send", **fields, **changed}
        return client.post(url("compose", key), data, headers={"X-Compose": "1"})

    assert (again().status_code, again(body="Autre chose").status_code) == (200, 409)


def test_a_scripted_send_answers_where_to_go_also_the_second_time(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()
    compose(client, key, do=f"add-person:{cast.colleague.pk}::", subject="Réunion", body="Demain")
    fields = {"version": 1, "subject": "Réunion", "body": "Demain", "do": "send"}
    answers = [client.post(url("compose", key), fields, headers={"X-Compose": "1"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["url"] == url("sent")


def test_adding_by_htmx_answers_the_recipients_and_the_new_version(cast, sign_in):
    client, key = sign_in(cast.teacher), uuid4()

    answer = client.post(
        url("compose", key), {"version": 0, "do": f"add-person:{cast.colleague.pk}::"}, headers={"HX-Request": "true"}
    )

    assert text(answer).lstrip().startswith("<fieldset")
    assert 'value="1" hx-swap-oob="true"' in text(answer)


# --- One's own settings ---
def test_folders_and_labels_are_created_renamed_and_deleted(cast, sign_in):
    client = sign_in(cast.parent)
    client.post(url("own_create", "etiquettes"), {"etiquettes-name": "À signer"})
    label = in_school(cast, lambda: Label.objects.get(person=cast.parent))

    client.post(url("label_change", label.pk), {"name": "Signé"})
    assert in_school(cast, lambda: Label.objects.get(pk=label.pk).name) == "Signé"
    assert sign_in(cast.outsider).post(url("label_change", label.pk), {"supprimer": "1"}).status_code == 404
    client.post(url("label_change", label.pk), {"supprimer": "1"})
    assert in_school(cast, lambda: Label.objects.count()) == 0


def test_a_new_message_begins_with_the_signature(cast, sign_in):
    client = sign_in(cast.teacher)
    client.post(url("own"), {"signature": "A. Keller, mathématiques"})

    assert "A. Keller, mathématiques" in text(client.get(url("new"), follow=True))

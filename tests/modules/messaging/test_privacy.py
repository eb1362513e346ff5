"""What is held of somebody: how it leaves with them, what a guardian gets, what stays when they are forgotten."""

import json

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from core.files.models import StoredFile
from modules.messaging import hooks
from modules.messaging.choices import Place
from modules.messaging.models import Attachment, Block, Copy, Draft, Folder, Label, Message, Report
from modules.messaging.safety import files
from modules.messaging.safety.held import FOR_GUARDIANS
from tests.modules.messaging.world import copy_of, make_message

pytestmark = pytest.mark.django_db


def stored_file(**joined):
    stored = StoredFile(module="messaging", kind="document", name="note.txt", content_type="text/plain", size=2)
    stored.content.save("note.txt", ContentFile(b"ok"), save=False)
    stored.save()
    Attachment.objects.create(file=stored, **joined)
    return stored


@pytest.fixture
def exchange(here):
    """The teacher wrote to a parent about a child, the parent answered."""
    first = make_message(here.teacher, here.parent, subject="Sortie", children=[here.pupil])
    answer = make_message(here.parent, here.teacher, conversation=first.conversation, answers=first, body="Merci")
    return first, answer


# --- Taking away -------------------------------------------------------------------------------------------
def test_export_holds_both_sides_of_ones_mail_as_plain_data(here, exchange):
    folder = Folder.objects.create(person=here.parent, name="École")
    Copy.objects.filter(person=here.parent).update(folder=folder, place=Place.FOLDER)
    data = json.loads(json.dumps(hooks.export_person(here.parent)))
    assert [row["text"] for row in data["sent"]] == ["Merci"]
    assert [(row["from"], row["about"], row["place"]) for row in data["received"]] == [
        (here.teacher.full_name, [here.pupil.full_name], "École")
    ]


def test_export_gives_no_words_of_a_recalled_message(here, exchange):
    Message.objects.filter(pk=exchange[0].pk).update(recalled_at=timezone.now())
    assert hooks.export_person(here.parent)["received"][0]["text"] == ""


def test_export_does_not_tell_who_reported(here, exchange):
    Report.objects.create(message=exchange[0], reporter=here.parent, reason="Insultes")
    assert here.parent.full_name not in json.dumps(hooks.export_person(here.teacher)["reports"])
    assert "Insultes" not in json.dumps(hooks.export_person(here.teacher))


def test_guardian_gets_numbers_of_a_childs_mail_never_its_words(here):
    make_message(here.pupil, here.head, subject="Confidence", body="Chez moi cela va mal")
    data = hooks.export_to_guardian(here.viewer(here.parent), here.pupil, hooks.export_person(here.pupil))
    assert set(data) <= set(FOR_GUARDIANS)
    assert "cela va mal" not in json.dumps(data)


def test_guardian_takes_no_file_of_a_childs_mail_along(here):
    from core.files.hooks import export_person as uploaded
    from core.files.hooks import export_to_guardian
    from core.privacy.exporting.gathering import areas

    stored = stored_file(message=make_message(here.pupil, here.head))
    StoredFile.objects.filter(pk=stored.pk).update(uploaded_by=here.pupil)
    taken = {area.slug: area for area in areas(here.viewer(here.parent), here.pupil)}
    assert not any(area.files for area in taken.values())
    assert taken["files"].data == {"uploaded": []} == export_to_guardian(
        here.viewer(here.parent), here.pupil, uploaded(here.pupil)
    )


def test_files_of_ones_mail_go_along(here, exchange):
    stored = stored_file(message=exchange[0])
    assert hooks.export_files(here.parent) == [stored]
    assert hooks.export_files(here.outsider) == []


def test_every_key_of_the_export_has_words(here, exchange):
    from modules.messaging.declared.privacy import EXPORT_LABELS

    def keys(value):
        if isinstance(value, dict):
            yield from value
            for inner in value.values():
                yield from keys(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from keys(inner)

    assert set(keys(hooks.export_person(here.parent))) <= set(EXPORT_LABELS)


# --- Being forgotten ---------------------------------------------------------------------------------------
def test_thread_stays_legible_without_the_name(here, exchange):
    first, answer = exchange
    hooks.erase_person(here.parent, actor=None)
    answer.refresh_from_db()
    assert (answer.sender, answer.sender_name, answer.body) == (None, "Ancien membre", "Merci")
    assert copy_of(answer, here.teacher)
    assert here.parent.full_name not in json.dumps(Message.objects.get(pk=first.pk).lines)


def test_what_only_they_had_goes_with_its_files(here):
    draft = Draft.objects.create(author=here.parent, subject="Brouillon")
    stored = stored_file(draft=draft)
    alone = make_message(here.parent, subject="Seul")
    hooks.erase_person(here.parent, actor=None)
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert not Message.objects.filter(pk=alone.pk).exists()


def test_lists_that_hold_their_key_forget_it(here, exchange):
    Block.objects.create(person=here.pupil, blocked=here.brother)
    hooks.erase_person(here.pupil, actor=None)
    assert Copy.objects.get(message=exchange[0], person=here.parent).children == []
    assert not Block.objects.exists()


# --- Files -------------------------------------------------------------------------------------------------
def test_file_is_read_by_those_who_have_a_copy(here, exchange):
    stored = stored_file(message=exchange[0])
    readers = [files.may_read(here.viewer(person), stored) for person in (here.teacher, here.parent, here.outsider)]
    assert readers == [True, True, False]


@pytest.mark.parametrize("gone", ["recalled_at", "removed_at"])
def test_file_of_a_message_that_is_gone_is_gone_too(here, exchange, gone):
    stored = stored_file(message=exchange[0])
    Message.objects.filter(pk=exchange[0].pk).update(**{gone: timezone.now()})
    assert not files.may_read(here.viewer(here.parent), stored)


def test_moderators_read_a_reported_file_until_they_have_decided(here, exchange):
    stored = stored_file(message=exchange[0])
    head = here.viewer(here.head)
    assert not files.may_read(head, stored)
    Report.objects.create(message=exchange[0], reporter=here.parent, reason="x")
    assert files.may_read(head, stored)
    Report.objects.update(state="dismissed")
    assert not files.may_read(head, stored)


def test_draft_is_its_authors_alone(here):
    stored = stored_file(draft=Draft.objects.create(author=here.teacher))
    assert files.may_read(here.viewer(here.teacher), stored)
    assert not files.may_read(here.viewer(here.head), stored)


def test_label_of_others_is_not_in_ones_export(here, exchange):
    label = Label.objects.create(person=here.teacher, name="Secret")
    label.conversations.add(exchange[0].conversation)
    assert "Secret" not in json.dumps(hooks.export_person(here.parent))


def test_somebody_without_mail_leaves_nothing(here):
    """A person without any mail is exported and forgotten without a word."""
    assert hooks.erase_person(here.outsider, actor=None) == 0
    assert hooks.export_person(here.outsider)["counts"] == {"messages_sent": 0, "messages_received": 0}

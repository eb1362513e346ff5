"""Boxes: what stands on a line, pages, filters, and filing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError
from core.search import services as search
from modules.messaging.choices import Place
from modules.messaging.models import Attachment, Copy, Folder, Label
from modules.messaging.selectors.boxes import Filters, box, unread_count
from modules.messaging.services import boxes, own
from tests.factories import make_person
from tests.modules.messaging.world import copy_of, make_message, make_messages


def subjects(page):
    return [row.subject for row in page.rows]


# --- Lines ---
def test_a_line_says_who_wrote_and_how_many_others_received_it(here):
    others = [make_person(here.establishment, "teacher") for _ in range(4)]
    make_message(here.teacher, here.parent, *others)

    [row] = box(here.viewer(here.parent), Place.INBOX).rows

    assert row.who == "Mme\u00a0Keller, vous et 4\u00a0autres"


def test_a_line_between_two_says_the_other_alone(here):
    make_message(here.teacher, here.parent)

    assert box(here.viewer(here.parent), Place.INBOX).rows[0].who == "Mme\u00a0Keller"


def test_a_line_is_silent_about_hidden_copies(here):
    make_message(here.teacher, here.parent, blind=[here.colleague, here.head])

    assert box(here.viewer(here.parent), Place.INBOX).rows[0].who == "Mme\u00a0Keller"


def test_a_conversation_stands_once_with_its_latest_message(here):
    first = make_message(here.teacher, here.parent, body="Bonjour")
    make_message(here.parent, here.teacher, conversation=first.conversation, answers=first, body="Merci beaucoup")

    [row] = box(here.viewer(here.teacher), Place.INBOX).rows

    assert (row.excerpt, row.count, row.who) == ("Merci beaucoup", 2, "Mme\u00a0Petit et vous")


def test_a_line_names_the_child_it_is_about(here):
    make_message(here.teacher, here.parent, children=[here.pupil])

    [row] = box(here.viewer(here.parent), Place.INBOX).rows

    assert [(one.child, one.number) for one in row.children] == [(here.pupil, 2)]


def test_what_one_sent_says_to_whom_and_how_many_read(here):
    message = make_message(here.teacher, here.parent, here.colleague)
    Copy.objects.filter(message=message, person=here.parent).update(read_at=timezone.now())

    [row] = box(here.viewer(here.teacher), Place.SENT).rows

    assert (row.who, row.read) == (f"{here.parent}, {here.colleague}", (1, 2))


def test_a_recalled_message_shows_nothing_of_its_text(here):
    make_message(here.teacher, here.parent, recalled_at=timezone.now())

    [row] = box(here.viewer(here.parent), Place.INBOX).rows

    assert (row.recalled, row.excerpt) == (True, "")


# --- Pages ---
def test_pages_follow_each_other_without_gap_or_repeat(here):
    make_messages(here.teacher, here.parent, 7)
    viewer = here.viewer(here.parent)

    first = box(viewer, Place.INBOX, size=3)
    second = box(viewer, Place.INBOX, after=first.after, size=3)
    third = box(viewer, Place.INBOX, after=second.after, size=3)

    assert subjects(first) + subjects(second) + subjects(third) == [f"Sujet {n}" for n in range(6, -1, -1)]
    assert (first.first, second.first, third.after) == (True, False, "")


@pytest.mark.parametrize("after", ["", "x", "_3", "2026-13-45_3", "2026-01-01_3", "2026-01-01T00:00Z_x", "9" * 80])
def test_a_cursor_without_sense_is_the_beginning(here, after):
    make_message(here.teacher, here.parent)

    assert box(here.viewer(here.parent), Place.INBOX, after=after).first


def test_a_longer_page_asks_no_more_queries(here, django_assert_num_queries):
    def full_page(number):
        for message in make_messages(here.teacher, here.parent, number):
            copy = Copy.objects.filter(message=message, person=here.parent)
            copy.update(children=[here.pupil.pk])
        return here.viewer(here.parent)

    viewer = full_page(1)
    viewer.modules  # noqa: B018 -- read once a request
    with django_assert_num_queries(6):
        box(viewer, Place.INBOX)
    viewer = full_page(8)
    viewer.modules  # noqa: B018
    with django_assert_num_queries(6):
        box(viewer, Place.INBOX)


def test_the_badge_is_one_query(here, django_assert_num_queries):
    make_messages(here.teacher, here.parent, 3)
    viewer = here.viewer(here.parent)

    with django_assert_num_queries(1):
        assert (unread_count(viewer), unread_count(viewer)) == (3, 3)


# --- Filters ---
def test_filters_let_through_what_they_say(here):
    make_message(here.teacher, here.parent, subject="du professeur", children=[here.pupil])
    make_message(here.outsider, here.parent, subject="d’un parent")
    viewer = here.viewer(here.parent)

    assert subjects(box(viewer, Place.INBOX, Filters(staff=True))) == ["du professeur"]
    # What is about no child is not left out.
    assert subjects(box(viewer, Place.INBOX, Filters(child=here.pupil.pk))) == ["d’un parent", "du professeur"]
    assert subjects(box(viewer, Place.INBOX, Filters(child=here.brother.pk))) == ["d’un parent"]


def test_the_attachment_filter_looks_at_the_whole_thread(here):
    from core.files.models import StoredFile

    first = make_message(here.teacher, here.parent, subject="avec")
    stored = StoredFile.objects.create(module="messaging", kind="document", name="a.pdf", size=1)
    Attachment.objects.create(message=first, file=stored)
    make_message(here.parent, here.teacher, conversation=first.conversation, answers=first)
    make_message(here.teacher, here.parent, subject="sans")

    [row] = box(here.viewer(here.parent), Place.INBOX, Filters(attachment=True)).rows

    assert (row.subject, row.attachments) == ("avec", True)


def test_the_label_of_somebody_else_filters_everything_out(here):
    message = make_message(here.teacher, here.parent)
    theirs = Label.objects.create(person=here.teacher, name="Suivi")
    theirs.conversations.add(message.conversation)

    assert box(here.viewer(here.parent), Place.INBOX, Filters(label=theirs.pk)).rows == []


def test_searching_a_box_finds_words_of_its_own_messages_alone(here):
    mine = make_message(here.teacher, here.parent, subject="La piscine", body="Apporter un maillot")
    other = make_message(here.teacher, here.outsider, subject="La piscine", body="Apporter un maillot")
    search.refresh("messaging.message", mine.pk, other.pk)

    page = box(here.viewer(here.parent), Place.INBOX, Filters(words="maillots"))

    assert [row.conversation for row in page.rows] == [mine.conversation_id]
    assert box(here.viewer(here.parent), Place.ARCHIVE, Filters(words="maillots")).rows == []


# --- Filing ---
def test_archiving_takes_the_whole_conversation_and_can_be_undone(here):
    first = make_message(here.teacher, here.parent)
    make_message(here.parent, here.teacher, conversation=first.conversation, answers=first)
    viewer = here.viewer(here.parent)

    filed = boxes.archive(viewer=viewer, conversations=[first.conversation_id])
    assert set(Copy.objects.filter(person=here.parent).values_list("place", flat=True)) == {"archive"}

    boxes.put_back(viewer=viewer, before=filed.before)
    assert set(Copy.objects.filter(person=here.parent).values_list("place", flat=True)) == {"inbox"}


def test_filing_leaves_the_others_boxes_alone(here):
    message = make_message(here.teacher, here.parent, here.outsider)

    boxes.trash(viewer=here.viewer(here.parent), conversations=[message.conversation_id])

    assert copy_of(message, here.outsider).place == Place.INBOX


def test_what_one_only_wrote_comes_back_among_what_was_sent(here):
    message = make_message(here.teacher, here.parent)
    viewer = here.viewer(here.teacher)
    boxes.trash(viewer=viewer, conversations=[message.conversation_id])

    boxes.restore(viewer=viewer, conversations=[message.conversation_id])

    assert copy_of(message, here.teacher).place == Place.SENT


def test_nobody_files_into_the_folder_of_another(here):
    message = make_message(here.teacher, here.parent)
    folder = Folder.objects.create(person=here.teacher, name="Le mien")

    with pytest.raises(DomainError):
        boxes.move(
            viewer=here.viewer(here.parent), conversations=[message.conversation_id],
            place=Place.FOLDER, folder=folder,
        )  # fmt: skip


def test_deleting_a_folder_sends_its_content_to_the_archive(here):
    message, viewer = make_message(here.teacher, here.parent), here.viewer(here.parent)
    folder = own.create_folder(viewer=viewer, name="Cantine")
    boxes.move(viewer=viewer, conversations=[message.conversation_id], place=Place.FOLDER, folder=folder)

    assert own.delete_folder(viewer=viewer, folder=folder) == 1
    assert copy_of(message, here.parent).place == Place.ARCHIVE


def test_two_folders_of_one_name_are_refused_beside_the_name(here):
    viewer = here.viewer(here.parent)
    own.create_folder(viewer=viewer, name="Cantine")

    with pytest.raises(DomainError) as refused:
        own.create_folder(viewer=viewer, name=" cantine ")
    assert refused.value.fields == {"name": "Vous avez déjà un dossier de ce nom."}


def test_marking_unread_counts_again_in_the_badge(here):
    message = make_message(here.teacher, here.parent)
    viewer = here.viewer(here.parent)
    boxes.mark(viewer=viewer, conversations=[message.conversation_id], unread=False)
    assert unread_count(here.viewer(here.parent)) == 0

    boxes.mark(viewer=viewer, conversations=[message.conversation_id], unread=True)
    assert unread_count(here.viewer(here.parent)) == 1


def test_marking_read_does_not_tell_the_sender_that_it_was_read(here):
    message = make_message(here.teacher, here.parent)

    boxes.mark(viewer=here.viewer(here.parent), conversations=[message.conversation_id], unread=False)

    assert copy_of(message, here.parent).read_at is None


def test_labels_say_which_conversations_are_new_to_them(here):
    one, two = (make_message(here.teacher, here.parent).conversation_id for _ in "ab")
    viewer = here.viewer(here.parent)
    label = own.create_label(viewer=viewer, name="À signer")
    boxes.label(viewer=viewer, conversations=[one], label=label)

    assert boxes.label(viewer=viewer, conversations=[one, two], label=label) == [two]
    assert subjects(box(viewer, label)) == ["Réunion", "Réunion"]


def test_one_labels_only_what_one_has(here):
    message = make_message(here.teacher, here.outsider)
    viewer = here.viewer(here.parent)
    label = own.create_label(viewer=viewer, name="À signer")

    assert boxes.label(viewer=viewer, conversations=[message.conversation_id], label=label) == []


def test_the_trash_empties_after_its_delay_and_not_before(here):
    old, new = (make_message(here.teacher, here.parent) for _ in "ab")
    viewer = here.viewer(here.parent)
    boxes.trash(viewer=viewer, conversations=[old.conversation_id, new.conversation_id])
    limit = timezone.now() - timedelta(days=30)
    Copy.objects.filter(message=old, person=here.parent).update(trashed_at=limit - timedelta(seconds=1))

    assert boxes.empty_trash(before=limit) == 1
    assert subjects(box(viewer, Place.TRASH)) == ["Réunion"]
    assert copy_of(old, here.teacher)


def test_deleting_for_good_takes_only_what_lies_in_the_trash(here):
    thrown, kept = (make_message(here.teacher, here.parent) for _ in "ab")
    viewer = here.viewer(here.parent)
    boxes.trash(viewer=viewer, conversations=[thrown.conversation_id])

    boxes.delete_for_good(viewer=viewer, conversations=[thrown.conversation_id, kept.conversation_id])

    assert list(Copy.objects.filter(person=here.parent).values_list("message", flat=True)) == [kept.pk]


# --- Messages taken away ---
def test_a_hidden_message_gives_the_line_back_to_the_one_before(here):
    first = make_message(here.teacher, here.parent, body="Bonjour", at=timezone.now() - timedelta(hours=1))
    second = make_message(here.outsider, here.parent, here.teacher, conversation=first.conversation, answers=first)

    assert boxes.hide_messages([second.pk]) == 3
    [row] = box(here.viewer(here.parent), Place.INBOX).rows
    assert (row.excerpt, row.count) == ("Bonjour", 1)

    boxes.show_messages([second.pk])
    assert box(here.viewer(here.parent), Place.INBOX).rows[0].count == 2
    assert Copy.objects.filter(person=here.parent, latest=True).count() == 1

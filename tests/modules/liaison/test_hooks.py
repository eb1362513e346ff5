"""What the manifest names, and what the pages answer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.files.models import StoredFile
from modules.liaison import finding, hooks, selectors, services
from modules.liaison.models import Note, Paper, Receipt, Word
from modules.liaison.services import retention
from tenants.schemas.context import school
from tests.modules.liaison.conftest import Cast, answer, copy_of, published, text_file, word_from, written


# --- Personal data --------------------------------------------------------------------------------------
def test_a_guardian_takes_away_their_answers_and_words(here: Cast) -> None:
    answer(here, published(here), here.pupil, here.mother, word="Merci")
    word_from(here, here.mother, text="Vaccin")
    held = hooks.export_person(here.mother)
    assert (held["answers"][0]["word"], held["words"][0]["text"]) == ("Merci", "Vaccin")


def test_a_childs_export_tells_nothing_of_what_a_guardian_wrote(here: Cast) -> None:
    answer(here, published(here), here.pupil, here.mother, word="Confidence")
    word_from(here, here.mother, text="Audience au tribunal")
    held = hooks.export_person(here.pupil)
    shown = hooks.export_to_guardian(here.viewer(here.father), here.pupil, held)
    assert set(shown) == {"received", "words_about_them"}
    assert "Confidence" not in str(held)
    assert "tribunal" not in str(held)


def test_a_guardian_who_is_erased_leaves_an_answer_without_a_name(here: Cast) -> None:
    note = published(here, paper="Assurance")
    answer(here, note, here.pupil, here.mother, word="Merci")
    services.return_paper(viewer=here.viewer(here.mother), copy=copy_of(note, here.pupil), upload=text_file())
    word_from(here, here.mother)
    hooks.erase_person(here.mother, actor=None)
    receipt = Receipt.objects.get(answer="signed")
    assert (receipt.guardian, receipt.word, Word.objects.exists(), Paper.objects.exists()) == (None, "", False, False)
    assert not StoredFile.objects.filter(module="liaison").exists()


def test_a_child_who_is_erased_leaves_nothing(here: Cast) -> None:
    note = published(here)
    answer(here, note, here.pupil, here.mother)
    word_from(here, here.mother)
    hooks.erase_person(here.pupil, actor=None)
    assert not note.copies.filter(child=here.pupil).exists()
    assert not Word.objects.exists()


def test_an_author_who_is_erased_leaves_what_families_have(here: Cast) -> None:
    note = published(here)
    written(here, title="Jamais parti")
    hooks.erase_person(here.teacher, actor=None)
    assert list(Note.objects.values_list("pk", "author")) == [(note.pk, None)]


def test_what_is_old_is_erased_with_its_files(here: Cast) -> None:
    note = published(here, paper="Assurance", files_added=[text_file("programme.txt")])
    services.return_paper(viewer=here.viewer(here.mother), copy=copy_of(note, here.pupil), upload=text_file())
    later = timezone.now() + timedelta(days=30)
    assert not retention.old_notes(timezone.now()).exists()
    retention.erase_notes(retention.old_notes(later))
    assert not StoredFile.objects.filter(module="liaison").exists()


def test_the_bin_is_emptied_after_a_month(here: Cast) -> None:
    note = written(here)
    services.discard(viewer=here.viewer(here.teacher), note=note)
    assert services.empty_bin(now=timezone.now()) == 0
    assert services.empty_bin(now=timezone.now() + timedelta(days=31)) > 0


# --- Files, search --------------------------------------------------------------------------------------
def test_a_returned_document_is_for_who_returned_it_and_for_the_notes_side(here: Cast) -> None:
    note = published(here, paper="Assurance")
    paper = services.return_paper(viewer=here.viewer(here.mother), copy=copy_of(note, here.pupil), upload=text_file())
    may = {
        name: hooks.file_access(here.viewer(getattr(here, name)), paper.file)
        for name in ("mother", "father", "teacher", "other_teacher", "life")
    }
    assert may == {"mother": True, "father": False, "teacher": True, "other_teacher": False, "life": True}


def test_an_attachment_is_read_by_whoever_reads_the_note(here: Cast) -> None:
    note = published(here, files_added=[text_file()], pupils_see=False)
    stored = note.attachments.get().file
    assert hooks.file_access(here.viewer(here.aunt), stored)
    assert not hooks.file_access(here.viewer(here.outsider), stored)
    assert not hooks.file_access(here.viewer(here.pupil), stored)


def test_what_is_found_names_no_pupil(here: Cast) -> None:
    published(here)
    (entry,) = finding.entries(Note.objects.all())
    assert here.pupil.last_name not in f"{entry.title} {entry.line} {entry.text}"


# --- Pages ----------------------------------------------------------------------------------------------
@pytest.fixture
def note(cast: Cast) -> Note:
    with school(cast.establishment):
        return published(cast)


def _url(name: str, *args) -> str:
    return reverse(f"liaison:{name}", args=args)


def test_a_guardian_signs_on_a_page_without_scripts(cast: Cast, note: Note, sign_in) -> None:
    client = sign_in(cast.mother)
    assert "Signer" in client.get(_url("note", note.pk)).content.decode()
    with school(cast.establishment):
        copy = copy_of(note, cast.pupil)
    for _ in range(2):
        assert client.post(_url("answer", copy.pk), {"answer": "signed"}).status_code == 302
    with school(cast.establishment):
        assert Receipt.objects.filter(answer="signed").count() == 1


def test_a_refusal_without_a_word_comes_back_with_a_sentence(cast: Cast, note: Note, sign_in) -> None:
    with school(cast.establishment):
        copy = copy_of(note, cast.pupil)
    response = sign_in(cast.mother).post(_url("answer", copy.pk), {"answer": "refused"})
    assert response.status_code == 422
    assert "pourquoi" in response.content.decode()


def test_the_board_tells_answers_and_no_address(cast: Cast, note: Note, sign_in) -> None:
    with school(cast.establishment):
        cast.mother.email, cast.mother.phone = "mere@example.org", "0612345678"
        cast.mother.save()
        answer(cast, note, cast.pupil, cast.mother)
    client = sign_in(cast.teacher)
    page = client.get(_url("board", note.pk)).content.decode()
    assert "1\u00a0famille sur 2 a signé" in page
    assert cast.mother.full_name in page
    sheet = client.get(_url("export", note.pk, "csv")).content.decode()
    assert "mere@example.org" not in page + sheet
    assert "0612345678" not in page + sheet


def test_the_board_is_a_pdf_too(cast: Cast, note: Note, sign_in) -> None:
    response = sign_in(cast.teacher).get(_url("export", note.pk, "pdf"))
    assert response.status_code == 200
    assert response["Content-Type"].partition(";")[0] in ("application/pdf", "text/html")


def test_filters_of_the_board_live_in_the_address(cast: Cast, note: Note, sign_in) -> None:
    with school(cast.establishment):
        answer(cast, note, cast.pupil, cast.mother)
    page = sign_in(cast.teacher).get(_url("board", note.pk), {"etat": "waiting"}).content.decode()
    assert cast.friend.sort_name in page
    assert cast.pupil.sort_name not in page


def test_pupils_found_by_name_keep_what_was_typed(cast: Cast, sign_in) -> None:
    data = {"title": "Pour toi", "body": "Bravo", "q": cast.pupil.last_name, "search": "1", "needed": "one"}
    page = sign_in(cast.teacher).post(_url("create", "praise"), data).content.decode()
    assert cast.pupil.sort_name in page
    assert "Pour toi" in page


def test_a_word_goes_from_a_guardian_to_school_life_and_back(cast: Cast, sign_in) -> None:
    data = {"child": cast.pupil.pk, "kind": "sport", "starts_on": timezone.localdate().isoformat(), "text": "Entorse"}
    client = sign_in(cast.mother)
    address = client.post(_url("word_new"), data)["Location"]
    life = sign_in(cast.life)
    assert "Entorse" in life.get(_url("desk")).content.decode()
    assert "Vu" in life.get(address).content.decode()
    with school(cast.establishment):
        word = Word.objects.get()
    life.post(_url("word_treat", word.pk), {"decision": "answered", "reply": "Bon rétablissement"})
    assert "Bon rétablissement" in client.get(address).content.decode()


def test_a_list_costs_as_many_queries_for_many_as_for_few(here: Cast) -> None:
    def queries() -> int:
        viewer = here.viewer(here.mother)
        with CaptureQueriesContext(connection) as done:
            selectors.items_of(viewer, selectors.ready(selectors.todo_of(viewer)))
        return len(done)

    published(here)
    few = queries()
    for number in range(3):
        published(here, title=f"Mot {number}")
    assert queries() == few

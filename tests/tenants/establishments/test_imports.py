import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.errors import Conflict
from tenants.establishments.directory import UnreadableFile
from tenants.establishments.models import Establishment, ImportRun
from tenants.establishments.services import imports
from tests.factories import make_account
from tests.tenants.establishments.conftest import line, table, valid_uai

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]
State = ImportRun.State


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def start(account):
    def _start(*lines: str) -> ImportRun:
        upload = SimpleUploadedFile("annuaire.csv", table(*lines).encode())
        return imports.start(upload=upload, actor=account)

    return _start


def test_analysis_shows_the_difference_and_writes_nothing(start):
    run = start(line(), line(9002, sector="x"))
    imports.analyse(run)
    assert (run.state, run.created, run.refused) == (State.READY, 1, 1)
    assert not Establishment.objects.filter(uai=valid_uai(9001)).exists()


def test_confirmation_applies_what_was_shown(start, account):
    run = start(line())
    imports.analyse(run)
    imports.confirm(run, actor=account)
    imports.apply(run)
    assert run.state == State.DONE
    assert Establishment.objects.get(uai=valid_uai(9001))


def test_applying_twice_is_applying_once(start, account):
    run = start(line())
    imports.analyse(run)
    imports.confirm(run, actor=account)
    imports.apply(run)
    imports.apply(run)
    assert run.state == State.DONE


def test_nothing_is_applied_before_confirmation(start):
    run = start(line())
    imports.analyse(run)
    imports.apply(run)
    assert run.state == State.READY


def test_confirming_twice_is_refused(start, account):
    run = start(line())
    imports.analyse(run)
    imports.confirm(run, actor=account)
    with pytest.raises(Conflict):
        imports.confirm(run, actor=account)


def test_a_difference_that_changed_meanwhile_is_shown_again(start, account, load):
    run = start(line())
    imports.analyse(run)
    imports.confirm(run, actor=account)
    load(line(headcount="1"))
    imports.apply(run)
    assert (run.state, run.updated) == (State.READY, 1)
    assert run.error


def test_a_killed_analysis_begins_again(start):
    run = start(line())
    ImportRun.objects.update(state=State.ANALYSING)
    imports.analyse(run)
    assert run.state == State.READY


def test_an_unreadable_file_fails_with_a_sentence(account):
    run = imports.start(upload=SimpleUploadedFile("x.csv", b"\0\1"), actor=account)
    imports.analyse(run)
    assert (run.state, run.error[-1]) == (State.FAILED, ".")


def test_a_file_that_changes_nothing_asks_for_nothing(start, load):
    load(line())
    run = start(line())
    imports.analyse(run)
    assert (run.state, run.unchanged) == (State.DONE, 1)


def test_an_empty_upload_is_refused_at_once(account):
    with pytest.raises(UnreadableFile):
        imports.start(upload=SimpleUploadedFile("x.csv", b""), actor=account)


def test_a_huge_upload_is_refused_at_once(account):
    upload = SimpleUploadedFile("x.csv", b"x")
    upload.size = 51 * 1024 * 1024
    with pytest.raises(UnreadableFile):
        imports.start(upload=upload, actor=account)


def test_giving_up_forgets_the_file(start, account, django_capture_on_commit_callbacks):
    run = start(line())
    imports.analyse(run)
    with django_capture_on_commit_callbacks(execute=True):
        imports.cancel(run, actor=account)
    assert run.state == State.CANCELLED
    assert not imports.folder_of(run).exists()


def test_an_analysis_that_ends_after_giving_up_changes_nothing(start, account):
    run = start(line())
    imports.cancel(run, actor=account)
    imports.analyse(run)
    assert run.state == State.CANCELLED


def test_refused_lines_wait_as_a_file(start):
    run = start(line(sector="x"))
    imports.analyse(run)
    assert "motif" in imports.refused_file_of(run).read_text(encoding="utf-8-sig")

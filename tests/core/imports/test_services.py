"""From the file that somebody sends to what it changes, and back."""

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import Conflict, DomainError
from core.imports import selectors, tasks
from core.imports.models import Change, Kind, Run
from core.imports.services import apply, cancel, forget_old, prepare, receive, start_apply, undo
from core.imports.services.runs import apply_by_task, read_by_task
from core.jobs.models import Run as Work
from core.people.models import Person
from tests.core.imports.exports import upload
from tests.core.imports.snapshots import snapshot
from tests.factories import make_person


@pytest.fixture(autouse=True)
def place(settings, tmp_path, monkeypatch):
    """A folder of one's own for what is sent; nothing leaves for Celery."""
    settings.STORAGES = {
        **settings.STORAGES,
        "imports": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "imports"},
        },
    }
    sent = []
    for task in (tasks.read_import, tasks.apply_import):
        monkeypatch.setattr(task, "apply_async", lambda args, headers, retry: sent.append(args))
    return sent


@pytest.fixture
def head(inside):
    return make_person(inside, "management")


@pytest.fixture
def received(inside, tmp_path, head):
    return receive(uploads=[upload(tmp_path, inside.uai)], format="aaf", actor=head)


@pytest.fixture
def ready(received):
    prepare(received)
    received.refresh_from_db()
    return received


def applied(run, actor):
    start_apply(run=run, actor=actor)
    run.refresh_from_db()
    apply(run)
    run.refresh_from_db()
    return run


def test_what_is_sent_waits_outside_of_what_pages_serve(received, settings):
    _folders, names = storages["imports"].listdir(received.stored_name)
    assert names == ["ENT2D.20261001.zip"]
    assert str(settings.MEDIA_ROOT) not in storages["imports"].path(received.stored_name)


def test_reading_is_sent_to_the_background_once_it_is_committed(
    inside, tmp_path, head, place, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        run = receive(uploads=[upload(tmp_path, inside.uai)], format="aaf", actor=head)
    assert place == [[run.pk]]
    assert Work.objects.get(pk=run.work).label == "Lecture d’un import"


def test_read_it_shows_what_it_would_change_and_changes_nothing(inside, received):
    before = snapshot()
    prepare(received)
    received.refresh_from_db()
    assert (received.state, received.counts["pupil"]["created"] > 10) == ("ready", True)
    assert snapshot() == before


def test_applied_it_is_the_school_s(ready, head):
    shown = ready.counts
    run = applied(ready, head)
    assert run.state == "applied"
    assert Person.objects.filter(roles=["pupil"]).count() == shown["pupil"]["created"]
    assert run.confirmed_by == head


def test_applied_twice_by_a_message_that_comes_again_it_is_once(ready, head):
    run = applied(ready, head)
    people = Person.objects.count()
    apply_by_task(run.pk)
    read_by_task(run.pk)
    assert Person.objects.count() == people
    assert Run.objects.get().state == "applied"


def test_undone_from_the_page(ready, head):
    before = Person.objects.count()
    run = applied(ready, head)
    undo(run=run, actor=head)
    assert Person.objects.count() == before


def test_file_of_another_school_is_refused_with_a_sentence(inside, tmp_path, head):
    run = receive(uploads=[upload(tmp_path, "0679981K")], format="aaf", actor=head)
    prepare(run)
    run.refresh_from_db()
    assert (run.state, "0679981K" in run.sentence) == ("refused", True)


def test_file_of_another_kind_is_refused_and_the_work_has_not_failed(inside, head):
    run = receive(uploads=[SimpleUploadedFile("photo.zip", b"PK\x03\x04 not really")], format="aaf", actor=head)
    prepare(run)
    run.refresh_from_db()
    assert run.state == "refused"
    assert run.sentence


def test_nothing_sent_is_refused(inside, head):
    with pytest.raises(DomainError):
        receive(uploads=[], format="aaf", actor=head)


def test_one_import_at_a_time(inside, received, tmp_path, head):
    with pytest.raises(Conflict):
        receive(uploads=[SimpleUploadedFile("x.zip", b"x")], format="aaf", actor=head)


def test_given_up_its_file_is_gone(received, head):
    stored = received.stored_name
    run = cancel(run=received, actor=head)
    assert (run.state, Work.objects.get(pk=run.work).state) == ("cancelled", "cancelled")
    assert not storages["imports"].exists(stored)


def test_applied_it_cannot_be_given_up(ready, head):
    run = applied(ready, head)
    with pytest.raises(Conflict):
        cancel(run=run, actor=head)


def test_what_was_sent_is_gone_after_a_week(received):
    Run.objects.update(created_at="2026-01-01T00:00Z")
    stored = received.stored_name
    assert forget_old() == 1
    assert not storages["imports"].exists(stored)


def test_too_much_gone_waits_for_a_second_word(ready, head, tmp_path, inside):
    applied(ready, head)
    run = receive(uploads=[upload(tmp_path / "two", inside.uai, people=20)], format="aaf", actor=head)
    prepare(run)
    run.refresh_from_db()
    assert run.state == "waiting"
    with pytest.raises(DomainError):
        start_apply(run=run, actor=head)
    start_apply(run=run, actor=head, confirmed=True)


def test_error_on_the_way_changes_nothing_and_says_so(ready, head, monkeypatch):
    from core.imports.engine import applying

    before = snapshot()
    monkeypatch.setattr(applying, "_note_identities", lambda scope: 1 / 0)
    start_apply(run=ready, actor=head)
    ready.refresh_from_db()
    with pytest.raises(ZeroDivisionError):
        apply(ready)
    ready.refresh_from_db()
    assert (ready.state, snapshot() == before) == ("failed", True)


# --- what pages show ------------------------------------------------------------------------------------
def test_difference_is_read_page_by_page(ready, django_assert_num_queries):
    pupils = ready.counts["pupil"]["created"]
    page = selectors.difference(ready, kind="pupil", action="created")
    assert (page.total, len(page.items)) == (pupils, min(pupils, selectors.PAGE))
    with django_assert_num_queries(2):
        selectors.difference(ready, kind="pupil", action="created")


def test_change_is_told_with_before_and_after(ready, head, tmp_path, inside):
    applied(ready, head)
    someone = Person.objects.filter(roles=["pupil"]).first()
    Person.objects.filter(pk=someone.pk).update(regime="ANCIEN")
    run = receive(uploads=[upload(tmp_path / "two", inside.uai)], format="aaf", actor=head)
    prepare(run)
    item = selectors.difference(run, kind="pupil", action="updated").items[0]
    assert item.person == someone.pk
    assert [(name, before) for name, before, _after in item.fields] == [("régime", "ANCIEN")]


def test_refused_rows_come_back_as_they_were_sent(inside, received):
    row = {"Nom": "Ferry", "Prénom": ""}
    told = {"level": "refused", "code": "no-name", "sentence": "Il manque le prénom.", "file": "a.csv", "line": 3,
            "key": "", "label": "Ferry", "row": row, "kind": "pupil"}  # fmt: skip
    Change.objects.create(run=received, kind=Kind.REMARK, action="refused", size=1, items=[told])
    assert list(selectors.refused_rows(received)) == [
        {"Nom": "Ferry", "Prénom": "", "Fichier": "a.csv", "Ligne": "3", "Motif": "Il manque le prénom."}
    ]

"""An archive: asked for by whom it concerns, built by a task, readable, downloadable for a week, then gone."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import DomainError
from core.files.models import StoredFile
from core.jobs.models import Run
from core.permissions.viewer import viewer_as
from core.privacy.models import Archive
from core.privacy.services import archives
from modules.news import services as news
from modules.news.models import Section
from modules.news.services import Content, FileChanges
from tenants.schemas.context import school
from tests.core.world import end_link

pytestmark = pytest.mark.django_db


def ask(world, asker, person):
    with school(world.school):
        return archives.ask(viewer=viewer_as(asker, world.school), person=person)


def built(world, asker, person):
    archive = ask(world, asker, person)
    with school(world.school):
        archives.build(archive.pk)
        archive.refresh_from_db()
    return archive


def opened(world, archive):
    with school(world.school):
        return ZipFile(BytesIO(archive.file.content.read()))


@pytest.fixture
def author(world):
    """A teacher who wrote news and joined a file."""
    with school(world.school):
        viewer = viewer_as(world.head, world.school)
        content = Content(section=Section.objects.create(name="Fil"), title="Mon <b>titre</b>", body="Du texte")
        upload = SimpleUploadedFile("note été.txt", b"Bonjour", "text/plain")
        news.create_article(viewer=viewer, content=content, changes=FileChanges(added=[upload]))
    return world.head


def test_the_archive_holds_a_page_the_data_and_the_files(world, author):
    archive = built(world, author, author)
    with opened(world, archive) as bundle:
        names = bundle.namelist()
        page = bundle.read("index.html").decode()
        data = json.loads(bundle.read("json/news.json"))
        (file,) = [name for name in names if name.startswith("fichiers/files/")]
        assert bundle.read(file) == b"Bonjour"
    assert "style.css" in names
    assert data["articles"][0]["title"] == "Mon <b>titre</b>"
    assert "Actualités écrites" in page
    assert "Mon &lt;b&gt;titre&lt;/b&gt;" in page
    assert archive.state == "ready"


def test_dates_and_choices_are_said_in_words(world):
    with opened(world, built(world, world.mother, world.pupil)) as bundle:
        page = bundle.read("index.html").decode()
    assert "samedi 3\u00a0mai\u00a02014" in page
    assert "2014-05-03" not in page
    assert "Élève" in page


def test_each_guardian_receives_what_is_theirs_to_know(world):
    with opened(world, built(world, world.mother, world.pupil)) as bundle:
        assert "1 rue du Puits" in bundle.read("index.html").decode()
    with opened(world, built(world, world.father, world.pupil)) as bundle:
        assert "1 rue du Puits" not in "".join(bundle.read(name).decode() for name in bundle.namelist())


def test_nobody_asks_for_somebody_else(world):
    for asker, person in ((world.teacher, world.pupil), (world.head, world.pupil), (world.other_parent, world.pupil)):
        with pytest.raises(DomainError):
            ask(world, asker, person)


def test_two_presses_make_one_archive(world):
    assert ask(world, world.pupil, world.pupil) == ask(world, world.pupil, world.pupil)


def test_the_task_runs_once_the_request_is_written(world, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr(archives.tasks.build_archive, "apply_async", lambda ids, **_: sent.extend(ids))
    with django_capture_on_commit_callbacks(execute=True):
        archive = ask(world, world.pupil, world.pupil)
    assert sent == [archive.pk]


def test_building_twice_keeps_one_file(world):
    archive = built(world, world.pupil, world.pupil)
    with school(world.school):
        archives.build(archive.pk)
        assert StoredFile.objects.filter(module="privacy").count() == 1


def test_a_failure_is_told_and_may_be_tried_again(world, monkeypatch):
    archive = ask(world, world.pupil, world.pupil)
    with school(world.school):
        with monkeypatch.context() as broken:
            broken.setattr(archives, "pack", _full_disk)
            with pytest.raises(OSError, match="full"):
                archives.build(archive.pk)
        archive.refresh_from_db()
        assert archive.state == "failed"
        assert built(world, world.pupil, world.pupil).state == "ready"


def _full_disk(*args, **kwargs):
    raise OSError("disk full")


def test_authority_that_ended_meanwhile_gets_nothing(world):
    archive = ask(world, world.father, world.pupil)
    end_link(world, world.father)
    with school(world.school):
        archives.build(archive.pk)
        archive.refresh_from_db()
    assert (archive.state, archive.file) == ("failed", None)


def test_only_whoever_asked_downloads_and_the_journal_says_so(world, enter):
    archive = built(world, world.mother, world.pupil)
    path = f"/donnees/archive/{archive.pk}/telecharger/"
    for other in (world.father, world.pupil, world.head):
        assert enter(other).get(path).status_code == 404
    response = enter(world.mother).get(path)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response.streaming_content)[:2] == b"PK"
    with school(world.school):
        assert AuditEntry.objects.filter(action="privacy.download_archive").count() == 1
        assert enter(world.mother).get(f"/fichiers/{archive.file_id}/").status_code == 404


def test_an_archive_closes_when_authority_ends(world, enter):
    archive = built(world, world.father, world.pupil)
    end_link(world, world.father)
    assert enter(world.father).get(f"/donnees/archive/{archive.pk}/telecharger/").status_code == 404


def test_after_a_week_it_is_gone(world, enter):
    archive = built(world, world.pupil, world.pupil)
    with school(world.school):
        Archive.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert enter(world.pupil).get(f"/donnees/archive/{archive.pk}/telecharger/").status_code == 404
    with school(world.school):
        assert archives.forget_old() == 1
        assert not StoredFile.objects.filter(module="privacy").exists()
        assert Archive.objects.get().state == "expired"
        assert archives.forget_old() == 0


def test_it_may_be_erased_sooner(world, enter):
    archive = built(world, world.pupil, world.pupil)
    client, path = enter(world.pupil), f"/donnees/archive/{archive.pk}/effacer/"
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 404
    with school(world.school):
        assert not StoredFile.objects.filter(module="privacy").exists()


def test_progress_survives_leaving_the_page(world, enter):
    archive = ask(world, world.pupil, world.pupil)
    with school(world.school):
        Archive.objects.update(state="running")
        Run.objects.update(state="running", done=3, total=9)
    client = enter(world.pupil)
    assert 'value="3"' in client.get("/donnees/").content.decode()
    row = client.get(f"/donnees/archive/{archive.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in row
    with school(world.school):
        archives.build(archive.pk)
    row = client.get(f"/donnees/archive/{archive.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "Télécharger" in row
    assert "hx-trigger" not in row


def test_the_work_is_followed_and_names_nobody(world):
    archive = ask(world, world.mother, world.pupil)
    with school(world.school):
        run = Run.objects.get()
        archives.build(archive.pk)
        built_by = Run.objects.latest("pk")
    assert (archive.run_id, run.actor_id, run.label) == (run.pk, world.mother.pk, "Archive de données personnelles")
    assert (built_by.state, built_by.done) == ("done", built_by.total)
    assert built_by.total > 5


def test_a_work_that_was_called_off_may_be_asked_for_again(world):
    archive = ask(world, world.pupil, world.pupil)
    with school(world.school):
        Run.objects.update(state="cancelled")
        archive.refresh_from_db()
        assert not archive.is_under_way
    again = ask(world, world.pupil, world.pupil)
    with school(world.school):
        archive.refresh_from_db()
    assert (archive.state, again.pk != archive.pk) == ("failed", True)


def test_an_archive_is_asked_for_with_a_plain_form(world, enter):
    response = enter(world.mother).post("/donnees/archive/demander/", {"personne": world.pupil.pk})
    assert response.url == f"/donnees/?personne={world.pupil.pk}"
    assert enter(world.mother).post("/donnees/archive/demander/", {"personne": world.stranger.pk}).status_code == 404
    with school(world.school):
        assert Archive.objects.get().person_id == world.pupil.pk

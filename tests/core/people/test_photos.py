"""Photos: who sees them and from when to when, many at once, and sheets of faces."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.errors import DomainError
from core.files.models import StoredFile
from core.jobs.models import Run
from core.modules.models import ModuleChoice
from core.people.models import Person
from core.people.photos import archives, services
from core.people.photos.seeing import CONSENT
from core.people.tasks import take_photos
from core.privacy.models import ConsentAnswer
from core.privacy.services import consents
from tenants.schemas.context import school


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), colour).save(out, "JPEG")
    return out.getvalue()


def upload(name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture())


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def agree(world: Any, person: Person, by: Person) -> None:
    with school(world.school):
        consents.give(code=CONSENT, person=person, actor=by)


@pytest.fixture
def pictured(world: Any) -> Person:
    """The pupil with a photo, nobody asked yet."""
    with school(world.school):
        return services.set_photo(person=world.pupil, upload=upload(), actor=world.head)


def thumb(client: Any, person: Person) -> int:
    return client.get(f"/fichiers/{person.photo_id}/vignette/").status_code


@pytest.fixture
def thumb_url(pictured: Person) -> str:
    from django.urls import reverse

    return reverse("files:thumb", args=[pictured.photo_id], urlconf="config.urls_school")


# --- Seeing ---------------------------------------------------------------------------------------------
def test_a_photo_waits_for_consent(world: Any, enter: Any, thumb_url: str) -> None:
    assert enter(world.head).get(thumb_url).status_code == 404
    agree(world, world.pupil, world.mother)
    assert enter(world.head).get(thumb_url).status_code == 200


def test_keeping_a_photo_puts_the_question(world: Any, pictured: Person) -> None:
    with school(world.school):
        assert ConsentAnswer.objects.get(person=pictured, consent=CONSENT).answer == "asked"


def test_withdrawal_hides_at_once(world: Any, enter: Any, thumb_url: str) -> None:
    agree(world, world.pupil, world.mother)
    with school(world.school):
        consents.withdraw(code=CONSENT, person=world.pupil, actor=world.mother)
    assert enter(world.head).get(thumb_url).status_code == 404


def test_only_those_who_see_the_person_see_the_photo(world: Any, enter: Any, thumb_url: str) -> None:
    agree(world, world.pupil, world.mother)
    seen = {who: enter(getattr(world, who)).get(thumb_url).status_code
            for who in ("mother", "classmate", "teacher", "stranger", "other_parent", "partner")}  # fmt: skip
    assert seen == {
        "mother": 200, "classmate": 200, "teacher": 200, "stranger": 404, "other_parent": 404, "partner": 404,
    }  # fmt: skip


def test_the_school_may_rest_on_its_mission(world: Any, enter: Any, thumb_url: str) -> None:
    with school(world.school):
        ModuleChoice.objects.create(slug="people", settings={"photos_by_mission": True})
    assert enter(world.head).get(thumb_url).status_code == 200


def test_class_page_shows_the_face_once_consent_is_given(world: Any, enter: Any, thumb_url: str) -> None:
    page = f"/structure/classes/{world.class_a.pk}/"
    assert thumb_url not in enter(world.head).get(page).content.decode()
    agree(world, world.pupil, world.mother)
    assert thumb_url in enter(world.head).get(page).content.decode()


# --- Keeping --------------------------------------------------------------------------------------------
def test_a_new_photo_takes_the_place_of_the_old(world: Any, inside: None) -> None:
    first = services.set_photo(person=world.pupil, upload=upload(), actor=world.head).photo_id
    services.set_photo(person=world.pupil, upload=upload(), actor=world.head)
    assert not StoredFile.objects.filter(pk=first).exists()
    assert StoredFile.objects.filter(module="people").count() == 1


def test_after_a_no_nothing_is_kept(world: Any, inside: None) -> None:
    consents.refuse(code=CONSENT, person=world.pupil, actor=world.mother)
    with pytest.raises(DomainError, match="refusé"):
        services.set_photo(person=world.pupil, upload=upload(), actor=world.head)
    assert not StoredFile.objects.exists()


def test_a_document_is_no_photo(world: Any, inside: None) -> None:
    with pytest.raises(DomainError):
        services.set_photo(person=world.pupil, upload=SimpleUploadedFile("a.jpg", b"bonjour"), actor=world.head)


def test_the_night_erases_what_somebody_said_no_to(world: Any, inside: None) -> None:
    services.set_photo(person=world.pupil, upload=upload(), actor=world.head)
    consents.refuse(code=CONSENT, person=world.pupil, actor=world.mother)
    assert services.forget_unwanted() == 1
    assert fresh(world.pupil).photo_id is None
    assert not StoredFile.objects.exists()


def test_removing_a_photo(world: Any, inside: None) -> None:
    services.set_photo(person=world.pupil, upload=upload(), actor=world.head)
    services.remove_photo(person=world.pupil, actor=world.head)
    with pytest.raises(DomainError):
        services.remove_photo(person=world.pupil, actor=world.head)


# --- Many at once ---------------------------------------------------------------------------------------
def zipped(**files: bytes) -> io.BytesIO:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    held.seek(0)
    return held


def taken(world: Any, names: dict[str, bytes]) -> services.Report:
    return archives.take(zipped(**names), actor=world.head, step=lambda: None)


def test_files_find_their_people_by_name_login_or_identifier(world: Any, inside: None) -> None:
    Person.objects.filter(pk=world.stranger.pk).update(external_ids={"aaf.12:3400017": "2026-11-22"})
    report = taken(
        world,
        {
            f"6e A/{world.pupil.last_name.upper()} {world.pupil.first_name}.jpg": picture(),
            f"{world.classmate.first_name}_{world.classmate.last_name}.JPG": picture(),
            "3400017.jpg": picture(),
        },
    )
    assert len(report.taken) == 3
    assert all(fresh(one).photo_id for one in (world.pupil, world.classmate, world.stranger))


def test_report_tells_what_found_nobody(world: Any, inside: None) -> None:
    for _ in range(2):
        Person.objects.create(first_name="Zoé", last_name="Double", roles=["pupil"])
    consents.refuse(code=CONSENT, person=world.pupil, actor=world.mother)
    report = taken(
        world,
        {
            "Inconnu.jpg": picture(),
            "DOUBLE Zoe.jpg": picture(),
            f"{world.pupil.full_name}.jpg": picture(),
            f"{world.classmate.full_name}.png": b"no picture",
            "__MACOSX/._x.jpg": b"",
            "notes.txt": b"x",
        },
    )
    assert (report.unknown, report.ambiguous) == (["Inconnu.jpg"], ["DOUBLE Zoe.jpg"])
    assert report.refused == [f"{world.pupil.full_name}.jpg"]
    assert [name for name, _why in report.broken] == [f"{world.classmate.full_name}.png"]


@pytest.mark.parametrize("content", [b"", b"bonjour", b"PK\x03\x04 abc"])
def test_what_is_no_archive_is_refused(world: Any, inside: None, content: bytes) -> None:
    with pytest.raises(DomainError):
        archives.take(io.BytesIO(content), actor=world.head, step=lambda: None)


def test_an_archive_of_too_many_files_is_refused(world: Any, inside: None) -> None:
    with pytest.raises(DomainError):
        archives.take(zipped(**{f"{n}.jpg": b"" for n in range(3_001)}), actor=world.head, step=lambda: None)


def test_sending_an_archive_starts_a_work_and_leaves_a_report(world: Any, enter: Any) -> None:
    client = enter(world.head)
    archive = zipped(**{f"{world.pupil.full_name}.jpg": picture(), "Inconnu.jpg": picture()})
    sent = client.post("/annuaire/photos/", {"archive": SimpleUploadedFile("6eA.zip", archive.read())})
    assert sent.status_code == 302
    with school(world.school):
        run = Run.objects.get(task=take_photos.name)
        stored = StoredFile.objects.get(owner_ref=services.ARCHIVE)
        take_photos(str(stored.pk), world.head.pk)
        Run.objects.filter(pk=run.pk).update(state="done")
        assert not StoredFile.objects.filter(owner_ref=services.ARCHIVE).exists()
    html = client.get("/annuaire/photos/").content.decode()
    assert "Inconnu.jpg" in html
    assert "1 photos sur 2" in html


def test_a_report_is_read_by_its_author_alone(world: Any, enter: Any, inside: None) -> None:
    services.keep_report(services.Report(unknown=["Secret.jpg"]), actor=world.head)
    assert "Secret.jpg" not in enter(world.office).get("/annuaire/photos/").content.decode()


# --- Sheets ---------------------------------------------------------------------------------------------
def test_sheet_shows_names_and_initials_without_photo(world: Any, enter: Any) -> None:
    html = enter(world.teacher).get(f"/annuaire/trombinoscope/classes/{world.class_a.pk}/").content.decode()
    assert world.pupil.last_name in html
    assert world.stranger.last_name not in html


@pytest.mark.parametrize("who", ["pupil", "mother", "partner"])
def test_families_have_no_sheets(world: Any, enter: Any, who: str) -> None:
    path = f"/annuaire/trombinoscope/classes/{world.class_a.pk}/pdf/"
    assert enter(getattr(world, who)).get(path).status_code == 404


@pytest.mark.parametrize("path", ["classes/{c}/pdf/", "groupes/{g}/pdf/", "pdf/"])
def test_sheets_come_as_pdf(world: Any, enter: Any, path: str, pictured: Person) -> None:
    agree(world, world.pupil, world.mother)
    address = "/annuaire/trombinoscope/" + path.format(c=world.class_a.pk, g=world.group.pk)
    answer = enter(world.head).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")


def test_photos_are_managed_by_the_offices(world: Any, enter: Any) -> None:
    seen = {who: enter(getattr(world, who)).get(f"/annuaire/{world.pupil.pk}/photo/").status_code
            for who in ("head", "referent", "office", "cpe", "teacher", "mother")}  # fmt: skip
    assert seen == {"head": 200, "referent": 200, "office": 200, "cpe": 200, "teacher": 404, "mother": 404}


def test_photo_page_keeps_the_photo(world: Any, enter: Any) -> None:
    assert enter(world.office).post(f"/annuaire/{world.pupil.pk}/photo/", {"photo": upload()}).status_code == 302
    with school(world.school):
        assert fresh(world.pupil).photo_id is not None

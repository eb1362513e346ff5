import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenants.establishments.models import Establishment, ImportRun
from tests.tenants.establishments.conftest import line, table, valid_uai

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eager", "data_dir")]


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def upload(regional, django_capture_on_commit_callbacks):
    """Send a file as an administrator of the region; gives the client and the run (None when refused)."""

    def _upload(*lines: str, content: bytes | None = None):
        client = regional()
        file = SimpleUploadedFile("annuaire.csv", table(*lines).encode() if content is None else content)
        with django_capture_on_commit_callbacks(execute=True):
            client.response = client.post("/console/annuaire/", {"file": file})
        return client, ImportRun.objects.first()

    return _upload


def test_the_difference_is_shown_before_anything_changes(upload):
    client, run = upload(line(), line(9002, sector="laïc"))
    page = text(client.get(f"/console/annuaire/{run.pk}/"))
    assert "Collège Jean Macé" in page
    assert "laïc" in page
    assert not Establishment.objects.filter(uai=valid_uai(9001)).exists()


def test_confirming_loads_the_directory(upload, django_capture_on_commit_callbacks):
    client, run = upload(line())
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/console/annuaire/{run.pk}/confirmer/")
    assert Establishment.objects.filter(uai=valid_uai(9001)).exists()
    assert "L’annuaire est chargé" in text(client.get(f"/console/annuaire/{run.pk}/"))


def test_a_second_confirmation_is_a_conflict(upload):
    client, run = upload(line())
    client.post(f"/console/annuaire/{run.pk}/confirmer/")
    assert client.post(f"/console/annuaire/{run.pk}/confirmer/").status_code == 409


def test_giving_up_changes_nothing(upload):
    client, run = upload(line())
    client.post(f"/console/annuaire/{run.pk}/abandonner/")
    assert not Establishment.objects.filter(uai=valid_uai(9001)).exists()


def test_refused_lines_are_downloaded_with_their_reasons(upload):
    client, run = upload(line(sector="laïc"))
    response = client.get(f"/console/annuaire/{run.pk}/refus.csv")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "motif" in b"".join(response.streaming_content).decode("utf-8-sig")


def test_without_refused_lines_there_is_no_file(upload):
    client, run = upload(line())
    assert client.get(f"/console/annuaire/{run.pk}/refus.csv").status_code == 404


def test_an_unreadable_file_is_told_on_its_page(upload):
    client, run = upload(content=b"PK\x03\x04" + b"\0" * 99)
    assert "classeur" in text(client.get(f"/console/annuaire/{run.pk}/"))


@pytest.mark.parametrize("content", [b""])
def test_an_empty_file_is_told_on_the_form(upload, content):
    client, run = upload(content=content)
    assert client.response.status_code == 422
    assert run is None


def test_no_file_at_all_is_told_on_the_form(regional):
    assert regional().post("/console/annuaire/").status_code == 422


def test_a_loading_under_way_asks_again_by_itself(upload):
    client, run = upload(line())
    ImportRun.objects.update(state="analysing", lines_done=1, lines_total=2)
    page = text(client.get(f"/console/annuaire/{run.pk}/"))
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_htmx_receives_the_progress_alone_then_the_whole_page(upload):
    client, run = upload(line())
    assert client.get(f"/console/annuaire/{run.pk}/", headers={"hx-request": "true"}).headers["HX-Refresh"] == "true"
    ImportRun.objects.update(state="applying")
    page = text(client.get(f"/console/annuaire/{run.pk}/", headers={"hx-request": "true"}))
    assert page.strip().startswith('<div class="progress"')


@pytest.mark.parametrize("path", ["", "refus.csv"])
def test_an_unknown_loading_is_not_there(regional, path):
    assert regional().get(f"/console/annuaire/999999/{path}").status_code == 404

"""Who reads a file, and how it is sent."""

import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import reverse

from core.modules import registry
from tests.core.files.owner import SLUG, manifest
from tests.core.files.samples import PDF, image

SCHOOL = "config.urls_school"


def path_of(stored_or_pk, name="serve"):
    pk = getattr(stored_or_pk, "pk", stored_or_pk)
    return reverse(f"files:{name}", urlconf=SCHOOL, args=[pk])


@pytest.fixture
def reader(as_person, lycee_a):
    return as_person(lycee_a, "teacher")[0]


def test_serve_gives_the_bytes_as_an_attachment(keep, reader):
    response = reader.get(path_of(keep(PDF, "Élèves de 6e.pdf")))
    assert response.status_code == 200
    assert response.getvalue() == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%89l%C3%A8ves%20de%206e.pdf"
    assert response["Content-Length"] == str(len(PDF))


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; sandbox"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cache-Control", "private, no-cache"),
        ("X-Frame-Options", "DENY"),
    ],
)
def test_serve_lets_nothing_run(keep, reader, header, value):
    assert reader.get(path_of(keep(PDF, "note.pdf")), headers={"accept-encoding": "gzip"})[header] == value


def test_serve_shows_images_in_the_page(keep, reader):
    stored = keep(image(), "photo.jpg", kind="image")
    assert reader.get(path_of(stored))["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert reader.get(path_of(stored) + "?telecharger")["Content-Disposition"].startswith("attachment")


def test_serve_a_name_cannot_write_headers(keep, reader):
    stored = keep(PDF, 'a"\r\nSet-Cookie: x=1;.pdf')
    assert "\n" not in reader.get(path_of(stored))["Content-Disposition"]


def test_serve_answers_304_for_what_the_browser_has(keep, reader):
    address = path_of(keep(PDF, "note.pdf"))
    etag = reader.get(address)["ETag"]
    again = reader.get(address, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_thumb_gives_the_small_image(keep, reader):
    response = reader.get(path_of(keep(image("PNG", (900, 300)), "a.png", kind="image"), "thumb"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")


def test_thumb_of_a_document_is_not_there(keep, reader):
    assert reader.get(path_of(keep(PDF, "note.pdf"), "thumb")).status_code == 404


def test_serve_asks_the_owning_module(keep, as_person, lycee_a):
    stored = keep(PDF, "note.pdf")
    client, _ = as_person(lycee_a, "pupil")
    assert client.get(path_of(stored)).status_code == 404


def test_serve_asks_again_even_for_what_the_browser_has(keep, as_person, lycee_a):
    stored = keep(PDF, "note.pdf")
    client, _ = as_person(lycee_a, "pupil")
    assert client.get(path_of(stored), headers={"if-none-match": f'"{stored.sha256}"'}).status_code == 404


def test_serve_of_another_school_is_not_there(keep, as_person, college_b):
    stored = keep(PDF, "note.pdf")
    client, _ = as_person(college_b, "teacher")
    assert client.get(path_of(stored)).status_code == 404


def test_serve_of_an_unknown_file_is_not_there(reader):
    assert reader.get(path_of(uuid.uuid4())).status_code == 404


def test_serve_sends_visitors_to_sign_in(keep, client, lycee_a):
    response = client.get(path_of(keep(PDF, "note.pdf")), headers={"host": f"{lycee_a.slug}.localhost"})
    assert response.status_code == 302


def test_serve_takes_no_post(keep, reader):
    assert reader.post(path_of(keep(PDF, "note.pdf"))).status_code == 405


def test_serve_of_a_module_that_is_off_is_not_there(keep, reader, monkeypatch):
    from dataclasses import replace

    stored = keep(PDF, "note.pdf")
    monkeypatch.setitem(registry.manifests(), SLUG, replace(manifest, core=False))
    assert reader.get(path_of(stored)).status_code == 404


def test_serve_of_a_module_that_is_no_longer_installed_is_not_there(keep, reader, monkeypatch):
    stored = keep(PDF, "note.pdf")
    monkeypatch.delitem(registry.manifests(), SLUG)
    assert reader.get(path_of(stored)).status_code == 404


def test_serve_of_missing_bytes_is_not_there(keep, reader, settings):
    stored = keep(PDF, "note.pdf")
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            path.unlink()
    assert reader.get(path_of(stored)).status_code == 404


@override_settings(FILES_ACCEL_PREFIX="/interne/")
def test_serve_hands_over_to_the_front_server(keep, reader, lycee_a):
    stored = keep(PDF, "note.pdf")
    response = reader.get(path_of(stored))
    assert response["X-Accel-Redirect"] == f"/interne/{lycee_a.schema_name}/{stored.content.name}"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


@override_settings(MAX_UPLOAD_MB=0)
def test_a_body_that_is_too_large_is_refused_before_it_is_read(as_person, lycee_a):
    client, _ = as_person(lycee_a, "management")
    address = reverse("audit:export", urlconf=SCHOOL)
    assert client.post(address, {"f": SimpleUploadedFile("a.txt", b"x" * 100)}).status_code == 400

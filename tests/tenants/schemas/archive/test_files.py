"""The school's folder, when it is not as one would like it."""

import shutil
from collections import namedtuple

import pytest

from tenants.establishments.models import Lifecycle
from tenants.establishments.services import change_lifecycle
from tenants.schemas.archive import archiving, files
from tenants.schemas.archive.archiving import archive
from tenants.schemas.archive.bundle import opened
from tenants.schemas.archive.erasing import erase
from tenants.schemas.archive.refusals import ArchiveRefused
from tenants.schemas.archive.restoring import restore
from tests.tenants.schemas.archive.conftest import content

pytestmark = pytest.mark.django_db


def manifest_of(path):
    with opened(path) as bundle:
        return bundle.manifest


def test_a_file_that_goes_meanwhile_is_told(home, monkeypatch):
    first = files.paths(home.schema)[0]
    whole = files.measured

    def measured(schema, path):
        if path == first:
            (files.folder_of(schema) / path).unlink()
        return whole(schema, path)

    monkeypatch.setattr(files, "measured", measured)
    done = archive(home.establishment, actor=None)
    assert done.gone == [first]
    assert manifest_of(done.path).left_out["files"] == [first]


def test_a_file_that_changes_meanwhile_stops_the_archive(home, tmp_path, monkeypatch):
    first = files.paths(home.schema)[0]
    whole = archiving._manifest

    def manifest(*args):
        (files.folder_of(home.schema) / first).write_bytes(b"x")
        return whole(*args)

    monkeypatch.setattr(archiving, "_manifest", manifest)
    with pytest.raises(ArchiveRefused, match="a changé"):
        archive(home.establishment, actor=None, output=tmp_path / "a.tar")
    assert not list(tmp_path.iterdir())


def test_links_are_not_followed(home):
    (files.folder_of(home.schema) / "news" / "link").symlink_to("/etc/passwd")
    done = archive(home.establishment, actor=None)
    assert "news/link" not in [file.path for file in manifest_of(done.path).files]


def test_a_name_that_does_not_travel_is_refused(home):
    (files.folder_of(home.schema) / "news" / "a\\b").write_bytes(b"")
    with pytest.raises(ArchiveRefused, match="Renommez-le"):
        archive(home.establishment, actor=None)


def test_a_full_disk_is_seen_before_it_is_full(home, monkeypatch):
    path = archive(home.establishment, actor=None).path
    before = content(home.establishment)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**9, 10**9, 0))
    with pytest.raises(ArchiveRefused, match="Libérez de la place"):
        restore(path, actor=None, replace=True)
    assert content(home.fresh()) == before


def test_stray_files_of_an_absent_school_are_left_alone(home):
    path = archive(home.establishment, actor=None).path
    change_lifecycle(home.establishment, to=Lifecycle.SUSPENDED, actor=None)
    erase(home.establishment, actor=None)
    stray = files.folder_of(home.schema) / "stray"
    stray.parent.mkdir()
    stray.write_bytes(b"whose?")
    with pytest.raises(ArchiveRefused, match="Mettez-les de côté"):
        restore(path, actor=None)
    assert stray.read_bytes() == b"whose?"


def test_a_school_without_files_comes_back_without(home):
    shutil.rmtree(files.folder_of(home.schema))
    path = archive(home.establishment, actor=None).path
    restore(path, actor=None, replace=True)
    assert files.paths(home.schema) == []


def test_an_archive_that_fails_leaves_no_half_file(home, tmp_path, monkeypatch):
    monkeypatch.setattr(archiving, "signature_of", lambda text: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        archive(home.establishment, actor=None, output=tmp_path / "a.tar")
    assert not list(tmp_path.iterdir())


def test_an_archive_into_no_folder_is_refused(home, tmp_path):
    with pytest.raises(ArchiveRefused, match="n’existe pas"):
        archive(home.establishment, actor=None, output=tmp_path / "nowhere" / "a.tar")

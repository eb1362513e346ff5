"""A file that is not exactly a trusted bundle is refused in one sentence, before anything is touched."""

import io
import json
import os
import tarfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from tenants.schemas.archive import bundle as bundles
from tenants.schemas.archive import keys, tar
from tenants.schemas.archive.archiving import archive
from tenants.schemas.archive.bundle import MANIFEST, SIGNATURE, opened
from tenants.schemas.archive.manifest import FORMAT, is_safe
from tenants.schemas.archive.refusals import ArchiveRefused
from tenants.schemas.archive.restoring import restore
from tests.factories import make_establishment
from tests.tenants.schemas.archive.conftest import HOME, furnish

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def good(place, django_db_blocker):
    """The bytes of one good bundle."""
    home = furnish(make_establishment(HOME, slug="maison"))
    return archive(home.establishment, actor=None).path.read_bytes()


@pytest.fixture
def refused(tmp_path):
    """`refused(bytes)`: the sentence with which a restoration refuses them."""

    def refuse(content: bytes) -> str:
        path = tmp_path / "archive.tar"
        path.write_bytes(content)
        with pytest.raises(ArchiveRefused) as caught:
            restore(path, actor=None, replace=True)
        return str(caught.value.message)

    return refuse


def entries(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content)) as read:
        return {member.name: read.extractfile(member).read() for member in read.getmembers()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    writer = tar.Writer(out)
    for name, part in parts.items():
        writer.add(name, len(part), iter([part]))
    writer.end()
    return out.getvalue()


def told_again(content: bytes, **changes) -> bytes:
    """The bundle with another manifest, signed anew: what a place that is trusted could send."""
    parts = entries(content)
    told = {**json.loads(parts[MANIFEST]), **changes}
    parts[MANIFEST] = json.dumps(told).encode()
    parts[SIGNATURE] = bundles.signature_of(parts[MANIFEST])
    return packed(parts)


def test_the_good_bundle_is_read(good, tmp_path):
    path = tmp_path / "archive.tar"
    path.write_bytes(good)
    with opened(path) as bundle:
        bundle.verify()
        assert bundle.manifest.uai == HOME


def test_repacking_alone_gives_the_same_bytes(good):
    assert packed(entries(good)) == good


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_flipped_bit_is_found_anywhere(good, refused, tenth):
    at = len(good) * tenth // 10
    block = at // 512 * 512
    if good[block + 257 : block + 262] == b"ustar":  # with a broken header it is no archive of ours at all
        at = block + 512
    assert "abîmée" in refused(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])


@pytest.mark.parametrize("name", ["public.json", "tables/people_person", "files/0000001"])
def test_a_changed_content_is_found(good, refused, name):
    parts = entries(good)
    parts[name] = parts[name][:-2] + bytes([parts[name][-2] ^ 1]) + parts[name][-1:]
    assert name in refused(packed(parts))


def test_a_changed_manifest_is_found(good, refused):
    parts = entries(good)
    parts[MANIFEST] = parts[MANIFEST].replace(HOME.encode(), b"0679812B")
    assert "signature" in refused(packed(parts))


@pytest.mark.parametrize("left", [0, 1, 511, 512, 5000, -1, -513, -1024])
def test_a_truncated_bundle_is_refused(good, refused, left):
    assert refused(good[:left])


@pytest.mark.parametrize("more", [b"\0", b"\0" * 512, b"x" * 10240])
def test_a_bundle_with_something_after_it_is_refused(good, refused, more):
    assert "autre chose" in refused(good + more)


@pytest.mark.parametrize("change", ["swap", "drop", "double"])
def test_other_entries_than_the_manifests_are_refused(good, refused, change):
    parts = list(entries(good).items())
    if change == "swap":
        parts[3], parts[4] = parts[4], parts[3]
    elif change == "drop":
        del parts[5]
    else:
        parts.insert(5, ("tables/zz", b""))
    assert "abîmée" in refused(packed(dict(parts)))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" * 400, b"\0" * 20480, b"\x1f\x8b" + b"x" * 2000])
def test_what_is_no_tar_is_refused(refused, content):
    assert "n’est pas une archive" in refused(content)


def test_an_ordinary_tar_is_refused(refused):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        made.addfile(tarfile.TarInfo("notes.txt"), io.BytesIO())
    assert "n’est pas une archive" in refused(out.getvalue())


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.XHDTYPE,
                                  tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_SPARSE])  # fmt: skip
def test_only_plain_entries_are_read(good, refused, kind):
    entry = tarfile.TarInfo(MANIFEST)
    entry.type, entry.linkname, entry.size = kind, "/etc/passwd", 512
    assert "n’est pas une archive" in refused(entry.tobuf(tarfile.USTAR_FORMAT) + good)


def test_a_manifest_that_claims_to_be_huge_is_refused(refused):
    assert "n’est pas une archive" in refused(tar.header(MANIFEST, 2**32) + b"x" * 4096)


def test_files_that_claim_to_be_huge_are_refused(good, refused):
    files = json.loads(entries(good)[MANIFEST])["files"]
    assert "incomplète" in refused(told_again(good, files=[{**file, "size": 2**32} for file in files]))


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "a\\b", "a\0b", "a/" * 600 + "b"]
)
def test_paths_that_lead_out_are_refused(good, refused, path):
    files = json.loads(entries(good)[MANIFEST])["files"]
    assert "illisible" in refused(told_again(good, files=[{**files[0], "path": path}, *files[1:]]))


def test_two_files_of_one_path_are_refused(good, refused):
    first, second, *others = json.loads(entries(good)[MANIFEST])["files"]
    files = [first, {**second, "path": first["path"]}, *others]
    assert "illisible" in refused(told_again(good, files=files))


@pytest.mark.parametrize("name", ['a"; DROP TABLE x', "../t", "A", "", "é", "x" * 64])
def test_names_that_are_no_tables_are_refused(good, refused, name):
    tables = json.loads(entries(good)[MANIFEST])["tables"]
    assert "illisible" in refused(told_again(good, tables=[{**tables[0], "name": name}, *tables[1:]]))


@pytest.mark.parametrize(
    "change",
    [{"tables": None}, {"files": [{}]}, {"uai": "x"}, {"public": {"size": -1, "sha256": ""}}, {"apps": "x"}, {"z": 1}],
)
def test_a_manifest_of_another_shape_is_refused(good, refused, change):
    assert "illisible" in refused(told_again(good, **change))


def test_another_format_is_named(good, refused):
    assert f"format {FORMAT + 1}" in refused(told_again(good, format=FORMAT + 1))


def test_a_module_that_is_not_here_is_named(good, refused):
    apps = json.loads(entries(good)[MANIFEST])["apps"]
    apps.append({**apps[-1], "label": "cantine"})
    assert "cantine" in refused(told_again(good, apps=apps))


def test_a_bundle_of_newer_code_is_refused(good, refused):
    apps = json.loads(entries(good)[MANIFEST])["apps"]
    apps[-1]["migrations"].append("9999_later")
    assert "plus récente" in refused(told_again(good, apps=apps))


# --- keys -----------------------------------------------------------------------------------------------------
def test_a_bundle_of_another_place_says_what_to_do(good, refused, settings):
    settings.SECRET_KEY = "un autre secret" * 5
    assert "PREAU_TRUSTED_ARCHIVE_KEYS" in refused(good)


def test_a_bundle_of_a_trusted_place_is_read(good, tmp_path, settings):
    path = tmp_path / "archive.tar"
    path.write_bytes(good)
    settings.TRUSTED_ARCHIVE_KEYS = [keys.public_key()]
    settings.SECRET_KEY = "un autre secret" * 5
    with opened(path) as bundle:
        assert bundle.manifest.uai == HOME


def test_a_bundle_signed_under_a_former_secret_is_read(good, tmp_path, settings):
    path = tmp_path / "archive.tar"
    path.write_bytes(good)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "un nouveau secret" * 5
    with opened(path) as bundle:
        assert bundle.manifest.uai == HOME


def test_a_strangers_signature_under_our_name_is_refused(good, refused):
    parts = entries(good)
    told = json.loads(parts[SIGNATURE])
    with override_settings(SECRET_KEY="un inconnu" * 5):
        told["signature"] = keys.sign(parts[MANIFEST])
    parts[SIGNATURE] = json.dumps(told).encode()
    assert "signature" in refused(packed(parts))


@pytest.mark.parametrize("told", [b"", b"{}", b"[]", b'{"algorithm":"none","key":"","signature":""}', b"\xff" * 200])
def test_a_signature_of_another_shape_is_refused(good, refused, told):
    assert refused(packed({**entries(good), SIGNATURE: told or b" "}))


def test_a_key_of_ones_own_takes_the_place_of_the_derived_one(settings):
    derived = keys.public_key()
    settings.ARCHIVE_KEY = "07" * 32
    assert keys.public_key() != derived
    assert derived in keys.trusted()


def test_the_public_key_is_told(capsys):
    call_command("archive_school", "--public-key")
    assert capsys.readouterr().out.strip() == keys.public_key()


def test_the_command_refuses_in_one_line(good, tmp_path):
    path = tmp_path / "archive.tar"
    path.write_bytes(good[:-1])
    with pytest.raises(CommandError, match="incomplète"):
        call_command("restore_school", str(path))


@pytest.mark.parametrize("path", [Path("/nulle/part"), Path("/"), Path("/dev/zero")])
def test_what_is_no_file_is_refused(path):
    with pytest.raises(ArchiveRefused):
        restore(path, actor=None)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArchiveRefused):
        restore(tmp_path / "pipe", actor=None)


@pytest.mark.parametrize("path", ["a", "a/b.pdf", "news/ab/0123-thumb", "é è/ç.jpg"])
def test_ordinary_paths_are_safe(path):
    assert is_safe(path)

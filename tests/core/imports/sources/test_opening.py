import io
import os
import struct
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from core.imports.errors import SourceError
from core.imports.sources import Limits, open_source


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tarred(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def contents(*paths: Path, limits: Limits = Limits()) -> dict[str, bytes]:  # noqa: B008 -- frozen
    found = {}
    with open_source(*paths, limits=limits) as source:
        for member in source.members:
            with member.open() as stream:
                found[member.name] = stream.read()
    return found


def refusal(*paths: Path, limits: Limits = Limits()) -> SourceError:  # noqa: B008 -- frozen
    with pytest.raises(SourceError) as caught:
        contents(*paths, limits=limits)
    return caught.value


FILES = {"a.xml": b"<a/>", "b.xml": b"<b/>" * 1000}


def test_a_folder_gives_its_files_without_hidden_ones(tmp_path):
    for name, content in {**FILES, ".DS_Store": b"x"}.items():
        (tmp_path / name).write_bytes(content)
    assert contents(tmp_path) == FILES


def test_a_zip_is_read_in_place(tmp_path):
    assert contents(zipped(tmp_path / "all.zip", {f"sub/{name}": content for name, content in FILES.items()})) == FILES


def test_a_compressed_tar_is_read(tmp_path):
    assert contents(tarred(tmp_path / "all.tgz", FILES)) == FILES


def test_archives_in_an_archive_are_opened_once(tmp_path):
    inner = zipped(tmp_path / "in.zip", {"a.xml": b"<a/>"}).read_bytes()
    deeper = zipped(tmp_path / "deep.zip", {"in.zip": inner}).read_bytes()
    found = contents(zipped(tmp_path / "out.zip", {"in.zip": inner, "deep.zip": deeper}))
    assert found == {"a.xml": b"<a/>", "in.zip": inner}


def test_a_compressed_tar_in_a_zip_is_opened(tmp_path):
    inner = tarred(tmp_path / "in.tgz", FILES).read_bytes()
    assert contents(zipped(tmp_path / "out.zip", {"in.tgz": inner})) == FILES


def test_several_members_may_be_read_at_once(tmp_path):
    with open_source(zipped(tmp_path / "all.zip", FILES)) as source:
        one, other = (member.open() for member in source.members)
        assert (one.read(2), other.read(2), one.read(2)) == (b"<a", b"<b", b"/>")


def test_the_digest_does_not_depend_on_order_or_folder(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        for name, content in FILES.items():
            (tmp_path / folder / name).write_bytes(content)
    with open_source(tmp_path / "x") as one, open_source(tmp_path / "y/b.xml", tmp_path / "y/a.xml") as other:
        assert one.digest() == other.digest() != ""


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "x/../../a.xml", "..\\a.xml", "C:\\a.xml"])
@pytest.mark.parametrize("make", [zipped, tarred])
def test_climbing_paths_are_refused(tmp_path, make, name):
    suffix = "zip" if make is zipped else "tgz"
    assert refusal(make(tmp_path / f"all.{suffix}", {name: b"<a/>"})).code == "climbing-path"


def test_links_and_devices_of_a_tar_are_passed_over(tmp_path):
    path = tmp_path / "all.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            entry = tarfile.TarInfo(f"x{kind!r}.xml")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        entry = tarfile.TarInfo("a.xml")
        archive.addfile(entry)
    assert list(contents(path)) == ["a.xml"]


def test_links_of_a_zip_and_of_a_folder_are_passed_over(tmp_path):
    link = zipfile.ZipInfo("link.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.xml", b"<a/>")
    assert list(contents(tmp_path / "all.zip")) == ["a.xml"]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/passwd.xml").symlink_to("/etc/passwd")
    assert refusal(tmp_path / "folder").code == "empty-source"


def many_entries(path: Path, count: int, *, told: int | None = None, directory: int | None = None) -> Path:
    """The end of a zip of `count` entries, without the entries: what it says of itself is all that is read."""
    told = count if told is None else told
    directory = 46 * count if directory is None else directory
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, told, told, directory, 4)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 4, 1)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(b"PK\x03\x04" + record + locator + end)
    return path


def test_a_zip_of_a_million_entries_is_refused_by_its_end(tmp_path):
    begun = time.perf_counter()
    assert refusal(many_entries(tmp_path / "all.zip", 1_000_000)).code == "too-many-members"
    assert time.perf_counter() - begun < 2


def test_a_real_zip_of_a_million_entries_is_refused_at_once(tmp_path):
    entry = b"PK\x01\x02" + b"\0" * 42
    content = b"PK\x03\x04" + b"\0" * 26
    directory = entry * 1_000_000
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 16_960, 16_960, len(directory), len(content), 0)
    (tmp_path / "all.zip").write_bytes(content + directory + end)
    begun = time.perf_counter()
    assert refusal(tmp_path / "all.zip").code == "too-many-members"
    assert time.perf_counter() - begun < 2


def test_a_count_that_lies_is_seen_by_the_weight_of_the_directory(tmp_path):
    path = many_entries(tmp_path / "all.zip", 0, told=3, directory=46 * 1_000_000)
    assert refusal(path).code == "too-many-members"


def test_a_tar_of_too_many_entries_is_refused(tmp_path):
    path = tarred(tmp_path / "all.tgz", {f"{n}.xml": b"" for n in range(40)})
    assert refusal(path, limits=Limits(members=30)).code == "too-many-members"


SMALL = Limits(member_bytes=50_000_000, total_bytes=60_000_000, ratio=100, ratio_floor=1_000_000)


def test_a_bomb_in_a_zip_stops_when_it_is_seen_to_be_one(tmp_path):
    path = zipped(tmp_path / "all.zip", {"a.xml": b"\0" * 40_000_000})
    assert refusal(path, limits=SMALL).code == "bomb"


def test_a_bomb_in_a_compressed_tar_stops_when_it_is_seen_to_be_one(tmp_path):
    path = tarred(tmp_path / "all.tgz", {"a.xml": b"\0" * 40_000_000})
    assert refusal(path, limits=SMALL).code == "bomb"


def test_a_zip_that_says_to_be_too_big_is_not_read(tmp_path):
    path = zipped(tmp_path / "all.zip", {"a.xml": b"\0" * 51_000_000})
    assert refusal(path, limits=SMALL).code == "too-big"


def test_text_is_no_bomb_and_passes(tmp_path):
    content = os.urandom(1_000_000).hex().encode()
    assert contents(zipped(tmp_path / "all.zip", {"a.xml": content}), limits=SMALL) == {"a.xml": content}


@pytest.mark.parametrize("cut", [10, 100, 3000, 4500])
def test_a_truncated_tar_says_so(tmp_path, cut):
    path = tarred(tmp_path / "all.tgz", {"a.xml": os.urandom(5000)})
    path.write_bytes(path.read_bytes()[:cut])
    assert "incomplet ou abîmé" in refusal(path).message


@pytest.mark.parametrize("cut", [4, 100, 3000, 5090])
def test_a_truncated_zip_says_so(tmp_path, cut):
    path = zipped(tmp_path / "all.zip", {"a.xml": os.urandom(5000)})
    path.write_bytes(path.read_bytes()[:cut])
    assert "incomplet ou abîmé" in refusal(path).message


def test_a_zip_damaged_inside_says_so(tmp_path):
    path = zipped(tmp_path / "all.zip", {"a.xml": os.urandom(5000)})
    data = bytearray(path.read_bytes())
    data[2000:2010] = b"\0" * 10
    path.write_bytes(bytes(data))
    assert refusal(path).code == "truncated"


def test_an_enciphered_zip_says_so(tmp_path):
    path = zipped(tmp_path / "all.zip", {"a.xml": b"<a/>"})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert "mot de passe" in refusal(path).message


def test_nothing_at_all_is_told(tmp_path):
    assert refusal(tmp_path).code == "empty-source"
    assert refusal(tmp_path / "absent.xml").code == "no-such-file"


def test_a_file_is_never_created_after_a_member(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tarred(tmp_path / "all.tgz", FILES)
    contents(path)
    assert [one.name for one in tmp_path.iterdir()] == ["all.tgz"]


def test_a_file_of_two_gigabytes_is_known_by_its_head_at_once(tmp_path):
    path = tmp_path / "big.xml"
    with path.open("wb") as stream:
        stream.write(b"<root>")
        stream.truncate(2 * 1024**3)
    begun = time.perf_counter()
    with open_source(path) as source:
        assert source.members[0].head.startswith(b"<root>")
        assert source.cheap_digest() == ""
    assert time.perf_counter() - begun < 2

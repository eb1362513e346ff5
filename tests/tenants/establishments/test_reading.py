import io

import pytest

from tenants.establishments.directory import reading
from tests.tenants.establishments.conftest import HEADER, as_file, line, table

TEXT = table(line(name="COLLÈGE ŒUVRE ÉTÉ"))


def names(stream) -> list[str]:
    return [found.values["name"] for found in reading.open_table(stream).lines]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso-8859-15"]
)
def test_every_encoding_that_occurs_is_read(encoding):
    assert names(as_file(TEXT, encoding)) == ["COLLÈGE ŒUVRE ÉTÉ"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_every_separator_that_occurs_is_read(separator):
    assert names(as_file(TEXT.replace(";", separator))) == ["COLLÈGE ŒUVRE ÉTÉ"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(ending):
    assert names(as_file(TEXT.replace("\r\n", ending))) == ["COLLÈGE ŒUVRE ÉTÉ"]


def test_quoted_cells_hold_separators():
    assert names(as_file(table(line(name='"COLLEGE A;B ""C"""')))) == ['COLLEGE A;B "C"']


def test_columns_may_come_in_any_order_with_others_between():
    text = "x;Nom_commune;UAI;Secteur;Appellation officielle;Type établissement\nz;METZ;1;public;A;Collège"
    assert names(as_file(text)) == ["A"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"  \r\n\r\n", "vide"),
        (b"PK\x03\x04" + b"\0" * 50, "classeur"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "classeur"),
        (bytes(range(256)), "pas du texte"),
        (b"%PDF-1.7\n\0\0", "pas du texte"),
        (b"\xff\xfea", "abîmé"),
        (b"a;b;c\n1;2;3", "il manque"),
        (b'{"uai": 1}', "il manque"),
        (HEADER.replace("uai;", "").encode(), "il manque"),
    ],
)
def test_what_is_no_directory_is_refused_as_a_whole(content, says):
    with pytest.raises(reading.UnreadableFile, match=says):
        list(reading.open_table(io.BytesIO(content)).lines)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(reading.MAX_BYTES + 1)
    with path.open("rb") as stream, pytest.raises(reading.UnreadableFile, match="50"):
        reading.open_table(stream)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (line() + ";de trop", "12 colonnes au lieu de 11"),
        ("0679001A;COLLEGE", "2 colonnes"),
        ('"' + line(), "guillemet"),
        (line(name="COLLEGE\x07"), "invisibles"),
    ],
)
def test_a_broken_line_says_why_and_does_not_take_the_next_with_it(raw, says):
    lines = list(reading.open_table(as_file(table(raw, line()))).lines)
    assert says in lines[0].problem
    assert lines[1].problem == ""


def test_one_line_in_another_encoding_is_refused_alone():
    content = table(line(name="COLLÈGE UN"), line(name="ÉCOLE")).encode() + line(name="ÉTÉ").encode("cp1252")
    problems = [found.problem for found in reading.open_table(io.BytesIO(content)).lines]
    assert problems[:2] == ["", ""]
    assert "illisibles" in problems[2]


def test_blank_lines_are_passed_over_and_numbers_are_the_files():
    lines = list(reading.open_table(as_file(table("", ";;;;;;;;;;", line()))).lines)
    assert [found.number for found in lines] == [4]

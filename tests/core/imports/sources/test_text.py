import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.imports.errors import SourceError
from core.imports.sources import Member
from core.imports.sources.text import lines, mended_references
from core.imports.sources.xml import elements, root_of, xml_blocks


def member(content: bytes, name: str = "a.xml") -> Member:
    return Member(name, len(content), lambda: io.BytesIO(content))


def texts(content: bytes) -> list[str]:
    return [element.text or "" for element in elements(member(content), "v")]


@pytest.mark.parametrize("declared", ["UTF-8", "ISO-8859-15", "ISO-8859-1", "Windows-1252", "klingon", None])
@pytest.mark.parametrize("actual", ["utf-8", "iso-8859-15", "cp1252"])
def test_a_lying_declaration_is_seen_through(declared, actual):
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert texts(f"{prolog}<r><v>Éloïse ç</v></r>".encode(actual)) == ["Éloïse ç"]


def test_what_is_latin_without_a_word_keeps_its_ligatures():
    assert texts("<r><v>Cœur</v></r>".encode("iso-8859-15")) == ["Cœur"]
    assert texts("<r><v>Cœur</v></r>".encode("cp1252")) == ["Cœur"]


def test_encodings_mixed_in_one_file_are_told_apart_text_by_text():
    content = b"<r><v>" + "Éloïse".encode() + b"</v><v>" + "Loïc".encode("latin-1") + b"</v></r>"
    assert texts(content) == ["Éloïse", "Loïc"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_and_wide_encodings_are_read(encoding):
    assert texts('<?xml version="1.0" encoding="UTF-16"?><r><v>Éloïse</v></r>'.encode(encoding)) == ["Éloïse"]


def test_nul_bytes_and_control_characters_are_dropped():
    assert texts(b"<r><v>a\0b\x01c&#0;&#x1;d</v></r>") == ["abcd"]


def test_entities_of_html_and_bare_ampersands_are_text():
    assert texts(b"<r><v>&eacute;t&eacute; &amp; R&D &inconnu; &lt;</v></r>") == ["été & R&D &inconnu; <"]


@given(st.binary(max_size=200))
def test_references_never_make_markup_out_of_text(text):
    cleaned = mended_references(text.replace(b"<", b"").replace(b">", b"").replace(b"\0", b""))
    assert b"<" not in cleaned


BOMB = b"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><r><v>&b;</v></r>"""
EXTERNAL = b"""<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><v>&x;</v></r>"""
PARAMETER = b"""<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><r><v/></r>"""


@pytest.mark.parametrize("content", [BOMB, EXTERNAL, PARAMETER, BOMB.decode().encode("utf-16")])
def test_declared_entities_are_refused(content):
    with pytest.raises(SourceError, match="déclarations d’entités"):
        texts(content)


def test_a_bomb_behind_a_long_comment_is_refused_at_once():
    begun = time.perf_counter()
    with pytest.raises(SourceError) as caught:
        root_of(member(b"<!--" + b" " * 500_000 + b"-->" + BOMB))
    assert caught.value.code == "entities"
    assert time.perf_counter() - begun < 2


def test_an_external_document_type_is_dropped(tmp_path: Path):
    (tmp_path / "x.dtd").write_text('<!ENTITY x "opened">')
    assert texts(f'<!DOCTYPE r SYSTEM "file://{tmp_path}/x.dtd"><r><v>a&x;</v></r>'.encode()) == ["a&x;"]


def test_an_internal_subset_without_entities_is_dropped():
    assert texts(b'<!DOCTYPE r [<!ELEMENT r (v)> <!-- ] > -->]><r><v>a</v></r>') == ["a"]


def test_the_root_is_told_without_prefix_comments_and_prolog():
    assert root_of(member(b'<?xml version="1.0"?>\n<!-- <no/> --><men:GAR-ENT-Eleve x="1">')) == "GAR-ENT-Eleve"
    assert root_of(member(b"PK\x03\x04")) == ""
    assert root_of(member(b"")) == ""


def test_a_document_that_breaks_off_gives_what_came_before_then_says_where():
    stream = elements(member(b"<r>\n<v>a</v>\n" + b"<v>b</v>" * 50_000 + b"\n<v>c</r>"), "v")
    assert next(stream).text == "a"
    with pytest.raises(SourceError, match="ligne 4"):
        list(stream)


def test_what_never_becomes_xml_is_refused_without_reading_it_all():
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    endless = Member("a.xml", 10**12, Endless)
    begun = time.perf_counter()
    with pytest.raises(SourceError):
        list(xml_blocks(endless))
    assert time.perf_counter() - begun < 2


def test_elements_that_were_given_are_forgotten():
    held = 0
    for count, element in enumerate(elements(member(b"<r>" + b"<v>some text</v>" * 200_000 + b"</r>"), "v")):
        if not count % 10_000:
            held = max(held, len(element.getroottree().getroot()))
    assert count == 199_999
    assert held < 20_000  # what one block holds


def test_lines_keep_the_ends_that_tables_need():
    assert list(lines(member("\ufeffa;b\r\n\"x\ny\";é\n".encode()))) == ["a;b\r\n", '"x\n', 'y";é\n']


def test_no_parser_is_ever_told_of_a_document_type():
    content = b'<!DOCTYPE r SYSTEM "x.dtd"><r><v/></r>'
    assert b"DOCTYPE" not in b"".join(xml_blocks(member(content)))
    assert etree.fromstring(b"".join(xml_blocks(member(content)))).tag == "r"

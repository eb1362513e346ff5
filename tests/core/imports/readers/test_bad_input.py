"""Sources that are damaged, hostile or simply not the right ones: a sentence at once, and nothing else."""

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.imports.errors import SourceError
from core.imports.neutral import Format, PersonInfo
from core.imports.readers import detect, read
from core.imports.readers.seen import Seen, file_and_line, place
from core.imports.sources import open_source
from tests.core.imports.readers.feeds import PUPIL, TODAY, Read, document, export, request, write


def refusal(*paths: Path, **options) -> SourceError:
    begun = time.perf_counter()
    with pytest.raises(SourceError) as caught:
        Read(*paths, **options)
    assert time.perf_counter() - begun < 2
    assert caught.value.message.endswith((".", "»"))
    return caught.value


def made(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


BOMB = (
    '<!DOCTYPE ficAlimMENESR [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    "<ficAlimMENESR><addRequest>&c;</addRequest></ficAlimMENESR>"
)
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>'


@pytest.mark.parametrize("name", ["ENT2D_Complet_20260901_Eleve_0000.xml", "siecle.xml", "x.xml"])
@pytest.mark.parametrize("content", [BOMB, OUTSIDE])
def test_entities_are_refused_whatever_the_file_is_called(tmp_path, name, content):
    assert "déclarations d’entités" in refusal(made(tmp_path, name, content)).message


@pytest.mark.parametrize("name", ["x.xml", "x.csv", "ENT2D_Complet_20260901_Eleve_0000.xml", "x.xlsx"])
def test_an_empty_file_says_so(tmp_path, name):
    assert refusal(made(tmp_path, name, b"")).code in {"empty-file", "broken-workbook"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.xml", "<?xml version='1.0'?><EDT_STS/>", "STS montant"),
        ("x.xml", "<men:GAR-ENT-Eleve xmlns:men='u'/>", "GAR"),
        ("x.xml", "<lsun-bilans/>", "LSU"),
        ("EXP_COURS.xml", "<TABLE nom='Cours'/>", "EDT"),
        ("x.xml", "<autre/>", "d’aucune sorte connue"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + b"x" * 100, "d’aucune sorte connue"),
        ("x.pdf", b"%PDF-1.7;;;", "d’aucune sorte connue"),
        ("x.xls", b"\xd0\xcf\x11\xe0;;", "d’aucune sorte connue"),
        ("ENT2D_Complet_20260901_Eleve_0000.xml", "<BEE_ELEVES/>", "n’est pas un fichier de l’annuaire"),
    ],
)
def test_a_file_of_another_kind_says_what_it_is(tmp_path, name, content, told):
    assert told in refusal(made(tmp_path, name, content)).message


def test_the_head_is_enough_to_refuse(tmp_path):
    export(tmp_path)
    made(tmp_path, "ENT2DVA_Complet_20260901_PersEducNat_0000.xml", BOMB)
    with open_source(tmp_path) as source, pytest.raises(SourceError, match="entités"):
        read(source, today=TODAY)


def test_what_was_asked_for_and_what_came_are_both_named(tmp_path):
    message = refusal(export(tmp_path), format=Format.SIECLE).message
    assert "annuaire fédérateur" in message
    assert "SIECLE" in message


SIECLE = (
    "<BEE_ELEVES><PARAMETRES><UAJ>0679990V</UAJ><ANNEE_SCOLAIRE>{year}</ANNEE_SCOLAIRE></PARAMETRES>"
    "<DONNEES><ELEVES/></DONNEES></BEE_ELEVES>"
)
STS = "<STS_EDT><PARAMETRES><UAJ CODE='0679990V'/><ANNEE_SCOLAIRE ANNEE='{year}'/></PARAMETRES></STS_EDT>"


@pytest.mark.parametrize("content", [SIECLE, STS])
def test_a_file_of_another_school_or_another_year_says_so(tmp_path, content):
    path = made(tmp_path, "x.xml", content.format(year=2026))
    assert "0679990V" in refusal(path, uai="0679991W").message
    assert Read(path, uai="0679990v").info.school_year == 2026
    assert "2024-2025, qui est finie" in refusal(made(tmp_path, "x.xml", content.format(year=2024))).message
    assert Read(made(tmp_path, "x.xml", content.format(year=2027))).info.school_year == 2027


def test_a_file_of_two_gigabytes_that_is_nothing_is_told_at_once(tmp_path):
    path = tmp_path / "x.xml"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    assert refusal(path).code == "unknown-kind"


def test_a_file_of_two_gigabytes_without_an_end_is_refused_with_little_memory(tmp_path):
    path = tmp_path / "ENT2D_Complet_20260901_Eleve_0000.xml"
    with path.open("wb") as stream:
        stream.write(document(request("Eleve", "1", PUPIL)).encode()[:-20])
        stream.truncate(2 * 1024**3)
    assert refusal(path).code in {"truncated", "shapeless"}


def test_a_workbook_with_a_document_type_is_refused(tmp_path):
    import io
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        book.writestr("[Content_Types].xml", '<!DOCTYPE r [<!ENTITY a "x">]><Types>&a;</Types>')
    assert refusal(made(tmp_path, "x.xlsx", content.getvalue())).code == "broken-workbook"


def test_a_workbook_that_inflates_without_end_is_refused(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", b" " * 70 * 1024 * 1024)
    assert refusal(tmp_path / "x.xlsx").code == "table-too-big"


def test_a_table_without_end_is_refused(tmp_path):
    with pytest.raises(SourceError) as caught:
        Read(made(tmp_path, "x.csv", "Nom;Prénom\n" + "".join(f"a;b{n}\n" for n in range(20_100))))
    assert caught.value.code == "table-too-big"


def test_a_table_of_two_gigabytes_is_refused_at_once(tmp_path):
    path = made(tmp_path, "x.csv", "Nom;Prénom\n" + "a;b\n" * 2_000)
    with path.open("r+b") as stream:
        stream.truncate(2 * 1024**3)
    assert refusal(path).code == "table-too-big"


def test_an_open_quote_says_where(tmp_path):
    message = refusal(made(tmp_path, "x.csv", 'Nom;Prénom\na;b\n"' + "c;d\n" * 20_000)).message
    assert "ligne 3" in message


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return export(tmp_path_factory.mktemp("whole"), pupils={str(at): PUPIL for at in range(1, 30)})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1))
def test_a_file_cut_anywhere_gives_whole_records_and_then_a_sentence(whole, tmp_path, cut):
    text = (whole / "ENT2DVA_Complet_20260901_Eleve_0000.xml").read_bytes()
    at = int(len(text.rstrip()) * cut)
    path = made(tmp_path, "ENT2DVA_Complet_20260901_Eleve_0000.xml", text[:at])
    told: list[PersonInfo] = []
    with open_source(path) as source:
        if at == len(text.rstrip()):
            told = [one for one in read(source, today=TODAY, academie="15").records if isinstance(one, PersonInfo)]
        else:
            with pytest.raises(SourceError) as caught:
                told.extend(
                    one for one in read(source, today=TODAY, academie="15").records if isinstance(one, PersonInfo)
                )
            assert caught.value.code in {"truncated", "not-xml", "empty-file", "other-kind", "unknown-kind"}
    assert all(one.last_name == "Weber" and one.birth_date for one in told)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.floats(0, 1), noise=st.binary(min_size=1, max_size=30))
def test_noise_anywhere_never_crashes(whole, tmp_path, at, noise):
    text = bytearray((whole / "ENT2DVA_Complet_20260901_Eleve_0000.xml").read_bytes())
    start = int(len(text) * at)
    text[start : start + len(noise)] = noise
    path = made(tmp_path, "ENT2DVA_Complet_20260901_Eleve_0000.xml", bytes(text))
    try:
        Read(path)
    except SourceError as refused:
        assert refused.message  # noqa: PT017 -- either outcome is right


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["x.xml", "x.csv", "x.zip", "x.xlsx", "x.gz", "x_Eleve_0000.xml"]),
    content=st.binary(max_size=300),
)
def test_anything_at_all_is_read_or_refused_in_words(tmp_path, name, content):
    path = made(tmp_path, name, content)
    for one in (path, made(tmp_path, f"{name}.gz", gzip.compress(content))):
        try:
            Read(one)
        except SourceError as refused:
            assert refused.message  # noqa: PT017 -- either outcome is right


def test_a_truncated_gzip_says_so(tmp_path):
    packed = gzip.compress(document(*(request("Eleve", str(at), PUPIL) for at in range(200))).encode())
    path = made(tmp_path, "ENT2D_Complet_20260901_Eleve_0000.xml.gz", packed[: len(packed) // 2])
    assert "incomplet ou abîmé" in refusal(path).message


def test_mixed_encodings_in_one_export_are_all_read(tmp_path):
    export(tmp_path)
    latin = request("Eleve", "2", {**PUPIL, "givenName": "Éloïse"}).encode("iso-8859-15")
    utf8 = request("Eleve", "3", {**PUPIL, "givenName": "Loïc"}).encode()
    head, tail = document("@").encode().split(b"@")
    made(tmp_path, "ENT2DVA_Complet_20260901_Eleve_0000.xml", head + latin + utf8 + tail)
    found = Read(tmp_path)
    assert (found.person("2").first_name, found.person("3").first_name) == ("Éloïse", "Loïc")


def test_nothing_known_is_detected_as_nothing(tmp_path):
    with open_source(made(tmp_path, "x.bin", bytes(range(256)))) as source:
        assert detect(source) is None


# --- ids seen ---------------------------------------------------------------------------------------------
@given(st.lists(st.one_of(st.integers(0, 60), st.sampled_from(["A1", "B2"])), max_size=200))
def test_repetitions_are_seen_in_any_order(identifiers):
    seen, first = Seen(), {}
    for line, identifier in enumerate(map(str, identifiers), start=1):
        known = seen.add(identifier, 5, place(1, line))
        assert (known is None) == (identifier not in first)
        if known is not None:
            assert (known[0], file_and_line(known[1])) == (True, (1, first[identifier]))
        first.setdefault(identifier, line)
    assert all(identifier in seen for identifier in first)
    assert "61" not in seen


def test_many_ids_out_of_order_are_all_kept():
    seen = Seen()
    numbers = [(at * 7919) % 200_003 for at in range(120_000)]
    assert all(seen.add(str(number), 0, place(0, 1)) is None for number in numbers)
    assert seen.add(str(numbers[50]), 0, place(0, 9)) is not None


def test_a_series_of_two_places_is_written_once(tmp_path):
    one, two = tmp_path / "a", tmp_path / "b"
    for folder in (one, two):
        folder.mkdir()
    write(one, "Eleve", request("Eleve", "1", PUPIL))
    write(two, "Eleve", request("Eleve", "1", PUPIL), prefix="FULL_ENT2D_Complet_20260901")
    assert len(Read(one, two).people) == 1

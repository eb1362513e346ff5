import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.imports.errors import SourceError
from core.imports.neutral import Facet, Format, Level, PersonKind, StayKind
from core.imports.readers.table import FIELDS, columns, template
from core.imports.readers.table.fields import field_of
from core.imports.sources import open_source
from tests.core.imports.readers.feeds import Read


def csv(folder: Path, text: str, encoding: str = "utf-8", name: str = "liste.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def workbook(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / "liste.xlsx"
    book.save(path)
    return path


def looked_at(path: Path):
    with open_source(path) as source:
        return columns(source)


PUPIL = "Nom;Prénom;Né(e) le;Classe;INE\nWEBER;Zoé;06/06/2014;6A;123aa\n"


# --- columns ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Nom", "last_name"), ("NOM DE FAMILLE", "last_name"), ("Last name", "last_name"), ("Prénom", "first_name"),
        ("Date de naissance", "birth_date"), ("Né(e) le", "birth_date"), ("E-mail", "email"), ("Division", "class"),
        ("Responsable 1 : nom", "guardian1_last_name"), ("Nom du responsable 2", "guardian2_last_name"),
        ("Prénom responsable légal 1", "guardian1_first_name"), ("Parent 1 - Courriel", "guardian1_email"),
        ("Nom enfant", "child_last_name"), ("Matière", "subject"), ("Pointure", ""),
    ],
)  # fmt: skip
def test_usual_headers_are_recognised(header, field):
    assert field_of(header) == field


def test_every_field_is_recognised_by_its_own_label():
    assert [name for name, label in FIELDS if field_of(str(label)) != name] == []


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15"])
def test_columns_are_shown_whatever_the_file(tmp_path, separator, encoding):
    found = looked_at(csv(tmp_path, PUPIL.replace(";", separator), encoding))
    assert found.headers == ("Nom", "Prénom", "Né(e) le", "Classe", "INE")
    assert found.sample == (("WEBER", "Zoé", "06/06/2014", "6A", "123aa"),)
    assert found.mapping == {
        "Nom": "last_name", "Prénom": "first_name", "Né(e) le": "birth_date", "Classe": "class", "INE": "ine",
    }  # fmt: skip


def test_a_title_above_the_header_is_passed_over(tmp_path):
    assert looked_at(csv(tmp_path, f"Liste des élèves;\n;\n{PUPIL}")).headers[0] == "Nom"


def test_headers_that_repeat_are_told_apart(tmp_path):
    assert looked_at(csv(tmp_path, "Nom;Nom;;Prénom\na;b;c;d\n")).headers == ("Nom", "Nom (2)", "Colonne 3", "Prénom")


def test_newlines_in_quotes_are_part_of_a_cell(tmp_path):
    found = Read(csv(tmp_path, 'Nom;Prénom;Adresse\nWEBER;Zoé;"1 rue X\n67000 Y"\nMEYER;Léo;\n'))
    assert [person.address for person in found.people.values()] == ["1 rue X\n67000 Y", None]


def test_two_tables_at_once_are_refused(tmp_path):
    csv(tmp_path, PUPIL)
    csv(tmp_path, PUPIL, name="autre.csv")
    with pytest.raises(SourceError, match="un par un"):
        Read(tmp_path)


# --- mapping ----------------------------------------------------------------------------------------------
def test_a_mapping_is_followed_rather_than_headers(tmp_path):
    path = csv(tmp_path, "A;B;Nom\nWEBER;Zoé;rien\n")
    mapping = {"A": "last_name", "B": "first_name"}
    for way in (mapping, {field: header for header, field in mapping.items()}):
        person, = Read(path, mapping=way).people.values()
        assert (person.last_name, person.first_name) == ("Weber", "Zoé")


def test_without_names_nothing_can_be_read(tmp_path):
    with pytest.raises(SourceError, match="quelle colonne contient le nom"):
        Read(csv(tmp_path, "A;B\n1;2\n"))


def test_an_extraction_of_onde_may_be_read_as_a_table(tmp_path):
    path = csv(tmp_path, "Nom élève;Prénom élève;Libellé classe\nHUBER;Léo;CE1\n")
    assert Read(path).info.format is Format.ONDE
    assert Read(path, format=Format.TABLE).info.format is Format.TABLE


# --- pupils -----------------------------------------------------------------------------------------------
def test_a_pupil_is_read_with_an_ine_or_by_names(tmp_path):
    found = Read(csv(tmp_path, PUPIL + "MEYER;Léo;07/07/2014;6B;\n"), uai="0670001A")
    one, two = found.people.values()
    assert (one.key, one.ids, one.weak) == ("csv.0670001A:123AA", ("ine:123AA",), False)
    assert (two.key, two.weak) == ("csv.0670001A:meyer leo 2014-07-07", True)
    assert (one.facets, one.structures) == ({Facet.CLASS_STAYS}, ("uai:0670001A",))
    assert [(stay.kind, stay.code) for stay in found.stays] == [("class", "6A"), ("class", "6B")]
    assert (found.info.format, found.info.complete) == (Format.TABLE, False)


FAMILY = (
    "Nom;Prénom;Classe;Groupes;Responsable 1 : nom;Responsable 1 : prénom;Lien responsable 1;Responsable 1 : courriel;"
    "Responsable 2 : nom;Responsable 2 : prénom;Responsabilité légale responsable 2\n"
)


def test_guardians_beside_a_pupil_are_people_with_a_relation(tmp_path):
    found = Read(csv(tmp_path, FAMILY + "WEBER;Zoé;6A;LAT, ALL;WEBER;Sophie;mère;s@example.org;MEYER;Paul;non\n"))
    assert [(one.kinship, one.authority, one.priority) for one in found.relations] == [("10", "1", 1), ("90", "0", 2)]
    assert [person.kind for person in found.people.values()] == ["pupil", "guardian", "guardian"]
    assert [stay.code for stay in found.stays] == ["6A", "LAT", "ALL"]


def test_the_guardian_of_siblings_is_one_person_when_a_contact_says_so(tmp_path):
    rows = "WEBER;{};6A;;WEBER;Sophie;mère;{};;;\n"
    same = Read(csv(tmp_path, FAMILY + rows.format("Zoé", "s@x.fr") + rows.format("Léo", "S@x.fr")))
    apart = Read(csv(tmp_path, FAMILY + rows.format("Zoé", "s@x.fr") + rows.format("Léo", "t@x.fr")))
    assert len({one.guardian for one in same.relations}) == 1
    assert len({one.guardian for one in apart.relations}) == 2


def test_guardians_may_have_rows_of_their_own(tmp_path):
    text = (
        "Profil;Nom;Prénom;Nom enfant;Prénom enfant;Lien\nResponsable;WEBER;Sophie;WEBER;Zoé;Mère\nÉlève;WEBER;Zoé;;;\n"
        "Parent;WEBER;Paul;WEBER;Emma;Père\n"
    )
    found = Read(csv(tmp_path, text))
    assert [one.kinship for one in found.relations] == ["10"]
    assert [(one.code, one.level, one.row["Prénom"]) for one in found.remarks] == [
        ("unknown-child", Level.REFUSED, "Paul")
    ]


# --- staff ------------------------------------------------------------------------------------------------
def test_staff_have_roles_classes_and_subjects(tmp_path):
    text = (
        "Nom;Prénom;Rôle;Fonction;Matière;Classes enseignées;Professeur principal de\n"
        "KLEIN;Anne;Enseignante;;MATHEMATIQUES;6A, 5B;6A\nMEYER;Paul;CPE;CPE;;;\n"
    )
    found = Read(csv(tmp_path, text))
    teacher, cpe = found.people.values()
    assert (teacher.kind, teacher.roles, cpe.roles) == (PersonKind.STAFF, {"teacher"}, {"school_life"})
    assert [one.code for one in found.teachings] == ["6A", "5B"]
    assert {one.subject_name for one in found.teachings} == {"Mathématiques"}
    assert [(one.kind, one.code) for one in found.stays] == [(StayKind.MAIN_TEACHER, "6A")]
    assert teacher.facets == {Facet.ROLES, Facet.TEACHING, Facet.STAYS}


# --- refused rows -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "code"),
    [("élève;;Zoé;", "no-name"), ("martien;WEBER;Zoé;", "unknown-profile"), ("élève;MEYER;Léo;", "contradictory")],
)
def test_a_refused_row_comes_back_whole_with_its_reason(tmp_path, row, code):
    found = Read(csv(tmp_path, f"Profil;Nom;Prénom;Naissance\nélève;MEYER;Léo;\n{row}\n"))
    remark, = found.remarks
    assert (remark.level, remark.code, remark.line) == (Level.REFUSED, code, 3)
    assert list(remark.row.values()) == row.split(";")


def test_what_is_left_aside_is_noted(tmp_path):
    found = Read(csv(tmp_path, "Nom;Prénom;Naissance;Courriel\nWEBER;Zoé;31/02/2014;ici\n"))
    assert [(one.level, one.code) for one in found.remarks] == [("note", "bad-birth-date"), ("note", "bad-email")]


# --- workbooks --------------------------------------------------------------------------------------------
def test_a_workbook_is_read_with_its_dates_and_numbers(tmp_path):
    path = workbook(
        tmp_path, ["Nom", "Prénom", "Date de naissance", "Portable", "Code postal", "Classe"],
        ["WEBER", "Zoé", datetime(2014, 6, 6), 600000001, 67000.0, 601],  # noqa: DTZ001 -- as workbooks have them
        [None, None, None, None, None, None],
        ["MEYER", "Léo", date(2014, 7, 7), "06 00 00 00 02", "01000", "6A"],
    )  # fmt: skip
    found = Read(path)
    one, two = found.people.values()
    assert (one.birth_date, one.phones, one.address) == (date(2014, 6, 6), ("06 00 00 00 01",), "67000")
    assert (two.phones, two.address) == (("06 00 00 00 02",), "01000")
    assert [stay.code for stay in found.stays] == ["601", "6A"]


def test_formulas_are_never_worked_out(tmp_path):
    found = Read(workbook(tmp_path, ["Nom", "Prénom"], ["WEBER", '=HYPERLINK("http://x")'], ["MEYER", "Léo"]))
    assert [person.first_name for person in found.people.values()] == ["Léo"]


@pytest.mark.parametrize("kind", ["pupils", "staff"])
@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_an_empty_table_to_fill_in_is_recognised_whole(tmp_path, kind, extension):
    path = tmp_path / f"x.{extension}"
    path.write_bytes(template(kind, extension))
    found = looked_at(path)
    assert len(found.mapping) == len(found.headers)
    assert {"last_name", "first_name"} <= set(found.mapping.values())


def test_a_table_filled_in_from_the_empty_one_is_read(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(template("pupils", "xlsx")))
    headers = [cell.value for cell in book.active[1]]
    row = dict.fromkeys(headers, "") | {"Nom": "WEBER", "Prénom": "Zoé", "Classe": "6A"}
    book.active.append(list(row.values()))
    book.save(tmp_path / "x.xlsx")
    assert [stay.code for stay in Read(tmp_path / "x.xlsx").stays] == ["6A"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=6), max_size=8))
def test_any_table_is_read_or_refused_in_words(tmp_path, rows):
    import csv as writing

    text = io.StringIO()
    writing.writer(text, delimiter=";").writerows([["Nom", "Prénom", "Classe", "Courriel"], *rows])
    path = tmp_path / "x.csv"
    path.write_bytes(text.getvalue().encode("utf-8", errors="replace"))
    try:
        Read(path)
    except SourceError as refused:
        assert refused.message  # noqa: PT017 -- either outcome is right

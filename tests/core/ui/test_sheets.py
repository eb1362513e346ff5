"""Tables for spreadsheets never compute."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.ui import sheets


def read(content):
    return [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows()]


@pytest.mark.parametrize("cell", ["=1+1", "+33 3", "-2", "@SUM(A1)", " =1", "＝1"])
def test_csv_cell_is_never_a_formula(cell):
    assert sheets.line([cell]).lstrip('"').startswith("'")


def test_csv_begins_with_its_mark_and_head():
    assert next(sheets.csv_lines(["Nom", "Prénom"], [])) == "\ufeffNom;Prénom\r\n"


def test_workbook_keeps_what_looks_like_a_formula_as_text():
    cell = read(sheets.xlsx(["Nom"], [["=HYPERLINK(1)"]]))[1][0]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_workbook_keeps_dates_and_numbers():
    row = read(sheets.xlsx(["a", "b"], [[date(2026, 9, 1), 3]]))[1]
    assert (row[0].value.date(), row[1].value) == (date(2026, 9, 1), 3)


def test_workbook_takes_characters_that_xml_refuses():
    assert read(sheets.xlsx(["a"], [["L\x00éa\x0b"]]))[1][0].value == "Léa"

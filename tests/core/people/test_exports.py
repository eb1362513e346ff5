"""Lists that people take away: what they see, and nothing that a spreadsheet would run."""

import csv
import io

import pytest
from openpyxl import load_workbook

from core.audit.models import AuditEntry
from core.people.exporting import Table, card
from core.people.models import Person
from core.people.narrowing import Narrowing
from core.permissions.viewer import viewer_as
from tenants.schemas.context import school

pytestmark = pytest.mark.django_db
PATH = "/annuaire/exporter/"


def taken(client, form="csv", **filters):
    return b"".join(client.post(PATH, {"format": form, **filters}).streaming_content)


def rows(client, **filters):
    text = taken(client, **filters).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def named(found, person):
    return next(row for row in found if row["Nom"] == person.last_name and row["Prénom"] == person.first_name)


def test_table_holds_what_the_viewer_sees(world, enter):
    row = named(rows(enter(world.cpe)), world.pupil)
    assert (row["Téléphone"], row["Classe"], row["Date de naissance"]) == (
        world.pupil.phone, world.class_a.name, "2014-05-03",
    )  # fmt: skip
    assert world.mother.full_name in row["Responsables"]
    assert world.mother.phone in row["Responsables"]


def test_teacher_takes_contacts_of_the_families_they_teach_and_no_others(world, enter):
    found = rows(enter(world.teacher))
    assert "Date de naissance" not in found[0]
    assert named(found, world.mother)["Téléphone"] == world.mother.phone
    assert world.mother.phone in named(found, world.pupil)["Responsables"]
    assert named(found, world.stranger)["Responsables"] == ""
    assert named(found, world.head)["Téléphone"] == ""
    assert not [row for row in found if row["Nom"] == world.other_parent.last_name]


def test_list_is_narrowed_as_the_directory_is(world, enter):
    found = rows(enter(world.head), classe=world.class_a.pk, role="pupil")
    assert {row["Nom"] for row in found} == {world.pupil.last_name, world.classmate.last_name}
    assert [row["Nom"] for row in rows(enter(world.head), groupe=world.group.pk)] == [world.classmate.last_name]


@pytest.mark.parametrize("evil", ["=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx", " =cmd"])
def test_no_cell_is_computed(world, enter, evil):
    with school(world.school):
        Person.objects.filter(pk=world.pupil.pk).update(function=evil)
    found = named(rows(enter(world.head)), world.pupil)
    assert found["Fonction"].startswith("'")
    sheet = load_workbook(io.BytesIO(taken(enter(world.head), "xlsx"))).active
    cells = [cell for line in sheet.iter_rows() for cell in line if isinstance(cell.value, str)]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_workbook_has_a_line_for_each(world, enter):
    sheet = load_workbook(io.BytesIO(taken(enter(world.head), "xlsx", role="pupil"))).active
    assert sheet.max_row == 4
    assert [cell.value for cell in sheet[1]][:3] == ["Civilité", "Nom", "Prénom"]


def test_cards_are_of_those_whose_contact_is_seen(world, enter):
    text = taken(enter(world.teacher), "vcf").decode()
    assert f"FN:{world.mother.full_name}\r\n" in text
    assert "TEL;VALUE=uri:tel:+33622222222\r\n" in text
    assert world.pupil.full_name not in text
    assert text.count("BEGIN:VCARD") == text.count("END:VCARD\r\n")


def test_card_is_escaped_and_folded():
    from uuid import uuid4

    person = Person(first_name="Zoé;", last_name="É" * 90, roles=["teacher"], email="a,b@example.org")
    lines = card(person, frozenset({"contact"}), key=uuid4(), organisation="Lycée\nDeux").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = "\r\n".join(lines).replace("\r\n ", "")
    assert "N:" + "É" * 90 + ";Zoé\\;;;;" in whole
    assert "EMAIL:a\\,b@example.org" in whole
    assert "ORG:Lycée\\nDeux" in whole


def test_export_is_written_down(world, enter):
    taken(enter(world.cpe), role="pupil")
    with school(world.school):
        entry = AuditEntry.objects.get(action="people.export")
    assert (entry.target_label, entry.changes["people"]) == ("Élève", [None, 3])


def test_many_people_take_a_fixed_number_of_queries(world, django_assert_max_num_queries):
    with school(world.school):
        viewer = viewer_as(world.cpe, world.school)
        with django_assert_max_num_queries(24):
            assert len(list(Table(viewer, Narrowing().people(viewer)).rows())) > 10


def test_page_says_what_will_be_taken(world, enter):
    html = enter(world.teacher).get(PATH, {"role": "pupil"}).content.decode()
    assert "3\u00a0personnes" in html
    assert enter(world.mother).get(PATH).status_code == 404

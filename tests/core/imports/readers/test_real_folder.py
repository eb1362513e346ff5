"""The real, anonymised export that is shared with the project; the tests are passed over where it is not."""

from collections import Counter
from pathlib import Path

import pytest

from core.imports.neutral import Level, PersonKind, Structure, SubjectInfo
from tests.core.imports.readers.feeds import Read

FOLDER = Path(__file__).resolve().parents[5] / "shared/data/aaf-2d"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the shared material is not here")


@pytest.fixture(scope="module")
def real():
    return Read(FOLDER, academie="")


def test_its_head_says_what_it_is(real):
    assert real.info.label == "AAF 2D complet du 17 janvier 2013, 6 fichiers"
    assert real.info.uais == ("0049952W", "1013001F")


def test_everybody_is_read(real):
    counts = Counter(person.kind for person in real.people.values())
    assert counts == {PersonKind.PUPIL: 128, PersonKind.GUARDIAN: 202, PersonKind.STAFF: 125}
    assert sum(isinstance(one, SubjectInfo) for one in real.records) == 113
    assert not [one for one in real.remarks if one.level is Level.REFUSED]


def test_its_two_structures_are_schools_because_they_have_pupils(real):
    structures = [one for one in real.records if isinstance(one, Structure)]
    assert [(one.key, one.is_school) for one in structures] == [("aaf.02:52003", True), ("aaf.02:52008", True)]


def test_each_pupil_is_in_a_class_of_their_structure(real):
    classes = [one for one in real.stays if one.kind == "class"]
    assert len(classes) == 128
    assert all(one.structure in real.people[one.person].structures for one in classes)
    assert len({(one.structure, one.code) for one in classes}) == 30


def test_every_guardian_has_a_child_and_a_right(real):
    assert len(real.relations) == 204
    assert {one.guardian for one in real.relations} == {
        key for key, person in real.people.items() if person.kind is PersonKind.GUARDIAN
    }
    assert Counter(one.authority for one in real.relations) == {"1": 123, "2": 54, "0": 27}
    assert Counter(one.kinship for one in real.relations) == {
        "10": 91, "20": 72, "39": 22, "90": 7, "70": 6, "51": 3, "50": 3,
    }  # fmt: skip


def test_legal_guardians_come_before_the_others_of_a_child(real):
    by_child = {}
    for one in real.relations:
        by_child.setdefault(one.child, []).append(one.authority)
    order = {"1": 0, "2": 1, "0": 2}
    assert all(found == sorted(found, key=order.get) for found in by_child.values())


def test_each_member_of_staff_is_where_they_are_attached_with_a_role(real):
    staff = [person for person in real.people.values() if person.kind is PersonKind.STAFF]
    assert Counter(person.structures for person in staff) == {("aaf.02:52008",): 63, ("aaf.02:52003",): 62}
    assert all(person.roles and person.function for person in staff)


def test_names_in_capitals_are_set_in_case(real):
    assert real.people["aaf.02:2397004"].last_name == "Cougard"
    assert not [one for one in real.people.values() if len(one.last_name) > 3 and one.last_name.isupper()]


def test_absent_structures_are_told_of_once_a_person(real):
    dangling = [one for one in real.remarks if one.code == "unknown-structure"]
    assert len(dangling) == len({(one.key, one.sentence) for one in dangling}) == 171
    assert {one.key for one in dangling} == {
        key for key, person in real.people.items() if person.kind is PersonKind.STAFF
    }


def test_teachers_keep_the_classes_that_the_export_holds(real):
    held = {(one.structure, one.code) for one in real.stays if one.kind == "class"}
    taught = {(one.structure, one.code) for one in real.teachings if one.kind == "class"}
    assert taught
    assert taught <= held

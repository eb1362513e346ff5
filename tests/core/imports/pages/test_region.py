"""The console: one source for all schools, seen before it is applied; structures that lead to none."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.imports.regional import run_by_task
from core.people.models import Person
from tenants.imports.models import RegionalImport, SchoolImport, StructureRoute
from tenants.schemas.context import school
from tests.core.imports.exports import upload
from tests.factories import make_account
from tests.signing import signed_in_at_front_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db):
    from tenants.accounts.models import RegionalRole

    account = make_account()
    RegionalRole.objects.create(account=account, role="administrator", scope="region")
    return signed_in_at_front_door(account)


@pytest.fixture
def shown(administrator, college_b, tmp_path):
    """The regional import of one school's people, read and not applied."""
    answer = administrator.post("/console/imports/", {"sent": upload(tmp_path, college_b.uai), "format": ""})
    pk = int(answer["Location"].split("/")[-2])
    run_by_task(pk)
    return pk


def people(college_b):
    with school(college_b):
        return Person.objects.count()


def test_it_is_seen_before_anything_changes(college_b, shown):
    assert people(college_b) == 0
    assert SchoolImport.objects.get(regional=shown, uai=college_b.uai).counts["pupil"]["created"] > 0


def test_page_lists_each_school(administrator, college_b, shown):
    page = administrator.get(f"/console/imports/{shown}/").content.decode()
    assert college_b.uai in page
    assert "Appliquer dans les établissements" in page


def test_applied_it_reaches_the_school(administrator, college_b, shown):
    administrator.post(f"/console/imports/{shown}/appliquer/")
    run_by_task(shown)
    assert people(college_b) > 10


def test_applied_twice_is_a_conflict(administrator, shown):
    administrator.post(f"/console/imports/{shown}/appliquer/")
    run_by_task(shown)
    assert administrator.post(f"/console/imports/{shown}/appliquer/").status_code == 409


def test_structure_of_no_school_is_told_and_may_be_given_one(administrator, college_b, tmp_path):
    sent = upload(tmp_path, "0049952W")
    pk = int(administrator.post("/console/imports/", {"sent": sent, "format": "aaf"})["Location"].split("/")[-2])
    run_by_task(pk)
    lost = SchoolImport.objects.get(regional=pk, state="unknown")
    administrator.post("/console/imports/structures/", {"structure": lost.structures[0], "uai": college_b.uai})
    administrator.post(f"/console/imports/{pk}/revoir/")
    run_by_task(pk)
    assert SchoolImport.objects.filter(regional=pk, uai=college_b.uai).exists()


def test_route_to_a_school_that_is_not_there_is_refused_beside_its_field(administrator):
    answer = administrator.post("/console/imports/structures/", {"structure": "52003", "uai": "0000000A"})
    assert answer.status_code == 422
    assert not StructureRoute.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"<a>"])
def test_nonsense_ends_in_a_sentence(administrator, content):
    sent = SimpleUploadedFile("x.xml", content or b" ")
    answer = administrator.post("/console/imports/", {"sent": sent, "format": ""})
    row = RegionalImport.objects.first()
    if row is not None:
        run_by_task(row.pk)
        row.refresh_from_db()
        assert (row.state, bool(row.sentence)) == ("refused", True)
    else:
        assert answer.status_code == 422

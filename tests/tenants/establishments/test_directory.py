from pathlib import Path

import pytest
from django.db import IntegrityError

from tenants.audit.models import RegionalAuditEntry
from tenants.errors import Conflict
from tenants.establishments import directory
from tenants.establishments.models import Domain, Establishment, Lifecycle
from tests.tenants.establishments.conftest import as_file, line, table, valid_uai

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "etablissements-grand-est.csv"


def plan_of(*lines: str):
    return directory.plan(as_file(table(*lines)))


def school(number: int = 9001) -> Establishment:
    return Establishment.objects.get(uai=valid_uai(number))


def test_new_schools_are_created_as_known_and_readable(load):
    load(line())
    made = school()
    assert (made.lifecycle, made.display_name, made.slug, made.schema_name) == (
        Lifecycle.KNOWN, "Collège Jean Macé", "college-jean-mace", f"e_{made.uai.lower()}",
    )  # fmt: skip


def test_loading_twice_changes_nothing(load):
    load(line(), line(9002))
    assert load(line(), line(9002)).counts == {"created": 0, "updated": 0, "unchanged": 2, "refused": 0}


def test_planning_writes_nothing():
    plan_of(line())
    assert not Establishment.objects.filter(uai=valid_uai(9001)).exists()


def test_a_change_is_told_field_by_field(load):
    load(line())
    assert plan_of(line(headcount="401")).updated[0].changes == {"headcount": [393, 401]}


def test_a_new_name_never_changes_the_address(load):
    load(line())
    load(line(name="COLLEGE SIMONE VEIL"))
    assert (school().display_name, school().slug) == ("Collège Simone Veil", "college-jean-mace")


def test_a_new_name_can_be_searched(load):
    load(line())
    load(line(name="COLLEGE SIMONE VEIL"))
    assert " veil " in school().search_text


def test_a_silent_file_takes_nothing_away(load):
    load(line())
    load(line(headcount=""))
    assert school().headcount == 393


def test_a_school_absent_from_the_file_stays(load):
    load(line(), line(9002))
    load(line())
    assert school(9002)


def test_an_open_school_is_updated_and_stays_open(load):
    load(line())
    Establishment.objects.filter(uai=valid_uai(9001)).update(lifecycle=Lifecycle.ACTIVE)
    load(line(headcount="401"))
    assert (school().lifecycle, school().headcount) == (Lifecycle.ACTIVE, 401)


def test_the_good_lines_load_when_others_are_refused(load):
    plan = load(line(), line(9002, sector="laïc"), line(9003))
    assert plan.counts == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1}


def test_refused_lines_come_back_corrected(load):
    refused = directory.refused_csv(plan_of(line(9002, uai="0679002Z"), line(9003, sector="laïc"), '"' + line(9004)))
    right = refused.decode("utf-8-sig").replace("0679002Z", valid_uai(9002)).replace("laïc", "public")
    assert directory.plan(as_file(right)).counts == {"created": 3, "updated": 0, "unchanged": 0, "refused": 0}


def test_the_refused_file_keeps_the_columns_and_adds_the_reason():
    text = directory.refused_csv(plan_of(line(sector="laïc"))).decode("utf-8-sig")
    assert text.splitlines()[0].endswith(";effectifs;motif")


def test_the_refused_file_runs_no_formula():
    text = directory.refused_csv(plan_of(line(name="=HYPERLINK(1)", sector="laïc"))).decode("utf-8-sig")
    assert "; =HYPERLINK" in text


def test_the_same_line_twice_counts_once():
    assert plan_of(line(), line()).counts["created"] == 1


def test_another_line_of_the_same_school_is_refused():
    plan = plan_of(line(), line(headcount="1"))
    assert (len(plan.created), plan.created[0].headcount, plan.refused[0].line) == (1, 393, 3)


def test_lines_of_one_site_with_several_natures_count_once():
    header = (
        "identifiant_de_l_etablissement;nom_etablissement;type_etablissement;statut_public_prive;nom_commune;multi_uai"
    )
    one = f"{valid_uai(9001)};Lycée A;Lycée;Public;Metz;1"
    plan = directory.plan(as_file("\n".join([header, one, one.replace("Lycée A", "Section A")])))
    assert (plan.counts["created"], plan.counts["refused"], plan.ignored) == (1, 0, 1)


def test_services_and_closed_schools_are_left_aside():
    assert plan_of(line(type="Service Administratif")).ignored == 1


def test_a_loading_is_in_the_journal_with_each_update(load):
    before = RegionalAuditEntry.objects.order_by("pk").last()
    load(line(), line(9002))
    load(line(headcount="1"), line(9002))
    added = RegionalAuditEntry.objects.filter(pk__gt=before.pk).order_by("pk")
    assert list(added.values_list("action", flat=True)) == [
        "establishments.import", "establishments.import", "establishments.update",
    ]  # fmt: skip


def test_a_difference_that_is_no_longer_true_is_not_applied(load):
    plan = plan_of(line())
    load(line(headcount="1"))
    with pytest.raises(Conflict):
        directory.apply(plan, actor=None)


def test_a_former_address_is_not_given_to_another_school(load, settings):
    load(line())
    Domain.objects.create(domain=f"college-simone-veil.{settings.SCHOOL_DOMAIN}", tenant=school())
    load(line(9002, name="COLLEGE SIMONE VEIL"))
    assert school(9002).slug == "college-simone-veil-sainte-tuile"


def test_a_slug_cannot_be_taken_twice(load):
    load(line(), line(9002, name="COLLEGE X"))
    with pytest.raises(IntegrityError):
        Establishment.objects.filter(uai=valid_uai(9002)).update(slug="college-jean-mace")


@pytest.mark.skipif(not REAL.is_file(), reason="the region's open data are not beside this checkout")
def test_the_regions_real_directory_loads_whole_and_then_changes_nothing(django_assert_max_num_queries):
    with REAL.open("rb") as stream:
        plan = directory.plan(stream)
    assert plan.counts == {"created": 3544, "updated": 0, "unchanged": 0, "refused": 0}
    with django_assert_max_num_queries(30):
        directory.apply(plan, actor=None)
    with REAL.open("rb") as stream:
        assert directory.plan(stream).counts == {"created": 0, "updated": 0, "unchanged": 3544, "refused": 0}

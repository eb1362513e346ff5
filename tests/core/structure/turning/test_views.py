"""The pages of the change of year, as a head fills them in."""

from typing import Any

import pytest

from core.jobs.models import Run
from core.structure.models import ClassMembership, SchoolYear, YearPlan
from core.structure.tasks import apply_year
from core.structure.turning import content as plans
from core.structure.turning.applying import apply
from tenants.schemas.context import school


@pytest.fixture
def client(college: Any, enter: Any) -> Any:
    return enter(college.head)


def content(college: Any) -> dict[str, Any]:
    with school(college.school):
        return YearPlan.objects.get().content


def get(client: Any, path: str = "") -> str:
    return client.get(f"/structure/annee/{path}").content.decode()


def test_first_page_shows_the_steps_and_what_is_missing(client: Any) -> None:
    html = get(client)
    assert "Passage à 2027-2028" in html
    assert "n’a pas de classe cette année" in html


def test_preparing_begins_from_the_first_page(client: Any, college: Any) -> None:
    client.post("/structure/annee/abandonner/")
    assert "Préparer l’année suivante" in get(client)
    client.post("/structure/annee/preparer/")
    assert "Dates et périodes" in get(client)


def test_dates_are_saved(client: Any, college: Any) -> None:
    data = {
        "seen": plans.seen(content(college), "dates"), "label": "2027-2028", "starts_on": "2027-09-01",
        "ends_on": "2028-07-05", "p0_name": "Semestre 1", "p0_starts_on": "2027-09-01", "p0_ends_on": "2028-01-31",
    }  # fmt: skip
    assert client.post("/structure/annee/dates/", data).status_code == 302
    assert content(college)["year"]["starts_on"] == "2027-09-01"
    assert [one["name"] for one in content(college)["periods"]] == ["Semestre 1"]


def test_dates_that_overlap_this_year_are_refused(client: Any, college: Any) -> None:
    data = {
        "seen": plans.seen(content(college), "dates"), "label": "2027-2028", "starts_on": "2027-06-01",
        "ends_on": "2028-07-05",
    }  # fmt: skip
    answer = client.post("/structure/annee/dates/", data)
    assert answer.status_code == 422
    assert "après la fin de 2026-2027" in answer.content.decode()


def classes(college: Any) -> dict[str, str]:
    now = content(college)
    data = {"seen": plans.seen(now, "classes")}
    for one in now["classes"]:
        data |= {f"name_{one['key']}": one["name"], f"level_{one['key']}": one["level"], f"keep_{one['key']}": "on"}
    return data | {f"to_{pk}": way for pk, way in now["promotions"].items()}


def test_classes_are_renamed_added_and_taken_out(client: Any, college: Any) -> None:
    data = classes(college) | {"new_name_0": "5e B", "new_level_0": "5e"}
    data[f"name_k{college.classes['6e'].pk}"] = "6e Bleue"
    del data[f"keep_k{college.classes['3e'].pk}"]
    assert client.post("/structure/annee/classes/", data).status_code == 302
    assert {one["name"] for one in content(college)["classes"]} == {"6e Bleue", "5e A", "4e A", "5e B"}


def test_a_page_that_somebody_else_has_changed_is_refused(client: Any, college: Any) -> None:
    data = classes(college)
    client.post("/structure/annee/classes/", data | {"new_name_0": "5e B"})
    answer = client.post("/structure/annee/classes/", data)
    assert answer.status_code == 422
    assert "entre-temps" in answer.content.decode()


def test_pupils_are_decided_one_by_one_and_together(client: Any, college: Any) -> None:
    page = f"eleves/?classe={college.classes['6e'].pk}"
    pupil = college.pupils["6e"].pk
    seen = plans.seen_pupils(content(college), [pupil])
    data = {"seen": seen, "pupil": [pupil], f"to_{pupil}": f"k{college.classes['6e'].pk}"}
    assert client.post(f"/structure/annee/{page}", data).status_code == 302
    assert content(college)["pupils"] == {str(pupil): f"k{college.classes['6e'].pk}"}
    seen = plans.seen_pupils(content(college), [pupil])
    client.post(f"/structure/annee/{page}", {"seen": seen, "pupil": [pupil], "pick": [pupil], "for_ticked": "leaves"})
    assert content(college)["pupils"] == {str(pupil): "leaves"}


def test_arrivals_are_listed_apart(client: Any, college: Any) -> None:
    html = get(client, "eleves/?classe=sans")
    assert college.pupils[""].sort_name in html
    assert college.pupils["6e"].sort_name not in html


@pytest.mark.parametrize("query", ["classe=abc", "classe=9999999", "classe=%00", "a=x", "page=99"])
def test_nonsense_in_the_address_shows_a_page(client: Any, query: str) -> None:
    assert client.get(f"/structure/annee/eleves/?{query}").status_code == 200


def test_applying_starts_a_work_that_its_page_follows(client: Any, college: Any) -> None:
    assert client.post("/structure/annee/appliquer/").status_code == 302
    with school(college.school):
        run = Run.objects.get(task=apply_year.name)
        assert run.actor == college.head
    assert "En cours d’application" in get(client)


def test_the_work_applies_the_plan(college: Any) -> None:
    apply_year(college.plan.pk, college.head.pk)
    assert SchoolYear.objects.filter(label="2027-2028").exists()
    assert Run.objects.get().state == "done"


def test_a_work_that_is_refused_changes_nothing_and_says_why(client: Any, college: Any) -> None:
    SchoolYear.objects.create(label="Été", starts_on="2027-08-01", ends_on="2027-09-30")
    run = Run.objects.create(label="x", task=apply_year.name, state="failed", sentence="L’année en recouvre une autre.")
    assert run.is_broken
    html = get(client)
    assert "La dernière tentative n’a rien changé" in html
    assert "Voir ce qui changera" not in html


def test_undoing_from_the_page_brings_the_plan_back(client: Any, college: Any) -> None:
    apply(plan=college.plan, actor=college.head)
    assert "Annuler le changement d’année" in get(client)
    assert "Ce que quelqu’un a changé depuis est gardé" in get(client, "annuler/")
    assert client.post("/structure/annee/annuler/").status_code == 302
    with school(college.school):
        assert YearPlan.objects.get().is_draft
        assert not ClassMembership.objects.filter(school_class__year__label="2027-2028").exists()

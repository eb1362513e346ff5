"""What a référent sees and does from sending a file to taking it back."""

import pytest

from core.imports.models import Decision, Merge, Pairing, Run
from core.imports.services.runs import apply_by_task, read_by_task
from core.people.models import Person
from tenants.schemas.context import school
from tests.factories import make_person


@pytest.fixture
def referent(college_b, as_person):
    client, _person = as_person(college_b, "digital_referent")
    return client


@pytest.fixture
def sent(referent, college_b, table):
    """The run of a table that was sent and read."""
    answer = referent.post("/imports/", {"sent": table(), "format": ""})
    pk = int(answer["Location"].rstrip("/").rpartition("/")[2])
    with school(college_b):
        read_by_task(pk)
    return pk


def run_of(college_b, pk):
    with school(college_b):
        return Run.objects.get(pk=pk)


def apply(referent, college_b, pk, **given):
    answer = referent.post(f"/imports/{pk}/appliquer/", given)
    with school(college_b):
        apply_by_task(pk)
    return answer


def test_file_is_recognised_without_being_told(college_b, sent):
    assert run_of(college_b, sent).source == "csv"


def test_nothing_sent_is_said_beside_the_form(referent):
    answer = referent.post("/imports/", {"format": ""})
    assert answer.status_code == 422
    assert "Choisissez un fichier" in answer.content.decode()


@pytest.mark.parametrize("content", ["", "\x00\x01\x02", "<html>bonjour</html>"])
def test_nonsense_is_refused_in_a_sentence_and_nothing_is_kept(referent, college_b, table, content):
    answer = referent.post("/imports/", {"sent": table(content, "x.bin"), "format": ""})
    assert answer.status_code == 422
    with school(college_b):
        assert not Run.objects.exists()


def test_while_it_is_read_the_page_asks_again(referent, college_b, table):
    answer = referent.post("/imports/", {"sent": table(), "format": "csv"})
    page = referent.get(answer["Location"]).content.decode()
    assert 'hx-trigger="every 2s"' in page


def test_bar_gives_way_to_the_page_once_it_is_read(referent, sent):
    assert referent.get(f"/imports/{sent}/", headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_page_counts_what_would_change(referent, sent):
    page = referent.get(f"/imports/{sent}/")
    counted = {line.label: {cell.label: cell.number for cell in line.cells} for line in page.context["lines"]}
    assert counted["Élèves"]["Créés"] == 2


def test_detail_names_who_would_be_created(referent, sent):
    page = referent.get(f"/imports/{sent}/detail/", {"quoi": "pupil", "action": "created"})
    assert "Lou-Anne Petit" in page.content.decode()


@pytest.mark.parametrize("query", ["", "quoi=x&action=y", "quoi=pupil", "quoi=pupil&action=created&page=9999999999999"])
def test_detail_of_nonsense_is_a_page_all_the_same(referent, sent, query):
    assert referent.get(f"/imports/{sent}/detail/?{query}").status_code in {200, 302}


def test_refused_rows_come_back_with_their_reason(referent, sent):
    text = referent.get(f"/imports/{sent}/refus.csv").content.decode()
    head, line = text.splitlines()[:2]
    assert (head.rpartition(";")[2], line.startswith("Lebrun")) == ("Motif", True)


def test_refused_rows_come_as_a_workbook_too(referent, sent):
    assert referent.get(f"/imports/{sent}/refus.xlsx").content.startswith(b"PK")


def test_applied_it_is_in_the_school(referent, college_b, sent):
    apply(referent, college_b, sent)
    with school(college_b):
        assert Person.objects.filter(last_name="Ésaü").count() == 2


def test_undone_nothing_of_it_is_left(referent, college_b, sent):
    apply(referent, college_b, sent)
    referent.post(f"/imports/{sent}/annuler/")
    with school(college_b):
        assert not Person.objects.filter(last_name="Ésaü").exists()


def test_given_up_it_can_no_more_be_applied(referent, college_b, sent):
    referent.post(f"/imports/{sent}/abandonner/")
    assert apply(referent, college_b, sent).status_code == 409


def test_columns_show_what_each_is_taken_for(referent, sent):
    form = referent.get(f"/imports/{sent}/colonnes/").context["form"]
    assert [form[name].value() for name in list(form.fields)[:3]] == ["last_name", "first_name", "birth_date"]


def test_other_columns_are_read_anew(referent, college_b, sent):
    referent.post(f"/imports/{sent}/colonnes/", {"c0": "last_name", "c1": "first_name"})
    with school(college_b):
        read_by_task(sent)
    assert "class" not in run_of(college_b, sent).counts


def test_two_columns_cannot_hold_the_same(referent, sent):
    answer = referent.post(f"/imports/{sent}/colonnes/", {"c0": "last_name", "c1": "last_name"})
    assert answer.status_code == 422


def test_columns_are_remembered_for_the_next_table_like_it(referent, college_b, sent, table):
    referent.post(f"/imports/{sent}/colonnes/", {"c0": "last_name", "c1": "first_name"})
    with school(college_b):
        read_by_task(sent)
    referent.post(f"/imports/{sent}/abandonner/")
    again = referent.post("/imports/", {"sent": table(), "format": "csv"})["Location"]
    form = referent.get(f"{again}colonnes/").context["form"]
    assert form["c3"].value() == ""


@pytest.mark.parametrize("name", ["eleves.csv", "eleves.xlsx", "personnels.csv", "personnels.xlsx"])
def test_models_can_be_downloaded(referent, name):
    assert referent.get(f"/imports/modeles/{name}").status_code == 200


def test_doubtful_pair_is_shown_side_by_side_and_decided(referent, college_b, table):
    known = make_person(college_b, "pupil", first_name="Lou-Anne", last_name="Petit")
    pk = int(referent.post("/imports/", {"sent": table(), "format": "csv"})["Location"].split("/")[-2])
    with school(college_b):
        read_by_task(pk)
        pairing = Pairing.objects.get(candidate=known)
    assert "Lou-Anne" in referent.get("/imports/rapprochements/").content.decode()
    referent.post(f"/imports/rapprochements/{pairing.pk}/", {"decision": "same"})
    with school(college_b):
        assert Pairing.objects.get(pk=pairing.pk).decision == Decision.SAME


def test_two_profiles_are_compared_then_merged_then_parted(referent, college_b):
    kept, gone = (make_person(college_b, "guardian", last_name="Double") for _ in range(2))
    compared = referent.post(f"/imports/fiches/reunir/{kept.pk}/", {"person": gone.pk})
    assert "Réunir ces deux fiches" in compared.content.decode()
    referent.post(f"/imports/fiches/reunir/{kept.pk}/", {"person": gone.pk, "confirm": "1"})
    with school(college_b):
        merge = Merge.objects.get(kept=kept, gone=gone)
    referent.post(f"/imports/fiches/{merge.pk}/separer/")
    with school(college_b):
        assert Person.objects.get(pk=gone.pk).merged_into_id is None


def test_list_costs_the_same_with_one_run_and_with_three(referent, college_b, django_assert_num_queries):
    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as found:
            referent.get("/imports/")
        return len(found)

    with school(college_b):
        Run.objects.create(source="csv", label="a.csv", state="cancelled")
    queries()
    one = queries()
    with school(college_b):
        for name in "bc":
            Run.objects.create(source="csv", label=f"{name}.csv", state="cancelled")
    assert queries() == one

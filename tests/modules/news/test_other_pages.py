"""The report, the sections, and what lists cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from modules.news import selectors, services
from modules.news.models import Contributor, Section
from tenants.schemas.context import school
from tests.factories import make_guardian, make_person
from tests.modules.news.conftest import (
    Cast,
    SignIn,
    for_class,
    in_school,
    published,
    submitted,
    url,
)


# --- Report ---
def test_the_report_names_who_has_not_read(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True, audience=for_class(cast, "guardian", "pupil"))
        services.confirm(viewer=cast.viewer(cast.parent), article=article)
    answer = sign_in(cast.head).get(url("report", article.pk))
    found = answer.context["report"]
    assert ([row.person for row in answer.context["page"]], found.families_read, found.families) == ([cast.pupil], 1, 1)


def test_a_family_is_whole_when_all_its_guardians_have_read(here: Cast) -> None:
    father = make_person(here.establishment, "guardian")
    make_guardian(here.establishment, here.pupil, father)
    article = published(here, urgent=True, audience=for_class(here))
    services.confirm(viewer=here.viewer(father), article=article)
    report = selectors.report_on(article, selectors.terms_of(here.viewer(here.head)))
    assert (report.families_read, report.families_whole, report.families) == (1, 0, 1)


def test_brothers_and_sisters_are_one_family(here: Cast) -> None:
    sister = make_person(here.establishment, "pupil")
    make_guardian(here.establishment, sister, here.parent)
    here.school_class.memberships.create(person=sister)
    article = published(here, urgent=True, audience=for_class(here))
    assert selectors.report_on(article, selectors.terms_of(here.viewer(here.head))).families == 1


def test_the_report_narrows_to_a_role_or_a_class(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True)
    client = sign_in(cast.head)
    by_role = client.get(url("report", article.pk), {"role": "pupil", "lectures": "toutes"}).context["page"]
    by_class = client.get(url("report", article.pk), {"classe": "2de 1"}).context["page"]
    assert cast.pupil in [row.person for row in by_role]
    assert {row.person for row in by_class} == {cast.pupil, cast.parent}


def test_the_report_is_not_for_teachers(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True)
    assert sign_in(cast.teacher).get(url("report", article.pk)).status_code == 404


def test_news_that_asks_nothing_has_no_report(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast)
    assert sign_in(cast.head).get(url("report", article.pk)).status_code == 404


def test_the_export_computes_nothing(cast: Cast, sign_in: SignIn) -> None:
    make_person(cast.establishment, "pupil", first_name="=1+1", last_name="@SUM(A1)")
    with school(cast.establishment):
        article = published(cast, urgent=True)
        services.confirm(viewer=cast.viewer(cast.pupil), article=article)
    answer = sign_in(cast.head).get(url("report_export", article.pk))
    text = answer.content.decode()
    assert (text.startswith("\ufeff"), "'@SUM(A1);'=1+1" in text) == (True, True)


def test_the_export_is_written_down(cast: Cast, sign_in: SignIn) -> None:
    from core.audit.models import AuditEntry

    with school(cast.establishment):
        article = published(cast, urgent=True)
    sign_in(cast.head).get(url("report_export", article.pk))
    assert in_school(cast, AuditEntry.objects.filter(action="news.export_report").exists)


# --- Sections ---
def test_a_section_is_made_described_and_archived(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.head)
    values = {"name": "Club échecs", "icon": "award", "hue": "plum", "position": "5"}
    client.post(url("section_create"), values)
    pk = in_school(cast, lambda: Section.objects.get(name="Club échecs").pk)
    client.post(url("section_edit", pk), values | {"name": "Échecs"})
    client.post(url("section_archive", pk))
    assert in_school(cast, lambda: Section.objects.get(name="Échecs").is_archived)
    client.post(url("section_reopen", pk))
    assert not in_school(cast, lambda: Section.objects.get(name="Échecs").is_archived)


@pytest.mark.parametrize("values", [{"name": ""}, {"name": "VIE DU LYCÉE"}, {"name": "x", "icon": "bomb"}])
def test_a_section_to_correct_is_shown_again(cast: Cast, sign_in: SignIn, values: dict[str, str]) -> None:
    data = {"icon": "award", "hue": "plum", "position": "5"} | values
    assert sign_in(cast.head).post(url("section_create"), data).status_code == 422
    other = in_school(cast, lambda: Section.objects.create(name="Autre").pk)
    assert sign_in(cast.head).post(url("section_edit", other), data).status_code == 422


def test_contributors_are_found_added_and_removed(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.head)
    page = client.get(url("section_edit", cast.section.pk), {"q": cast.teacher.last_name})
    assert cast.teacher in page.context["found"]
    client.post(url("contributor_set", cast.section.pk), {"person": cast.teacher.pk})
    line = in_school(cast, Contributor.objects.get)
    client.post(url("contributor_remove", cast.section.pk, line.pk))
    assert not in_school(cast, Contributor.objects.exists)


@pytest.mark.parametrize(
    ("data", "status"), [({}, 422), ({"role": "wizard"}, 422), ({"person": "x"}, 422), ({"person": "99999"}, 404)]
)
def test_contributors_that_make_no_sense_are_refused(
    cast: Cast, sign_in: SignIn, data: dict[str, str], status: int
) -> None:
    assert sign_in(cast.head).post(url("contributor_set", cast.section.pk), data).status_code == status


def test_a_manager_who_removes_themselves_lands_on_the_list(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        line = Contributor.objects.create(section=cast.section, person=cast.teacher, manages=True)
    answer = sign_in(cast.teacher).post(url("contributor_remove", cast.section.pk, line.pk))
    assert answer["Location"] == url("sections")


@pytest.mark.parametrize("name", ["section_edit", "section_archive", "section_reopen", "contributor_set"])
def test_sections_are_not_described_by_others(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert sign_in(cast.teacher).post(url(name, cast.section.pk)).status_code == 404


def test_a_section_that_is_not_there_is_not_hidden(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.pupil).post(url("section_hide", 999999)).status_code == 404


# --- Cost ---
def queries(client: Any, path: str) -> int:
    client.get(path)  # what is read once and kept
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("name", "who"), [("list", "parent"), ("mine", "head"), ("queue", "head"), ("sections", "head")]
)
def test_a_list_of_three_asks_no_more_than_a_list_of_one(cast: Cast, sign_in: SignIn, name: str, who: str) -> None:
    def add() -> None:
        with school(cast.establishment):
            published(cast, audience=for_class(cast))
            submitted(cast, cast.teacher)
            Section.objects.create(name=f"Rubrique {Section.objects.count()}")

    add()
    client = sign_in(getattr(cast, who))
    one = queries(client, url(name))
    add()
    add()
    assert queries(client, url(name)) == one


def test_a_report_asks_the_same_for_many_people(cast: Cast, sign_in: SignIn) -> None:
    with school(cast.establishment):
        article = published(cast, urgent=True)
    client = sign_in(cast.head)
    few = queries(client, url("report", article.pk))
    for _ in range(3):
        child, parent = make_person(cast.establishment, "pupil"), make_person(cast.establishment, "guardian")
        make_guardian(cast.establishment, child, parent)
    assert queries(client, url("report", article.pk)) == few

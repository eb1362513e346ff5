"""The pages of the structure, by their address."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from core.people.records import version_of
from core.structure.models import ClassMembership, Room, SchoolClass, Subject, TeachingService
from core.structure.services import add_to_class
from tenants.schemas.context import school
from tests.core import world as worlds
from tests.factories import client_for, make_person

STAFF = ["head", "referent", "office", "cpe", "teacher", "other_teacher"]
MANAGE = [
    "classes/nouvelle/",
    "classes/{c}/modifier/",
    "classes/{c}/eleves/ajouter/",
    "classes/{c}/professeur-principal/",
    "classes/{c}/enseignants/ajouter/",
    "classes/appartenances/{m}/fin/",
    "groupes/nouveau/",
    "groupes/{g}/modifier/",
    "groupes/{g}/eleves/ajouter/",
    "groupes/{g}/enseignants/ajouter/",
    "services/{s}/",
    "services/{s}/fin/",
    "services/{s}/remplacements/ajouter/",
    "annees/",
    "annees/nouvelle/",
    "annees/{y}/",
    "annees/{y}/periodes/ajouter/",
    "matieres/",
    "matieres/nouvelle/",
    "salles/",
    "salles/nouvelle/",
]
NONSENSE = ["abc", "\x00", "-1", "9" * 40, "31/02/2026", "9999-99-99", "x" * 5000]


def fill(world: worlds.World, path: str) -> str:
    with school(world.school):
        membership = ClassMembership.objects.get(person=world.pupil)
    return "/structure/" + path.format(
        c=world.class_a.pk, g=world.group.pk, s=world.service.pk, y=world.class_a.year_id, m=membership.pk
    )


def text(response: Any) -> str:
    return response.content.decode()


@pytest.mark.parametrize("path", ["", *MANAGE])
def test_anonymous_visitors_sign_in_first(world: Any, path: str) -> None:
    assert client_for(world.school).get(fill(world, path)).status_code == 302


@pytest.mark.parametrize("path", MANAGE)
def test_management_opens_every_page(world: Any, enter: Any, path: str) -> None:
    assert enter(world.head).get(fill(world, path)).status_code == 200


@pytest.mark.parametrize("who", ["cpe", "teacher", "pupil", "mother"])
def test_managing_is_not_there_for_others(world: Any, enter: Any, who: str) -> None:
    client = enter(getattr(world, who))
    assert {client.get(fill(world, path)).status_code for path in MANAGE} == {404}


@pytest.mark.parametrize("who", [*STAFF, "pupil", "mother"])
def test_class_page_opens_for_its_people_and_for_staff(world: Any, enter: Any, who: str) -> None:
    assert enter(getattr(world, who)).get(fill(world, "classes/{c}/")).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "other_parent", "partner"])
def test_class_page_is_not_there_for_outsiders(world: Any, enter: Any, who: str) -> None:
    assert enter(getattr(world, who)).get(fill(world, "classes/{c}/")).status_code == 404


def test_ended_authority_closes_the_class_page(world: Any, enter: Any) -> None:
    client = enter(world.father)
    worlds.end_link(world, world.father)
    assert client.get(fill(world, "classes/{c}/")).status_code == 404


def test_guardian_reads_only_the_own_child_in_the_class(world: Any, enter: Any) -> None:
    page = text(enter(world.mother).get(fill(world, "classes/{c}/")))
    assert world.pupil.sort_name in page
    assert world.classmate.sort_name not in page


def test_pupil_reads_the_classmates(world: Any, enter: Any) -> None:
    assert world.classmate.sort_name in text(enter(world.pupil).get(fill(world, "classes/{c}/")))


@pytest.mark.parametrize("path", ["classes/{c}/", "groupes/{g}/", "services/{s}/", "annees/{y}/"])
def test_same_pk_at_the_other_school_is_not_there(
    world: Any, college_b: Any, as_person: Any, path: str
) -> None:
    client, _ = as_person(college_b, "management")
    with school(college_b):
        TeachingService.objects.all().delete()
        ClassMembership.objects.all().delete()
        SchoolClass.objects.all().delete()
    from core.structure.models import Group, SchoolYear

    with school(college_b):
        Group.objects.all().delete()
        SchoolYear.objects.all().delete()
    assert client.get(fill(world, path)).status_code == 404


def test_class_list_costs_the_same_for_one_and_for_three(world: Any, enter: Any) -> None:
    client = enter(world.head)
    client.get("/structure/")
    counts = []
    for names in ((), ("5e A", "5e B")):
        with school(world.school):
            for name in names:
                SchoolClass.objects.create(year=world.class_a.year, name=name)
        with CaptureQueriesContext(connection) as captured:
            client.get("/structure/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_class_page_costs_the_same_for_two_pupils_and_for_four(world: Any, enter: Any) -> None:
    client, path = enter(world.head), fill(world, "classes/{c}/")
    client.get(path)
    counts = []
    for number in (0, 2):
        for _ in range(number):
            pupil = make_person(world.school, "pupil")
            with school(world.school):
                add_to_class(school_class=world.class_a, pupil=pupil, actor=None)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_pupils_are_found_by_search_and_added(world: Any, enter: Any) -> None:
    client, path = enter(world.referent), fill(world, "classes/{c}/eleves/ajouter/")
    assert world.stranger.sort_name in text(client.get(path, {"q": world.stranger.last_name}))
    assert client.post(path, {"person": [world.stranger.pk]}).status_code == 302
    with school(world.school):
        assert ClassMembership.objects.filter(person=world.stranger, school_class=world.class_a).exists()


def test_repeated_submit_is_refused_with_a_sentence(world: Any, enter: Any) -> None:
    client, path = enter(world.head), fill(world, "classes/{c}/eleves/ajouter/")
    client.post(path, {"person": [world.stranger.pk]})
    answer = client.post(path, {"person": [world.stranger.pk]})
    assert answer.status_code == 422
    assert "déjà dans cette classe" in text(answer)


@pytest.mark.parametrize("value", ["", *NONSENSE])
@pytest.mark.parametrize("path", ["classes/{c}/eleves/ajouter/", "classes/{c}/professeur-principal/"])
def test_only_people_of_the_list_are_added(world: Any, enter: Any, path: str, value: str) -> None:
    assert enter(world.head).post(fill(world, path), {"person": [value]}).status_code == 422


def test_pupil_is_no_main_teacher(world: Any, enter: Any) -> None:
    path = fill(world, "classes/{c}/professeur-principal/")
    assert enter(world.head).post(path, {"person": world.pupil.pk}).status_code == 422


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("field", ["starts_on", "ends_on", "label"])
def test_year_refuses_nonsense(world: Any, enter: Any, field: str, value: str) -> None:
    values = {"label": "2030-2031", "starts_on": "2030-09-01", "ends_on": "2031-07-01", field: value}
    answer = enter(world.head).post("/structure/annees/nouvelle/", values)
    assert answer.status_code == 422 or (field == "label" and len(value) <= 20)


def test_list_of_classes_takes_a_nonsense_year(world: Any, enter: Any) -> None:
    assert {enter(world.head).get("/structure/", {"annee": value}).status_code for value in NONSENSE} == {200}


def test_stale_class_answers_409(world: Any, enter: Any) -> None:
    client, path = enter(world.head), fill(world, "classes/{c}/modifier/")
    values = {"name": "6e Neuf", "version": version_of(world.class_a)}
    assert client.post(path, values).status_code == 302
    assert client.post(path, values).status_code == 409


def test_substitution_from_the_page(world: Any, enter: Any) -> None:
    path = fill(world, "services/{s}/remplacements/ajouter/")
    values = {
        "person": world.other_teacher.pk,
        "starts_on": localdate().isoformat(),
        "ends_on": "2027-01-31",
    }
    assert enter(world.head).post(path, values).status_code == 302
    page = text(enter(world.pupil).get(fill(world, "classes/{c}/")))
    assert world.other_teacher.full_name in page


@pytest.mark.parametrize(
    ("path", "values", "model"),
    [
        ("matieres", {"name": "Latin"}, Subject),
        ("salles", {"name": "A1", "building": "A", "capacity": "24"}, Room),
    ],
)
def test_lists_are_kept_from_their_pages(world: Any, enter: Any, path: str, values: Any, model: Any) -> None:
    client = enter(world.referent)
    assert client.post(f"/structure/{path}/nouvelle/", values).status_code == 302
    with school(world.school):
        row = model.objects.get(name=values["name"])
    changed = {**values, "name": "Autre", "version": version_of(row)}
    assert client.post(f"/structure/{path}/{row.pk}/", changed).status_code == 302
    assert client.post(f"/structure/{path}/{row.pk}/supprimer/").status_code == 302
    with school(world.school):
        assert not model.objects.filter(pk=row.pk).exists()


def test_room_refuses_a_negative_number_of_places(world: Any, enter: Any) -> None:
    values = {"name": "A1", "capacity": "-3"}
    assert enter(world.head).post("/structure/salles/nouvelle/", values).status_code == 422

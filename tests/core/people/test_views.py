"""The pages of the directory, by their address: who gets in, what is shown, what is refused."""

from typing import Any

import pytest
from django.utils.timezone import localdate

from core.people.models import GuardianLink, Person
from core.people.records import version_of
from core.structure.models import ClassMembership
from tenants.schemas.context import school
from tests.core import world as worlds
from tests.factories import client_for, make_guardian, make_person

PAGES = ["", "moi/", "moi/preferences/", "moi/coordonnees/"]
NONSENSE = [
    "abc",
    "\x00",
    "-1",
    "9" * 40,
    "<script>alert(1)</script>",
    "31/02/2026",
    "9999-99-99",
    "x" * 5000,
]


def get(client: Any, path: str) -> Any:
    return client.get(f"/annuaire/{path}")


def text(response: Any) -> str:
    return response.content.decode()


# --- Getting in -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [*PAGES, "1/", "nouveau/", "1/compte/"])
def test_anonymous_visitors_sign_in_first(lycee_a: Any, path: str) -> None:
    assert get(client_for(lycee_a), path).status_code == 302


@pytest.mark.parametrize(
    "who", ["head", "referent", "office", "cpe", "teacher", "partner", "pupil", "mother"]
)
@pytest.mark.parametrize("path", PAGES)
def test_every_member_has_a_directory_and_a_profile(world: Any, enter: Any, who: str, path: str) -> None:
    assert get(enter(getattr(world, who)), path).status_code == 200


@pytest.mark.parametrize("who", ["office", "cpe", "teacher", "partner", "pupil", "mother"])
@pytest.mark.parametrize("path", ["nouveau/", "{}/modifier/", "{}/roles/", "{}/depart/", "{}/compte/"])
def test_managing_is_not_there_for_others(world: Any, enter: Any, who: str, path: str) -> None:
    assert get(enter(getattr(world, who)), path.format(world.pupil.pk)).status_code == 404


@pytest.mark.parametrize("who", ["pupil", "mother", "partner"])
def test_outsider_gets_404_for_people_out_of_sight(world: Any, enter: Any, who: str) -> None:
    assert get(enter(getattr(world, who)), f"{world.stranger.pk}/").status_code == 404


def test_member_of_another_school_is_a_stranger_here(world: Any, college_b: Any, as_person: Any) -> None:
    client, _ = as_person(college_b, "management")
    answer = client.get(f"/annuaire/{world.pupil.pk}/", headers={"host": f"{world.school.slug}.localhost"})
    assert answer["Location"].startswith("/connexion/")


def test_same_pk_at_the_other_school_is_another_person(world: Any, college_b: Any, as_person: Any) -> None:
    client, _ = as_person(college_b, "management")
    with school(college_b):
        Person.objects.filter(pk=world.pupil.pk).delete()
    make_person(college_b, "pupil", pk=world.pupil.pk, first_name="Zoé", last_name="d’Ailleurs")
    page = text(get(client, f"{world.pupil.pk}/"))
    assert "Zoé d’Ailleurs" in page
    assert world.pupil.full_name not in page


# --- What is shown --------------------------------------------------------------------------------------
def test_separated_parent_reads_the_name_and_nothing_more(world: Any, enter: Any) -> None:
    page = text(get(enter(world.mother), f"{world.father.pk}/"))
    assert world.father.full_name in page
    for secret in (world.father.phone, world.father.email, world.father.address):
        assert secret not in page


@pytest.mark.parametrize("path", ["{pupil}/", "", "moi/"])
def test_separated_parents_contact_is_on_no_page(world: Any, enter: Any, path: str) -> None:
    page = text(get(enter(world.father), path.format(pupil=world.pupil.pk)))
    for secret in (world.mother.phone, world.mother.email, world.mother.address):
        assert secret not in page


def test_teacher_reads_the_contacts_of_the_families_taught(world: Any, enter: Any) -> None:
    page = text(get(enter(world.teacher), f"{world.pupil.pk}/"))
    assert world.mother.phone in page
    assert world.pupil.address not in page


def test_teacher_reads_nothing_of_other_families(world: Any, enter: Any) -> None:
    page = text(get(enter(world.teacher), f"{world.stranger.pk}/"))
    assert world.other_parent.full_name not in page


def test_ended_authority_closes_the_page_at_the_next_request(world: Any, enter: Any) -> None:
    client = enter(world.father)
    assert get(client, f"{world.pupil.pk}/").status_code == 200
    worlds.end_link(world, world.father)
    assert get(client, f"{world.pupil.pk}/").status_code == 404


def test_referent_never_reads_an_address(world: Any, enter: Any) -> None:
    client = enter(world.referent)
    for path in ("", "modifier/"):
        assert world.pupil.address not in text(get(client, f"{world.pupil.pk}/{path}"))


def test_directory_search_answers_a_fragment_to_htmx(world: Any, enter: Any) -> None:
    answer = enter(world.head).get("/annuaire/", {"q": world.pupil.last_name}, headers={"HX-Request": "true"})
    assert world.pupil.sort_name in text(answer)
    assert "<html" not in text(answer)


@pytest.mark.parametrize("who", ["head", "teacher", "father", "pupil"])
def test_directory_tells_guardians_apart_by_their_children(world: Any, enter: Any, who: str) -> None:
    page = text(enter(getattr(world, who)).get("/annuaire/", {"q": world.mother.last_name}))
    assert f"Responsable de {world.pupil.full_name}" in page


def test_directory_does_not_name_the_other_parents_other_children(world: Any, enter: Any) -> None:
    make_guardian(world.school, world.classmate, world.mother)
    page = text(enter(world.father).get("/annuaire/", {"q": world.mother.last_name}))
    assert world.mother.sort_name in page
    assert world.classmate.full_name not in page


def test_directory_narrows_by_role_and_class(world: Any, enter: Any) -> None:
    page = text(enter(world.head).get("/annuaire/", {"role": "pupil", "classe": world.class_a.pk}))
    assert world.pupil.sort_name in page
    assert world.stranger.sort_name not in page


def test_directory_shows_people_who_left_to_management_only(world: Any, enter: Any) -> None:
    with school(world.school):
        Person.objects.filter(pk=world.partner.pk).update(left_on=localdate())
    assert world.partner.sort_name in text(enter(world.head).get("/annuaire/?partis=1"))
    assert world.partner.sort_name not in text(enter(world.cpe).get("/annuaire/?partis=1"))


@pytest.mark.parametrize("name", ["q", "role", "classe", "page", "partis", "enfant"])
@pytest.mark.parametrize("value", NONSENSE)
def test_directory_takes_any_nonsense(world: Any, enter: Any, name: str, value: str) -> None:
    assert enter(world.head).get("/annuaire/", {name: value}).status_code == 200


@pytest.mark.parametrize("path", ["9999999999999999999999/", "0/", "abc/", "1%00/"])
def test_nonsense_addresses_are_not_found(world: Any, enter: Any, path: str) -> None:
    assert get(enter(world.head), path).status_code == 404


def test_directory_costs_the_same_for_one_row_and_for_all(world: Any, enter: Any) -> None:
    client = enter(world.teacher)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/annuaire/")
    counts = []
    for words in (world.mother.last_name, ""):
        with CaptureQueriesContext(connection) as captured:
            client.get("/annuaire/", {"q": words})
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_person_page_costs_the_same_for_one_guardian_and_for_three(world: Any, enter: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter(world.cpe)
    client.get(f"/annuaire/{world.stranger.pk}/")
    counts = []
    for extra in (0, 2):
        for _ in range(extra):
            make_guardian(world.school, world.stranger, make_person(world.school, "guardian"))
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/annuaire/{world.stranger.pk}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Managing -------------------------------------------------------------------------------------------
def test_create_leads_to_the_new_page(world: Any, enter: Any) -> None:
    answer = enter(world.referent).post(
        "/annuaire/nouveau/", {"roles": ["teacher"], "first_name": "Ana", "last_name": "Petit"}
    )
    with school(world.school):
        made = Person.objects.get(last_name="Petit")
    assert answer.headers["Location"] == f"/annuaire/{made.pk}/"


@pytest.mark.parametrize(
    "field", ["first_name", "last_name", "birth_date", "email", "arrived_on", "roles", "phone"]
)
@pytest.mark.parametrize("value", ["\x00nul", "x" * 5000, "31/02/2026", "31/12/9999"])
def test_create_refuses_nonsense_with_a_sentence(world: Any, enter: Any, field: str, value: str) -> None:
    values = {"roles": ["teacher"], "first_name": "Ana", "last_name": "Zzz", field: value}
    answer = enter(world.head).post("/annuaire/nouveau/", values)
    if answer.status_code == 302:  # a date as a name is odd, and nobody's business
        assert field in {"first_name", "last_name", "phone"}
        return
    assert answer.status_code == 422
    assert "error-summary" in text(answer)


def test_edit_answers_409_when_somebody_was_quicker(world: Any, enter: Any) -> None:
    client = enter(world.head)
    values = {
        "first_name": "Nouveau",
        "last_name": "Nom",
        "version": version_of(world.partner),
    }
    assert client.post(f"/annuaire/{world.partner.pk}/modifier/", values).status_code == 302
    answer = client.post(f"/annuaire/{world.partner.pk}/modifier/", {**values, "first_name": "Autre"})
    assert answer.status_code == 409
    assert "entre-temps" in text(answer)


def test_edit_without_a_version_is_refused(world: Any, enter: Any) -> None:
    values = {"first_name": "Nouveau", "last_name": "Nom"}
    assert enter(world.head).post(f"/annuaire/{world.partner.pk}/modifier/", values).status_code == 409


def test_guardian_is_found_by_search_and_added(world: Any, enter: Any) -> None:
    client, path = enter(world.referent), f"/annuaire/{world.classmate.pk}/responsables/ajouter/"
    assert world.mother.sort_name in text(client.get(path, {"q": world.mother.last_name}))
    values = {"person": world.mother.pk, "kinship": "10", "authority": "1", "priority": 1}
    assert client.post(path, values).status_code == 302
    with school(world.school):
        assert GuardianLink.objects.filter(child=world.classmate, guardian=world.mother).exists()


@pytest.mark.parametrize("value", ["", *NONSENSE])
def test_guardian_must_be_somebody(world: Any, enter: Any, value: str) -> None:
    path = f"/annuaire/{world.classmate.pk}/responsables/ajouter/"
    values = {"person": value, "kinship": "10", "authority": "1", "priority": 1}
    assert enter(world.head).post(path, values).status_code == 422


def test_ending_a_link_takes_effect_at_once(world: Any, enter: Any) -> None:
    client = enter(world.father)
    with school(world.school):
        link = GuardianLink.objects.get(guardian=world.father)
    assert enter(world.head).post(f"/annuaire/responsables/{link.pk}/fin/").status_code == 302
    assert get(client, f"{world.pupil.pk}/").status_code == 404


def test_first_password_is_shown_once_and_never_cached(world: Any, enter: Any) -> None:
    person = make_person(world.school, "pupil")
    answer = enter(world.head).post(f"/annuaire/{person.pk}/compte/", {"login": "un.eleve"})
    assert "un.eleve" in text(answer)
    assert "no-store" in answer.headers["Cache-Control"]


def test_repeated_submit_of_an_account_is_refused(world: Any, enter: Any) -> None:
    client, person = enter(world.head), make_person(world.school, "pupil")
    client.post(f"/annuaire/{person.pk}/compte/", {"login": "un.autre"})
    assert client.post(f"/annuaire/{person.pk}/compte/", {"login": "encore.un"}).status_code == 422


def test_departure_needs_a_date_that_exists(world: Any, enter: Any) -> None:
    values = {"on": "31/02/2026", "version": version_of(world.partner)}
    assert enter(world.head).post(f"/annuaire/{world.partner.pk}/depart/", values).status_code == 422


def test_departure_and_return(world: Any, enter: Any) -> None:
    client = enter(world.head)
    values = {"on": localdate().isoformat(), "version": version_of(world.pupil)}
    assert client.post(f"/annuaire/{world.pupil.pk}/depart/", values).status_code == 302
    with school(world.school):
        assert not ClassMembership.objects.filter(person=world.pupil, ends_on=None).exists()
    assert client.post(f"/annuaire/{world.pupil.pk}/retour/").status_code == 302


# --- Oneself --------------------------------------------------------------------------------------------
def test_own_contact_is_corrected(world: Any, enter: Any) -> None:
    values = {"email": "neuf@example.org", "phone": "", "version": version_of(world.mother)}
    assert enter(world.mother).post("/annuaire/moi/coordonnees/", values).status_code == 302


def test_own_contact_is_not_there_where_the_school_keeps_it(world: Any, enter: Any) -> None:
    from core.modules.models import ModuleChoice

    with school(world.school):
        ModuleChoice.objects.update_or_create(slug="people", defaults={"settings": {"own_contact": False}})
    assert get(enter(world.mother), "moi/coordonnees/").status_code == 404


def test_preferences_change_the_page_at_once(world: Any, enter: Any) -> None:
    client = enter(world.pupil)
    assert client.post("/annuaire/moi/preferences/", {"theme": "dark", "comfort": "on"}).status_code == 302
    assert 'data-theme="dark"' in text(get(client, "moi/"))


@pytest.mark.parametrize("theme", ["", "rose", "\x00"])
def test_preferences_refuse_what_is_not_offered(world: Any, enter: Any, theme: str) -> None:
    assert enter(world.pupil).post("/annuaire/moi/preferences/", {"theme": theme}).status_code == 422

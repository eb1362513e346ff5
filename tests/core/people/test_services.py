"""Writes to people: what they do, what they refuse, what the journal keeps."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import localdate

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.people import services
from core.people.choices import Authority, Kinship
from core.people.models import GuardianLink, Person
from core.people.records import version_of
from core.people.services.accounts import serves_elsewhere
from core.structure.models import ClassMembership, Substitution, TeachingService
from tenants.accounts.models import Account, Membership
from tenants.accounts.selectors import account_of
from tenants.schemas.context import region, school
from tests.core import world as worlds
from tests.factories import give_account, make_account, make_person

pytestmark = pytest.mark.usefixtures("inside")


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


# --- Records --------------------------------------------------------------------------------------------
def test_create_person_folds_the_name_and_is_journalled(world: Any) -> None:
    made = services.create_person(
        actor=world.head,
        roles=["pupil"],
        first_name="  Zoé ",
        last_name="O'Brien\u200b",
        birth_date=date(2015, 1, 2),
    )
    assert (made.first_name, made.search_text) == ("Zoé", "o brien zoe")
    entry = AuditEntry.objects.filter(action="people.create", target_id=str(made.pk)).get()
    assert entry.actor_name == world.head.full_name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("last_name", "x" * 101),
        ("email", "pas une adresse"),
        ("birth_date", date(9999, 1, 1)),
        ("birth_date", date(1, 1, 1)),
        ("phone", "0" * 21),
        ("address", "x" * 301),
    ],
)
def test_create_person_refuses_what_does_not_fit(world: Any, field: str, value: Any) -> None:
    values = {"first_name": "Zoé", "last_name": "Martin", field: value}
    before = Person.objects.count()
    with pytest.raises(DomainError) as caught:
        services.create_person(actor=world.head, roles=["pupil"], **values)
    assert field in caught.value.fields
    assert Person.objects.count() == before


@pytest.mark.parametrize("roles", [[], ["pupil", "king"]])
def test_create_person_refuses_roles_that_do_not_exist(world: Any, roles: list[str]) -> None:
    with pytest.raises(DomainError) as caught:
        services.create_person(actor=world.head, roles=roles, first_name="A", last_name="B")
    assert "roles" in caught.value.fields


def test_update_person_refuses_a_stale_version(world: Any) -> None:
    seen = version_of(world.pupil)
    services.update_person(person=world.pupil, actor=world.head, version=seen, phone="0102030405")
    with pytest.raises(Conflict) as caught:
        services.update_person(person=world.pupil, actor=world.head, version=seen, phone="0999999999")
    assert "entre-temps" in caught.value.message
    assert fresh(world.pupil).phone == "0102030405"


def test_update_person_without_a_change_leaves_no_entry(world: Any) -> None:
    services.update_person(person=world.pupil, actor=world.head, phone=world.pupil.phone)
    assert not AuditEntry.objects.filter(action="people.update").exists()


def test_referent_may_not_touch_the_head(world: Any) -> None:
    with pytest.raises(NotAllowed):
        services.update_person(person=world.head, actor=world.referent, email="autre@example.org")


# --- Roles ----------------------------------------------------------------------------------------------
def test_referent_may_not_make_himself_head(world: Any) -> None:
    with pytest.raises(NotAllowed):
        services.set_roles(
            person=world.referent, roles=["digital_referent", "management"], actor=world.referent
        )


def test_referent_enters_the_very_first_head(world: Any) -> None:
    Person.objects.filter(pk=world.head.pk).delete()
    made = services.create_person(actor=world.referent, roles=["management"], first_name="A", last_name="B")
    assert made.roles == ["management"]


def test_last_manager_cannot_give_up_the_role(world: Any) -> None:
    Person.objects.filter(pk=world.referent.pk).update(roles=["teacher"])
    with pytest.raises(DomainError) as caught:
        services.set_roles(person=world.head, roles=["teacher"], actor=world.head)
    assert caught.value.code == "last-manager"


def test_last_manager_cannot_leave(world: Any) -> None:
    Person.objects.filter(pk=world.referent.pk).update(roles=["teacher"])
    with pytest.raises(DomainError):
        services.record_departure(person=world.head, on=localdate(), actor=world.head)


@pytest.mark.parametrize("who", ["pupil", "teacher", "mother"])
def test_role_in_use_is_kept(world: Any, who: str) -> None:
    with pytest.raises(DomainError) as caught:
        services.set_roles(person=getattr(world, who), roles=["partner"], actor=world.head)
    assert caught.value.code == "role-in-use"


def test_set_roles_is_journalled_with_both_sides(world: Any) -> None:
    services.set_roles(person=world.cpe, roles=["school_life", "teacher"], actor=world.head)
    entry = AuditEntry.objects.get(action="people.set_roles")
    assert entry.changes == {"roles": [["school_life"], ["school_life", "teacher"]]}


# --- Departure ------------------------------------------------------------------------------------------
def test_departure_ends_classes_services_and_access_but_not_guardian_links(world: Any) -> None:
    services.record_departure(person=world.pupil, on=localdate(), actor=world.head)
    assert ClassMembership.objects.get(person=world.pupil).ends_on == localdate()
    assert GuardianLink.objects.filter(child=world.pupil, ends_on=None).count() == 2
    assert account_of(world.school.uai, world.pupil.pk) is None


def test_departure_of_a_teacher_ends_services_and_their_substitutions(world: Any) -> None:
    Substitution.objects.create(
        service=world.service, substitute=world.other_teacher, starts_on=worlds.START, ends_on=worlds.END
    )
    services.record_departure(person=world.teacher, on=localdate(), actor=world.head)
    assert TeachingService.objects.get(pk=world.service.pk).ends_on == localdate()
    assert Substitution.objects.get(service=world.service).ends_on == localdate()


def test_departure_in_the_future_is_refused(world: Any) -> None:
    with pytest.raises(DomainError) as caught:
        services.record_departure(person=world.pupil, on=worlds.TOMORROW, actor=world.head)
    assert "on" in caught.value.fields


def test_departure_ends_the_session_at_once(world: Any, enter: Any) -> None:
    client = enter(world.teacher)
    assert client.get("/annuaire/moi/").status_code == 200
    with school(world.school):
        services.record_departure(person=world.teacher, on=localdate(), actor=world.head)
    assert client.get("/annuaire/moi/").status_code == 302


def test_departure_closes_this_school_only(world: Any, college_b: Any) -> None:
    with region():
        account = Account.objects.get(pk=world.teacher.account_id)
    there = make_person(college_b, "teacher")
    give_account(college_b, there, account)
    services.record_departure(person=world.teacher, on=localdate(), actor=world.head)
    with region():
        assert list(Membership.objects.filter(account=account).values_list("uai", flat=True)) == [
            college_b.uai
        ]


def test_return_opens_the_school_with_the_account_of_before(world: Any) -> None:
    gone = services.record_departure(person=world.teacher, on=localdate(), actor=world.head)
    back = services.record_return(person=gone, actor=world.head)
    assert back.left_on is None
    assert account_of(world.school.uai, world.teacher.pk).pk == world.teacher.account_id


def test_return_without_the_account_of_before_leaves_none(world: Any) -> None:
    gone = services.record_departure(person=world.teacher, on=localdate(), actor=world.head)
    with region():
        Account.objects.filter(pk=world.teacher.account_id).delete()
    assert services.record_return(person=gone, actor=world.head).account_id is None


# --- Guardians ------------------------------------------------------------------------------------------
def test_link_guardian_gives_the_role(world: Any) -> None:
    services.link_guardian(
        child=world.classmate, guardian=world.teacher, kinship=Kinship.FATHER, actor=world.head
    )
    assert "guardian" in fresh(world.teacher).roles


@pytest.mark.parametrize("pair", [("pupil", "pupil"), ("teacher", "mother"), ("pupil", "mother")])
def test_link_guardian_refuses_oneself_non_pupils_and_doubles(world: Any, pair: tuple[str, str]) -> None:
    child, guardian = (getattr(world, name) for name in pair)
    with pytest.raises(DomainError):
        services.link_guardian(child=child, guardian=guardian, kinship=Kinship.MOTHER, actor=world.head)


def test_ended_link_may_be_made_again(world: Any) -> None:
    link = GuardianLink.objects.get(guardian=world.mother)
    services.end_guardian_link(link=link, actor=world.head)
    again = services.link_guardian(
        child=world.pupil,
        guardian=world.mother,
        kinship=Kinship.MOTHER,
        starts_on=localdate(),
        actor=world.head,
    )
    assert again.pk != link.pk


def test_link_that_never_began_can_be_ended(world: Any) -> None:
    link = GuardianLink.objects.get(guardian=world.mother)
    GuardianLink.objects.filter(pk=link.pk).update(starts_on=worlds.TOMORROW)
    assert services.end_guardian_link(link=link, actor=world.head).ends_on == localdate()


def test_link_ends_once(world: Any) -> None:
    link = GuardianLink.objects.get(guardian=world.mother)
    services.end_guardian_link(link=link, actor=world.head)
    with pytest.raises(DomainError):
        services.end_guardian_link(link=link, actor=world.head)


def test_update_link_refuses_dates_in_the_wrong_order(world: Any) -> None:
    link = GuardianLink.objects.get(guardian=world.mother)
    with pytest.raises(DomainError) as caught:
        services.update_guardian_link(
            link=link, actor=world.head, starts_on=worlds.TOMORROW, ends_on=worlds.YESTERDAY
        )
    assert "ends_on" in caught.value.fields


def test_change_of_authority_is_journalled(world: Any) -> None:
    link = GuardianLink.objects.get(guardian=world.mother)
    services.update_guardian_link(link=link, actor=world.head, authority=Authority.CONTACT)
    assert AuditEntry.objects.get(action="people.update_guardian").changes == {"authority": ["1", "0"]}


# --- Accounts -------------------------------------------------------------------------------------------
def test_give_account_suggests_a_login_and_opens_the_school(world: Any) -> None:
    person = make_person(world.school, "pupil", first_name="Zoé", last_name="Le Goff")
    given = services.give_account(person=person, actor=world.head)
    assert given.login == "zoe.le-goff"
    account = account_of(world.school.uai, person.pk)
    assert account is not None
    assert account.check_password(given.password)
    assert fresh(person).account_id == account.pk


def test_give_account_numbers_homonyms(world: Any) -> None:
    people = [make_person(world.school, "pupil", first_name="Zoé", last_name="Roy") for _ in range(2)]
    assert [services.give_account(person=p, actor=world.head).login for p in people] == [
        "zoe.roy",
        "zoe.roy2",
    ]


def test_give_account_once(world: Any) -> None:
    with pytest.raises(DomainError):
        services.give_account(person=world.pupil, actor=world.head)


def test_refused_account_leaves_nothing_behind(world: Any) -> None:
    person = make_person(world.school, "pupil")
    taken = account_of(world.school.uai, world.pupil.pk).login
    with pytest.raises(DomainError):
        services.give_account(person=person, actor=world.head, login=taken)
    assert fresh(person).account_id is None
    assert not AuditEntry.objects.filter(action="people.give_account").exists()


def test_password_never_reaches_the_journal(world: Any) -> None:
    given = services.give_account(person=make_person(world.school, "pupil"), actor=world.head)
    assert given.password not in str(list(AuditEntry.objects.values_list("changes", "target_label")))


def test_link_account_opens_the_school_to_an_account_of_another(world: Any, college_b: Any) -> None:
    account = make_account("prof.deux")
    give_account(college_b, make_person(college_b, "teacher"), account)
    person = make_person(world.school, "teacher")
    services.link_account(person=person, login=" Prof.Deux ", actor=world.referent)
    assert account_of(world.school.uai, person.pk) == account


def test_link_account_refuses_an_unknown_login(world: Any) -> None:
    with pytest.raises(DomainError) as caught:
        services.link_account(person=make_person(world.school, "teacher"), login="personne", actor=world.head)
    assert "login" in caught.value.fields


def test_link_account_refuses_the_account_of_somebody_here(world: Any) -> None:
    login = account_of(world.school.uai, world.teacher.pk).login
    with pytest.raises(DomainError):
        services.link_account(person=make_person(world.school, "teacher"), login=login, actor=world.head)


def test_school_may_not_reset_the_password_of_an_account_that_serves_elsewhere(
    world: Any, college_b: Any
) -> None:
    account = account_of(world.school.uai, world.teacher.pk)
    give_account(college_b, make_person(college_b, "teacher"), account)
    assert serves_elsewhere(account)
    with pytest.raises(NotAllowed):
        services.reset_password(person=world.teacher, actor=world.head)


def test_reset_password_changes_it(world: Any) -> None:
    given = services.reset_password(person=world.teacher, actor=world.referent)
    assert account_of(world.school.uai, world.teacher.pk).check_password(given.password)


def test_referent_may_not_take_the_heads_account(world: Any) -> None:
    for act in (services.reset_password, services.unlink_account):
        with pytest.raises(NotAllowed):
            act(person=world.head, actor=world.referent)


def test_unlink_account_closes_the_school_at_once(world: Any, enter: Any) -> None:
    client = enter(world.teacher)
    services.unlink_account(person=world.teacher, actor=world.head)
    assert fresh(world.teacher).account_id is None
    assert client.get("/annuaire/moi/").status_code == 302


def test_nobody_unlinks_themselves(world: Any) -> None:
    with pytest.raises(NotAllowed):
        services.unlink_account(person=world.head, actor=world.head)


# --- Oneself --------------------------------------------------------------------------------------------
def test_preferences_refuse_unknown_themes(world: Any) -> None:
    with pytest.raises(DomainError):
        services.set_preferences(person=world.pupil, theme="rose")


def test_preferences_are_kept_together(world: Any) -> None:
    services.set_preferences(person=world.pupil, theme="dark")
    assert services.set_preferences(person=world.pupil, comfort=True).preferences == {
        "theme": "dark",
        "comfort": True,
    }

"""A pupil who changes school: proposed there, taken in here."""

from datetime import date
from typing import Any

import pytest

from core.audit.models import AuditEntry
from core.errors import DomainError
from core.notifications.models import Event
from core.people.choices import Authority, Kinship
from core.people.models import GuardianLink, Person
from core.people.services import record_departure
from core.people.transfers import services
from tenants.accounts.selectors import account_of
from tenants.schemas.context import school
from tenants.transfers import selectors as regional
from tenants.transfers import tasks
from tenants.transfers.models import Transfer
from tests.factories import give_account, make_guardian, make_person
from tests.signing import signed_in_client

BORN = date(2014, 5, 3)


@pytest.fixture
def leaver(college_b: Any) -> Person:
    """Left the collège; his mother has an account, and another child there."""
    pupil = make_person(
        college_b, "pupil", account=True, first_name="Lou", last_name="Aubert", birth_date=BORN,
        external_ids={"ine": "123456789AB"}, left_on=date(2026, 7, 3), email="lou@example.org", phone="0600000000",
    )  # fmt: skip
    mother = make_person(college_b, "guardian", account=True, first_name="Émilie", last_name="Noirot")
    make_guardian(college_b, pupil, mother, authority=Authority.LEGAL, priority=1, pays=True)
    return pupil


@pytest.fixture
def proposal(leaver: Person, college_b: Any, lycee_a: Any) -> Transfer:
    with school(college_b):
        services.propose(pupils=[leaver], to_uai=lycee_a.uai, actor=None)
    return regional.received(lycee_a.uai)[0]


@pytest.fixture
def here(lycee_a: Any) -> Any:
    with school(lycee_a):
        yield lycee_a


def all_new(guardians: int = 1) -> dict[str, str]:
    return {"pupil": "new"} | {f"guardian_{n}": "new" for n in range(guardians)}


# --- Proposing ------------------------------------------------------------------------------------------
def test_only_identity_identifiers_and_guardians_follow(proposal: Transfer) -> None:
    assert set(proposal.record) == {"identity", "ids", "account", "guardians"}
    assert proposal.record["ids"] == {"ine": "123456789AB"}
    assert "lou@example.org" not in str(proposal.record)
    assert proposal.record["guardians"][0]["link"]["pays"] is True


def test_pupils_who_are_here_are_not_proposed(college_b: Any, lycee_a: Any) -> None:
    pupil = make_person(college_b, "pupil")
    with school(college_b), pytest.raises(DomainError, match="parti"):
        services.propose(pupils=[pupil], to_uai=lycee_a.uai, actor=None)


def test_links_that_ended_do_not_follow(leaver: Person, college_b: Any, lycee_a: Any) -> None:
    with school(college_b):
        GuardianLink.objects.update(ends_on=date(2026, 9, 1))
        services.propose(pupils=[leaver], to_uai=lycee_a.uai, actor=None)
    assert regional.received(lycee_a.uai)[0].record["guardians"] == []


# --- Taking in ------------------------------------------------------------------------------------------
def test_accepting_makes_the_people_and_their_links(proposal: Transfer, here: Any) -> None:
    pupil = services.accept(pk=proposal.pk, choices=all_new(), actor=None)
    link = GuardianLink.objects.get(child=pupil)
    assert (pupil.full_name, pupil.birth_date, pupil.external_ids) == ("Lou Aubert", BORN, {"ine": "123456789AB"})
    assert (link.guardian.full_name, link.kinship, link.pays) == ("Émilie Noirot", Kinship.MOTHER, True)


def test_accounts_follow(proposal: Transfer, leaver: Person, here: Any) -> None:
    pupil = services.accept(pk=proposal.pk, choices=all_new(), actor=None)
    account = account_of(here.uai, pupil.pk)
    assert account is not None
    assert account.pk == leaver.account_id


def test_the_record_is_forgotten_once_accepted(proposal: Transfer, here: Any) -> None:
    services.accept(pk=proposal.pk, choices=all_new(), actor=None)
    assert regional.received(here.uai) == []


def test_the_same_identifier_or_birth_is_proposed_as_the_same(proposal: Transfer, here: Any) -> None:
    known = make_person(here, "pupil", external_ids={"ine": "123456789AB"}, left_on=date(2025, 7, 1))
    namesake = make_person(here, "pupil", first_name="LOU", last_name="AUBERT", birth_date=BORN)
    make_person(here, "pupil", first_name="Lou", last_name="Aubert", birth_date=date(2013, 1, 1))
    _from, _following, found = services.preview(proposal.pk)
    assert {one.person.pk for one in found[0].candidates} == {known.pk, namesake.pk}
    assert found[0].proposed is None


def test_a_known_guardian_is_met_by_the_account(
    proposal: Transfer, leaver: Person, college_b: Any, here: Any
) -> None:
    with school(college_b):
        mother = GuardianLink.objects.get(child=leaver).guardian
    known = make_person(here, "guardian", first_name="Emilie", last_name="Noirot-Aubert")
    from tenants.accounts.models import Account
    from tenants.schemas.context import region

    with region():
        account = Account.objects.get(pk=mother.account_id)
    give_account(here, known, account)
    _from, _following, found = services.preview(proposal.pk)
    assert found[1].proposed == known.pk
    services.accept(pk=proposal.pk, choices={"pupil": "new", "guardian_0": str(known.pk)}, actor=None)
    assert GuardianLink.objects.get(guardian=known).child.full_name == "Lou Aubert"


def test_somebody_who_had_left_comes_back(proposal: Transfer, here: Any) -> None:
    known = make_person(here, "pupil", first_name="Lou", last_name="Aubert", birth_date=BORN, left_on=date(2025, 7, 1))
    services.accept(pk=proposal.pk, choices={"pupil": str(known.pk), "guardian_0": "new"}, actor=None)
    assert Person.objects.get(pk=known.pk).left_on is None


@pytest.mark.parametrize("choices", [{}, {"pupil": "new"}, {"pupil": "999999", "guardian_0": "new"}])
def test_what_is_not_decided_is_refused_and_nothing_is_made(
    proposal: Transfer, here: Any, choices: dict[str, str]
) -> None:
    before = Person.objects.count()
    with pytest.raises(DomainError):
        services.accept(pk=proposal.pk, choices=choices, actor=None)
    assert Person.objects.count() == before
    assert regional.received(here.uai) == [proposal]


def test_refusing_makes_nobody(proposal: Transfer, here: Any) -> None:
    before = Person.objects.count()
    services.refuse(pk=proposal.pk, actor=None)
    assert Person.objects.count() == before
    assert regional.received(here.uai) == []


# --- Telling --------------------------------------------------------------------------------------------
def test_the_new_school_is_told_without_names(proposal: Transfer, here: Any) -> None:
    tasks.tell_receiver([proposal.pk])
    event = Event.objects.get(kind="people.transfer_proposed")
    assert event.data["number"] == 1
    assert "Aubert" not in str(event.data)
    assert AuditEntry.objects.filter(action="people.transfer_receive").exists()


def test_the_old_school_is_told_of_the_answer(proposal: Transfer, college_b: Any, here: Any) -> None:
    services.accept(pk=proposal.pk, choices=all_new(), actor=None)
    tasks.tell_sender([proposal.pk])
    with school(college_b):
        assert Event.objects.get(kind="people.transfer_accepted").data["name"] == "Lou Aubert"
        assert AuditEntry.objects.filter(action="people.transfer_accepted").exists()


# --- Pages ----------------------------------------------------------------------------------------------
def test_a_school_finds_the_other_proposes_and_withdraws(world: Any, enter: Any, college_b: Any) -> None:
    client = enter(world.office)
    with school(world.school):
        record_departure(person=world.pupil, on=date(2026, 11, 20), actor=world.head)
    page = client.get(f"/annuaire/transferts/proposer/?q={college_b.uai}&eleve={world.pupil.pk}").content.decode()
    assert college_b.uai in page
    assert world.pupil.sort_name in page
    sent = client.post("/annuaire/transferts/proposer/", {"uai": college_b.uai, "eleve": [world.pupil.pk]})
    assert sent.status_code == 302
    row = regional.sent(world.school.uai)[0]
    assert world.pupil.full_name in client.get("/annuaire/transferts/proposes/").content.decode()
    client.post(f"/annuaire/transferts/{row.pk}/retirer/")
    assert regional.received(college_b.uai) == []


def test_a_school_examines_and_accepts(proposal: Transfer, lycee_a: Any) -> None:
    head = make_person(lycee_a, "management", account=True)
    client = signed_in_client(lycee_a, head)
    assert "Lou Aubert" in client.get("/annuaire/transferts/").content.decode()
    assert "Émilie Noirot" in client.get(f"/annuaire/transferts/{proposal.pk}/").content.decode()
    assert client.post(f"/annuaire/transferts/{proposal.pk}/", all_new()).status_code == 302
    with school(lycee_a):
        assert Person.objects.filter(last_name="Aubert").exists()


def test_the_proposing_school_does_not_examine_its_own(proposal: Transfer, college_b: Any) -> None:
    head = make_person(college_b, "management", account=True)
    client = signed_in_client(college_b, head)
    assert "Lou Aubert" not in client.get("/annuaire/transferts/").content.decode()
    assert client.get(f"/annuaire/transferts/{proposal.pk}/").status_code == 302


def test_pupils_who_are_here_cannot_be_ticked(world: Any, enter: Any, college_b: Any) -> None:
    data = {"uai": college_b.uai, "eleve": [world.pupil.pk]}
    assert enter(world.head).post("/annuaire/transferts/proposer/", data).status_code == 422

"""Taking the last import back."""

import pytest

from core.audit.models import AuditEntry
from core.errors import Conflict
from core.imports.models import Run
from core.imports.services import undo
from core.people.models import GuardianLink, Person
from core.people.services import record_departure, update_person
from core.structure.models import ClassMembership
from tenants.accounts.models import KnownIdentity, Membership
from tenants.schemas.context import region
from tests.core.imports.feeds import TODAY, Feed, run, without_relations
from tests.core.imports.snapshots import snapshot
from tests.factories import give_account, make_class, make_guardian, make_person


def take_back():
    return undo(run=Run.objects.get(state="applied"), actor=None)


@pytest.fixture
def year(college_b):
    """Imports make a year where there is none, and leave it."""
    return make_class(college_b).year


def test_first_import_taken_back_leaves_the_school_as_it_was(inside, feed, year):
    before = snapshot()
    run(feed, inside)
    assert snapshot() != before
    take_back()
    assert snapshot() == before


def test_everything_that_an_import_changes_is_put_back(inside, feed, year):
    run(feed, inside)
    Run.objects.update(state="undone")
    before = snapshot()
    other = (
        Feed(inside.uai)
        .pupil("1", "Zoé", "Ferry-Klein", "6B", guardians=["10"], regime="EXTERNE")
        .pupil("3", "Ana", "Didelot", "6C", guardians=["12"])
        .guardian("10", "Anne", "Ferry", email="", phones=())
        .guardian("12", "Paul", "Didelot")
        .staff("20", "Luc", "Humbert", ("6C", "061300"), roles=("school_life",), heads=("6B",))
    )
    outcome = run(other, inside)
    kinds = outcome.kinds()
    assert (kinds["pupil"]["updated"], kinds["pupil"]["suspended"], kinds["guardian"]["suspended"]) == (1, 1, 1)
    take_back()
    assert snapshot() == before


def test_person_used_since_stays_and_is_told(inside, feed, year):
    run(feed, inside)
    zoe = Person.objects.get(first_name="Zoé")
    GuardianLink.objects.create(child=zoe, guardian=make_person(inside, "guardian"), kinship="10")
    undone = take_back()
    assert [one["label"] for one in undone.report["undo"]["kept"]] == ["Zoé Ferry"]
    assert Person.objects.filter(pk=zoe.pk).exists()
    assert not Person.objects.filter(first_name="Élie").exists()


def test_person_with_an_account_since_stays(inside, feed, year):
    run(feed, inside)
    anne = Person.objects.get(first_name="Anne")
    give_account(inside, anne)
    take_back()
    assert Person.objects.filter(pk=anne.pk).exists()


def test_field_changed_since_is_not_put_back(inside, feed, year):
    run(feed, inside)
    Run.objects.update(state="undone")
    feed.pupils[0] = Feed(inside.uai).pupil("1", "Zoé", "Klein", "6A", guardians=["10", "11"]).pupils[0]
    run(feed, inside)
    zoe = Person.objects.get(first_name="Zoé")
    update_person(person=zoe, actor=make_person(inside, "management"), last_name="Zorn")
    undone = take_back()
    assert Person.objects.get(first_name="Zoé").last_name == "Zorn"
    assert undone.report["undo"]["kept"][0]["reason"] == "changed"


def test_account_enters_again(inside, feed, year):
    run(feed, inside)
    anne = Person.objects.get(first_name="Anne")
    account = give_account(inside, anne)
    Run.objects.update(state="undone")
    run(without_relations(feed, "1").without("10"), inside)
    assert not Membership.objects.filter(account=account).exists()
    take_back()
    assert Membership.objects.filter(account=account, person_id=anne.pk).exists()


def test_only_the_last_one_is_taken_back(inside, feed, year):
    run(feed, inside)
    first = Run.objects.get()
    run(feed.without("2"), inside)
    with pytest.raises(Conflict):
        undo(run=first, actor=None)


def test_both_are_in_the_journal(inside, feed, year):
    run(feed, inside)
    take_back()
    assert list(AuditEntry.objects.filter(action__startswith="imports.").values_list("action", flat=True)) == [
        "imports.undo", "imports.apply",
    ]  # fmt: skip


def test_hand_made_stays_are_not_touched(inside, feed, year):
    mine = make_class(inside, "Club", pupil := make_person(inside, "pupil"))
    run(feed, inside)
    take_back()
    assert ClassMembership.objects.filter(school_class=mine, person=pupil, ends_on=None).exists()


def test_departure_by_hand_stands(inside, feed, year):
    run(feed, inside)
    elie = Person.objects.get(first_name="Élie")
    record_departure(person=elie, on=TODAY, actor=None)
    assert run(feed, inside).state == "unchanged"
    elie.refresh_from_db()
    assert elie.left_on == TODAY


def test_guardian_of_hand_stays_when_the_source_forgets_them(inside, feed, year):
    run(feed, inside)
    anne = Person.objects.get(first_name="Anne")
    other = make_person(inside, "pupil")
    make_guardian(inside, other, anne)
    run(without_relations(feed, "1").without("10"), inside)
    anne.refresh_from_db()
    assert anne.left_on is None


def test_region_forgets_those_who_never_were(inside, feed, year):
    run(feed, inside)
    with region():
        assert KnownIdentity.objects.filter(uai=inside.uai).count() == 5
    take_back()
    with region():
        assert not KnownIdentity.objects.filter(uai=inside.uai).exists()

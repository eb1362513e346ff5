"""Two profiles found to be one human, and taken apart again."""

import pytest

from core.errors import Conflict, DomainError
from core.imports.models import Identity
from core.imports.services import merge, unmerge
from core.people.models import GuardianLink, Person
from tenants.accounts.identities import hash_of
from tenants.accounts.models import KnownIdentity, Membership
from tenants.schemas.context import region
from tests.core.imports.feeds import Feed, run
from tests.core.imports.snapshots import snapshot
from tests.factories import make_guardian, make_person


@pytest.fixture
def two(inside):
    """Anne twice: entered by hand with a child and an account, and imported with another child."""
    mine = make_person(inside, "guardian", account=True, first_name="Anne", last_name="Ferry-Klein")
    make_guardian(inside, make_person(inside, "pupil"), mine)
    run(Feed(inside.uai).pupil("1", "Zoé", "Ferry", "6A", guardians=["10"]).guardian("10", "Anne", "Ferry"), inside)
    return mine, Person.objects.get(last_name="Ferry", first_name="Anne")


def test_children_and_identities_move(inside, two):
    kept, gone = two
    merge(kept=kept, gone=gone, actor=None)
    assert GuardianLink.objects.filter(guardian=kept).count() == 2
    assert Identity.objects.get(key="aaf.15:10").person_id == kept.pk
    gone.refresh_from_db()
    assert (gone.merged_into_id, gone.left_on is None) == (kept.pk, False)


def test_next_import_knows_the_one_that_stays(inside, two):
    kept, gone = two
    merge(kept=kept, gone=gone, actor=None)
    feed = Feed(inside.uai).pupil("1", "Zoé", "Ferry", "6A", guardians=["10"]).guardian("10", "Anne", "Ferry")
    run(feed, inside)
    kept.refresh_from_db()
    assert kept.last_name == "Ferry"
    assert run(feed, inside).state == "unchanged"


def test_account_of_the_one_that_goes_moves_when_there_is_no_other(inside, two):
    with_account, without = two
    merge(kept=without, gone=with_account, actor=None)
    without.refresh_from_db()
    assert without.account_id == with_account.account_id
    assert Membership.objects.get(account_id=with_account.account_id).person_id == without.pk


def test_taken_apart_everything_is_as_before(inside, two):
    kept, gone = two
    before = snapshot()
    accounts = set(Membership.objects.values_list("account_id", "person_id"))
    unmerge(merge=merge(kept=kept, gone=gone, actor=None), actor=None)
    assert snapshot() == before
    row = merge(kept=gone, gone=kept, actor=None)
    unmerge(merge=row, actor=None)
    assert snapshot() == before
    assert set(Membership.objects.values_list("account_id", "person_id")) == accounts


def test_link_that_both_have_stays_and_is_told(inside, two):
    kept, gone = two
    child = GuardianLink.objects.get(guardian=gone).child
    make_guardian(inside, child, kept)
    row = merge(kept=kept, gone=gone, actor=None)
    assert list(row.left) == ["people_guardianlink.guardian_id"]
    assert GuardianLink.objects.filter(guardian=kept, child=child, ends_on=None).count() == 1


def test_profile_is_not_merged_with_itself_nor_twice(inside, two):
    kept, gone = two
    with pytest.raises(DomainError):
        merge(kept=kept, gone=kept, actor=None)
    merge(kept=kept, gone=gone, actor=None)
    with pytest.raises(Conflict):
        merge(kept=kept, gone=gone, actor=None)


def test_nobody_below_may_merge_the_head(inside, two):
    kept, _gone = two
    head = make_person(inside, "management", account=True)
    with pytest.raises(DomainError):
        merge(kept=kept, gone=head, actor=make_person(inside, "digital_referent"))


def test_region_knows_the_one_that_stays(inside, two):
    kept, gone = two
    row = merge(kept=kept, gone=gone, actor=None)
    known = KnownIdentity.objects.filter(key_hash=hash_of("aaf.15:10"), uai=inside.uai)
    with region():
        assert known.get().person_id == kept.pk
    unmerge(merge=row, actor=None)
    with region():
        assert known.get().person_id == gone.pk

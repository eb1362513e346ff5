"""One school, one import: who is created, linked and placed."""

from core.imports.neutral import Division
from core.people.models import GuardianLink, Person
from core.structure.models import ClassMembership, GroupMembership, SchoolYear, TeachingService
from core.structure.services import add_to_class, end_class_membership, end_group_membership, end_service
from tenants.schemas.context import school
from tests.core.imports.feeds import Feed, run


def test_first_import_creates_everybody(college_b, feed):
    outcome = run(feed, college_b)
    kinds = outcome.kinds()
    assert outcome.state == "applied"
    assert [kinds[kind]["created"] for kind in ("pupil", "guardian", "staff", "relation")] == [2, 2, 1, 3]
    with school(college_b):
        assert Person.objects.filter(external_ids__has_key="aaf.15").count() == 5
        assert Person.objects.get(last_name="Bœglin", first_name="Élie").search_text == "boeglin elie"


def test_pupils_are_in_their_classes(college_b, feed):
    run(feed, college_b)
    with school(college_b):
        found = ClassMembership.objects.filter(kind="pupil").values_list("person__first_name", "school_class__name")
        assert sorted(found) == [("Zoé", "6A"), ("Élie", "6B")]
        assert SchoolYear.objects.get().label == "2026-2027"
        assert TeachingService.objects.count() == 2


def test_same_source_again_changes_nothing(college_b, feed):
    run(feed, college_b)
    outcome = run(feed, college_b)
    assert outcome.state == "unchanged"
    assert outcome.kinds()["pupil"] | {"reasons": {}} == {
        "read": 2, "created": 0, "updated": 0, "unchanged": 2, "suspended": 0, "returned": 0, "held": 0, "refused": 0,
        "reasons": {},
    }  # fmt: skip


def test_relation_that_is_told_no_more_ends_today(college_b, feed):
    run(feed, college_b)
    feed.pupils[1] = [one for one in feed.pupils[1] if type(one).__name__ != "Relation"]
    outcome = run(feed, college_b)
    assert outcome.kinds()["relation"]["suspended"] == 1
    with school(college_b):
        link = GuardianLink.objects.get(child__first_name="Élie")
        assert str(link.ends_on) == "2026-11-22"


def test_class_that_changes_is_not_counted_as_unchanged(inside, college_b):
    plain = Feed(college_b.uai).pupil("1", "Zoé", "Ferry", "6A")
    run(plain, inside)
    told = Feed(college_b.uai, others=[Division("6A", "6A", level="6e")]).pupil("1", "Zoé", "Ferry", "6A")
    numbers = run(told, inside).kinds()["class"]
    assert (numbers["read"], numbers["updated"], numbers["unchanged"]) == (1, 1, 0)


def test_group_that_a_pupil_was_taken_out_of_by_hand_stays_left(inside, college_b):
    feed = Feed(college_b.uai).pupil("1", "Zoé", "Ferry", "6A", groups=("6ALL",))
    run(feed, inside)
    with school(college_b):
        end_group_membership(membership=GroupMembership.objects.get(), actor=None)
    assert run(feed, inside).state == "unchanged"


def test_service_that_was_ended_by_hand_stays_ended(inside, college_b, feed):
    run(feed, inside)
    with school(college_b):
        end_service(service=TeachingService.objects.first(), actor=None)
        held = TeachingService.objects.filter(ends_on=None).count()
    run(feed, inside)
    with school(college_b):
        assert TeachingService.objects.filter(ends_on=None).count() == held


def test_pupil_put_back_by_hand_is_the_imports_again(inside, college_b):
    feed = Feed(college_b.uai).pupil("1", "Zoé", "Ferry", "6A")
    run(feed, inside)
    with school(college_b):
        row = ClassMembership.objects.get()
        end_class_membership(membership=row, actor=None)
        add_to_class(school_class=row.school_class, pupil=row.person, actor=None)
    run(feed, inside)
    with school(college_b):
        assert ClassMembership.objects.get(ends_on=None).source == "aaf"

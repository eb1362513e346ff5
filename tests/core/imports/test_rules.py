"""What imports must never do, and what takes effect at once."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError
from core.imports.neutral import PersonKind, Removal
from core.people.choices import Authority, Kinship
from core.people.families import children_of
from core.people.models import GuardianLink, Person
from core.people.services import restore_field, update_guardian_link, update_person
from core.structure.models import ClassMembership, Group, GroupMembership, SchoolClass, SchoolYear, TeachingService
from core.structure.services import add_to_class, update_class
from tenants.accounts.models import Membership
from tenants.schemas.context import school
from tests.core.imports.feeds import TODAY, Feed, run, without_relations
from tests.factories import give_account, make_class, make_person


def many(inside, number=30):
    feed = Feed(inside.uai)
    for n in range(number):
        feed.pupil(str(n), f"Prénom{n}", "Ferry", "6A", guardians=["900"], born=date(2014, 5, 1 + n % 28))
    return feed.guardian("900", "Anne", "Ferry")


# --- removals -------------------------------------------------------------------------------------------
def test_complete_source_that_removes_too_many_waits(inside):
    run(many(inside), inside)
    outcome = run(many(inside).without("1", "2"), inside, confirmed=False)
    assert outcome.state == "waiting"
    assert "2 personnes sur 31" in outcome.sentence
    assert not Person.objects.exclude(left_on=None).exists()


def test_a_few_leave_without_a_question(inside):
    run(many(inside), inside)
    assert run(many(inside).without("1"), inside, confirmed=False).state == "applied"
    assert Person.objects.exclude(left_on=None).count() == 1


def test_relations_that_end_in_numbers_wait_too(inside):
    run(many(inside), inside)
    fewer = many(inside)
    for number in ("1", "2", "3"):
        fewer = without_relations(fewer, number)
    assert run(fewer, inside, confirmed=False).state == "waiting"


def test_absent_person_leaves_and_their_account_enters_no_more(inside, feed):
    run(feed, inside)
    elie = Person.objects.get(first_name="Élie")
    account = give_account(inside, elie)
    run(feed.without("2"), inside)
    elie.refresh_from_db()
    assert elie.left_on == TODAY
    assert not Membership.objects.filter(account=account).exists()
    assert not ClassMembership.objects.filter(person=elie, ends_on=None).exists()


def test_who_comes_back_has_account_and_identity_of_before(inside, feed):
    run(feed, inside)
    elie = Person.objects.get(first_name="Élie")
    account = give_account(inside, elie)
    run(feed.without("2"), inside)
    outcome = run(feed, inside)
    elie.refresh_from_db()
    assert (elie.left_on, elie.account_id) == (None, account.pk)
    assert outcome.kinds()["pupil"]["returned"] == 1
    assert Membership.objects.get(account=account).person_id == elie.pk


def test_source_without_staff_does_not_speak_of_staff(inside, feed):
    run(feed, inside)
    run(feed.without("20"), inside)
    assert Person.objects.get(first_name="Luc").left_on is None


def test_other_source_that_still_tells_of_somebody_keeps_them(inside, feed):
    run(feed, inside)
    other = Feed(inside.uai, space="siecle.15")
    other.format = "siecle"
    run(other.pupil("7", "Élie", "Bœglin", "6B").pupil("8", "Zoé", "Ferry", "6A"), inside)
    run(feed.without("2"), inside)
    assert Person.objects.get(first_name="Élie").left_on is None


def test_guardian_without_a_child_left_leaves(inside, feed):
    run(feed, inside)
    run(feed.without("1"), inside)
    assert Person.objects.get(first_name="Anne").left_on == TODAY
    assert Person.objects.get(first_name="Jean").left_on is None


def test_last_who_can_give_rights_stays(inside):
    feed = Feed(inside.uai).staff("20", "Luc", "Humbert", roles=("management",)).staff("21", "Ana", "Didelot")
    run(feed, inside)
    run(feed.without("20"), inside)
    assert Person.objects.get(first_name="Luc").left_on is None


# --- deltas ---------------------------------------------------------------------------------------------
def delta(inside):
    return Feed(inside.uai, complete=False)


def test_delta_says_nothing_of_those_it_does_not_name(inside, feed):
    run(feed, inside)
    run(delta(inside).pupil("3", "Ana", "Didelot", "6A"), inside)
    assert Person.objects.filter(left_on=None, roles=["pupil"]).count() == 3


def test_delta_changes_and_its_facets_end_what_they_leave_out(inside, feed):
    run(feed, inside)
    run(delta(inside).pupil("1", "Zoé", "Ferry", "6B", guardians=["10"]), inside)
    zoe = Person.objects.get(first_name="Zoé")
    assert list(zoe.class_memberships.filter(ends_on=None).values_list("school_class__name", flat=True)) == ["6B"]
    assert list(zoe.guardian_links.filter(ends_on=None).values_list("guardian__first_name", flat=True)) == ["Anne"]


def test_delta_removes(inside, feed):
    run(feed, inside)
    gone = delta(inside)
    gone.others.append(Removal(PersonKind.PUPIL, "aaf.15:2"))
    assert run(gone, inside).kinds()["pupil"]["suspended"] == 1
    assert Person.objects.get(first_name="Élie").left_on == TODAY


def test_delta_links_a_guardian_who_had_left_without_telling_of_them(inside, feed):
    run(feed, inside)
    run(delta(inside).pupil("1", "Zoé", "Ferry", "6A", guardians=["11"]), inside)
    assert Person.objects.get(first_name="Anne").left_on == TODAY
    run(delta(inside).pupil("1", "Zoé", "Ferry", "6A", guardians=["10", "11"]), inside)
    assert Person.objects.get(first_name="Anne").left_on is None


# --- what people corrected ------------------------------------------------------------------------------
def test_corrected_field_is_kept_and_what_the_source_says_is_noted(inside, feed):
    run(feed, inside)
    anne = Person.objects.get(first_name="Anne")
    update_person(person=anne, actor=make_person(inside, "management"), email="vraie@example.org")
    again = Feed(inside.uai).guardian("10", "Anne", "Ferry", email="neuve@example.org", phones=())
    feed.guardians[0] = again.guardians[0]
    run(feed, inside)
    anne.refresh_from_db()
    assert (anne.email, anne.phone) == ("vraie@example.org", "")
    assert anne.corrections["email"]["value"] == "neuve@example.org"
    restore_field(person=anne, field="email", actor=None)
    anne.refresh_from_db()
    assert anne.email == "neuve@example.org"


def test_corrected_authority_is_kept(inside, feed):
    run(feed, inside)
    link = GuardianLink.objects.get(guardian__first_name="Anne")
    update_guardian_link(link=link, actor=make_person(inside, "management"), authority=Authority.CONTACT)
    assert run(feed, inside).state == "unchanged"
    link.refresh_from_db()
    assert link.authority == Authority.CONTACT


def test_link_ended_by_hand_is_not_made_again(inside, feed):
    run(feed, inside)
    link = GuardianLink.objects.get(guardian__first_name="Anne")
    update_guardian_link(link=link, actor=make_person(inside, "management"), ends_on=timezone.localdate())
    run(feed, inside)
    assert GuardianLink.objects.filter(guardian__first_name="Anne").count() == 1


def test_pupil_moved_by_hand_stays_there(inside, feed):
    run(feed, inside)
    zoe = Person.objects.get(first_name="Zoé")
    add_to_class(school_class=SchoolClass.objects.get(name="6B"), pupil=zoe, actor=None)
    run(feed, inside)
    held = zoe.class_memberships.filter(kind="pupil", ends_on=None)
    assert list(held.values_list("school_class__name", flat=True)) == ["6B"]


def test_class_that_the_school_renamed_keeps_its_name(inside, feed):
    run(feed, inside)
    update_class(school_class=SchoolClass.objects.get(code="6A"), actor=None, name="Sixième Ambre")
    assert run(feed, inside).state == "unchanged"
    assert not SchoolClass.objects.filter(name="6A").exists()


def test_class_made_by_hand_is_taken_up_by_its_name(inside, feed):
    mine = make_class(inside, "6A")
    run(feed, inside)
    mine.refresh_from_db()
    assert mine.code == "6A"
    assert SchoolClass.objects.filter(name="6A").count() == 1


def test_role_that_the_school_gave_stays(inside, feed):
    run(feed, inside)
    Person.objects.filter(first_name="Luc").update(roles=["digital_referent", "teacher"])
    changed = Feed(inside.uai).staff("20", "Luc", "Humbert", roles=("school_life",)).staff_[0]
    feed.staff_[0] = changed
    run(feed, inside)
    assert Person.objects.get(first_name="Luc").roles == ["digital_referent", "school_life"]


# --- rights ---------------------------------------------------------------------------------------------
def test_relation_that_ends_closes_the_child_at_once(inside, feed):
    run(feed, inside)
    jean = Person.objects.get(first_name="Jean")
    assert {child.first_name for child in children_of(jean, on=TODAY)} == {"Zoé", "Élie"}
    run(without_relations(feed, "1", "11"), inside)
    assert {child.first_name for child in children_of(jean, on=TODAY)} == {"Élie"}


def test_changes_of_authority_and_departures_are_in_the_journal_by_person(inside, feed):
    run(feed, inside)
    assert not AuditEntry.objects.filter(action__startswith="imports.relation").exists()
    weaker = Feed(inside.uai).pupil(
        "1", "Zoé", "Ferry", "6A", guardians=[("10", Kinship.MOTHER, Authority.CONTACT), "11"]
    )
    feed.pupils[0] = weaker.pupils[0]
    run(feed.without("2"), inside)
    told = dict(AuditEntry.objects.filter(action__startswith="imports.").values_list("action", "changes"))
    assert told["imports.relation_updated"] == {"authority": ["1", "0"]}
    assert told["imports.suspended"] == {"left_on": [None, "2026-11-22"]}


def test_referent_makes_nobody_head(inside, feed):
    make_person(inside, "management", account=True)
    feed.staff("30", "Max", "Arnould", roles=("management",))
    run(feed, inside, by_system=False, actor=make_person(inside, "digital_referent"))
    assert Person.objects.get(first_name="Max").roles == ["administrative"]


# --- years ----------------------------------------------------------------------------------------------
def test_school_without_a_year_gets_the_official_one(inside, feed):
    run(feed, inside)
    year = SchoolYear.objects.get()
    assert (year.label, year.is_current, year.starts_on, year.ends_on) == (
        "2026-2027", True, date(2026, 9, 1), date(2027, 7, 2),
    )  # fmt: skip


def test_source_of_last_year_is_refused(inside, feed):
    make_class(inside)
    feed.year = 2025
    with pytest.raises(DomainError, match="2025-2026"):
        run(feed, inside)


def test_source_of_a_prepared_year_fills_it_and_removes_nobody(inside, feed):
    run(feed, inside)
    coming = SchoolYear.objects.create(label="2027-2028", starts_on=date(2027, 9, 1), ends_on=date(2028, 7, 5))
    feed.year = 2027
    run(feed.without("2"), inside)
    assert ClassMembership.objects.get(school_class__year=coming, kind="pupil").starts_on == coming.starts_on
    assert Person.objects.get(first_name="Élie").left_on is None
    assert ClassMembership.objects.filter(school_class__name="6B", ends_on=None, kind="pupil").exists()


# --- the rest -------------------------------------------------------------------------------------------
def test_groups_and_services_follow_the_source(inside, feed):
    feed.pupils[0] = Feed(inside.uai).pupil("1", "Zoé", "Ferry", "6A", groups=("6AGL2",)).pupils[0]
    run(feed, inside)
    assert GroupMembership.objects.get().group == Group.objects.get(code="6AGL2")
    feed.staff_[0] = Feed(inside.uai).staff("20", "Luc", "Humbert", ("6A", "061300")).staff_[0]
    run(feed, inside)
    assert TeachingService.objects.filter(ends_on__gte=TODAY).count() == 1


def test_two_schools_are_sealed(college_b, lycee_a, feed):
    run(feed, college_b)
    with school(lycee_a):
        assert not Person.objects.filter(first_name="Zoé").exists()


def test_what_is_shown_is_not_written(inside, feed):
    from tests.core.imports.snapshots import snapshot

    before = snapshot()
    outcome = run(feed, inside, show=True)
    assert outcome.kinds()["pupil"]["created"] == 2
    assert snapshot() == before


def test_second_import_at_once_is_turned_away(inside, feed, django_db_blocker):
    from threading import Thread

    from django.db import connections

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('imports:' || %s, 0))", [inside.schema_name])
    caught = []

    def other():
        from core.imports.engine import pipeline

        try:
            with school(inside.uai):
                from django.db import transaction

                with transaction.atomic():
                    pipeline.lock()
        except Conflict as error:
            caught.append(error.code)
        finally:
            connections.close_all()

    thread = Thread(target=other)
    thread.start()
    thread.join()
    assert caught == ["busy"]


def test_groups_that_follow_a_rule_follow_the_import_and_its_undoing(inside, feed):
    from core.imports.models import Run
    from core.imports.services import undo

    year = make_class(inside, "6A").year
    group = Group.objects.create(year=year, name="Latinistes", rule={"studies": ["020300"]})
    feed.pupils[0] = Feed(inside.uai).pupil("1", "Zoé", "Ferry", "6A", studies=("020300",)).pupils[0]
    run(feed, inside)
    assert list(group.memberships.values_list("person__first_name", flat=True)) == ["Zoé"]
    undo(run=Run.objects.get(), actor=None)
    assert not Person.objects.filter(first_name="Zoé").exists()

"""Who is who, where the source's own identifiers do not say it."""

from datetime import date

import pytest

from core.imports.models import Identity, Pairing
from core.imports.neutral import Facet, PersonInfo, PersonKind
from core.imports.services import decide
from core.people.models import GuardianLink, Person
from tests.core.imports.feeds import Feed, run
from tests.factories import make_guardian, make_person

BORN = date(2014, 5, 3)


@pytest.fixture
def zoe(inside):
    return make_person(inside, "pupil", first_name="Zoé", last_name="Ferry", birth_date=BORN)


def one_pupil(inside, first="ZOE", last="FERRY", **more):
    return Feed(inside.uai).pupil("1", first, last, "6A", **more)


def test_pupil_of_the_same_name_and_birth_date_is_the_same(inside, zoe):
    run(one_pupil(inside), inside)
    assert Identity.objects.get(key="aaf.15:1").person_id == zoe.pk
    assert Person.objects.filter(roles=["pupil"]).count() == 1


def test_birth_name_counts_as_the_name(inside, zoe):
    run(one_pupil(inside, last="KLEIN", birth_name="Ferry"), inside)
    assert Identity.objects.get(key="aaf.15:1").person_id == zoe.pk


def test_same_ine_in_another_source_is_the_same(inside):
    run(one_pupil(inside, ids=("ine:123456789AB",)), inside)
    other = Feed(inside.uai, space="siecle.15")
    run(other.pupil("77", "Zoë", "Ferri", "6A", ids=("ine:123456789AB",), born=None), inside)
    assert set(Identity.objects.filter(main=True).values_list("key", flat=True)) == {"aaf.15:1", "siecle.15:77"}
    assert Identity.objects.values("person").distinct().count() == 1


@pytest.mark.parametrize(("born", "told"), [(date(2013, 1, 1), "other"), (None, "missing")])
def test_other_or_missing_birth_date_is_for_a_person_to_decide(inside, zoe, born, told):
    outcome = run(one_pupil(inside, born=born), inside)
    pairing = Pairing.objects.get()
    assert (pairing.candidate_id, pairing.evidence["birth_date"]) == (zoe.pk, told)
    assert outcome.kinds()["pupil"]["held"] == 1
    assert not Identity.objects.exists()


def test_doubtful_record_is_held_back_and_told_again_without_writing(inside, zoe):
    run(one_pupil(inside, born=None), inside)
    assert run(one_pupil(inside, born=None), inside).state == "unchanged"
    assert Person.objects.filter(roles=["pupil"]).count() == 1


def test_two_candidates_are_both_proposed(inside, zoe):
    make_person(inside, "pupil", first_name="Zoé", last_name="Ferry", birth_date=BORN)
    run(one_pupil(inside), inside)
    assert Pairing.objects.count() == 2


def test_decided_the_same_is_so_at_the_next_import(inside, zoe):
    run(one_pupil(inside, born=None), inside)
    decide(pairing=Pairing.objects.get(), decision="same", actor=None)
    run(one_pupil(inside, born=None), inside)
    assert Identity.objects.get().person_id == zoe.pk


def test_decided_different_is_somebody_new_for_ever(inside, zoe):
    run(one_pupil(inside, born=None), inside)
    decide(pairing=Pairing.objects.get(), decision="different", actor=None)
    run(one_pupil(inside, born=None), inside)
    assert Identity.objects.get().person_id != zoe.pk
    assert run(one_pupil(inside, born=None), inside).state == "unchanged"


def test_guardian_of_the_same_child_is_the_same(inside, zoe):
    anne = make_person(inside, "guardian", first_name="Anne", last_name="Ferry")
    make_guardian(inside, zoe, anne)
    run(one_pupil(inside, guardians=["10"]).guardian("10", "ANNE", "FERRY"), inside)
    assert Identity.objects.get(key="aaf.15:10").person_id == anne.pk


def test_guardian_with_the_same_telephone_is_the_same(inside):
    anne = make_person(inside, "guardian", first_name="Anne", last_name="Ferry", phone="+33 6 11 22 33 44")
    run(one_pupil(inside, guardians=["10"]).guardian("10", "Anne", "Ferry", phones=("0611223344",)), inside)
    assert Identity.objects.get(key="aaf.15:10").person_id == anne.pk


def test_guardian_of_the_same_name_alone_is_for_a_person_to_decide(inside):
    make_person(inside, "guardian", first_name="Anne", last_name="Ferry")
    run(one_pupil(inside, guardians=["10"]).guardian("10", "Anne", "Ferry"), inside)
    assert Pairing.objects.get().key == "aaf.15:10"
    assert not GuardianLink.objects.exists()


def test_teacher_with_the_same_mail_is_the_same(inside):
    luc = make_person(inside, "teacher", first_name="Luc", last_name="Humbert", email="luc@example.org")
    run(Feed(inside.uai).staff("20", "Luc", "HUMBERT", email="Luc@example.org"), inside)
    assert Identity.objects.get().person_id == luc.pk


def test_child_with_the_name_of_a_parent_is_somebody_else(inside):
    make_person(inside, "guardian", first_name="Zoé", last_name="Ferry")
    run(one_pupil(inside), inside)
    assert not Pairing.objects.exists()
    assert Person.objects.filter(last_name__iexact="ferry").count() == 2


def test_homonyms_of_one_source_are_two_people(inside):
    feed = one_pupil(inside).pupil("2", "Zoé", "Ferry", "6B")
    run(feed, inside)
    assert Person.objects.filter(roles=["pupil"]).count() == 2
    assert not Pairing.objects.exists()


def test_correction_of_somebody_unknown_is_refused(inside):
    here = ("aaf.15:" + inside.uai,)
    partial = PersonInfo(PersonKind.PUPIL, "aaf.15:99", "Ferry", "Zoé", structures=here, partial=True)
    feed = Feed(inside.uai, complete=False)
    feed.pupils.append([partial])
    assert run(feed, inside).kinds()["pupil"]["reasons"] == {"unknown-person": 1}


def test_correction_changes_only_what_it_says(inside):
    run(one_pupil(inside, regime="EXTERNE"), inside)
    feed = Feed(inside.uai, complete=False)
    facets = frozenset({Facet.ROLES})
    feed.pupils.append(
        [PersonInfo(PersonKind.PUPIL, "aaf.15:1", "", "", structures=("aaf.15:" + inside.uai,), partial=True,
                    facets=facets, regime="INTERNE")]
    )  # fmt: skip
    run(feed, inside)
    zoe = Person.objects.get(roles=["pupil"])
    assert (zoe.last_name, zoe.regime, zoe.class_memberships.filter(ends_on=None).count()) == ("FERRY", "INTERNE", 1)

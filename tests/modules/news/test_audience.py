"""Who is reached, seen from both sides."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.people.choices import Authority, Role
from core.people.models import GuardianLink, Person
from core.permissions.viewer import viewer_as
from core.structure.models import (
    ClassMembership,
    Group,
    GroupMembership,
    SchoolClass,
    SchoolYear,
    Subject,
    Substitution,
    TeachingService,
)
from modules.news.models import Article
from modules.news.selectors import Spec, articles_for, children_by_article, recipients, recipients_of, spec_of, terms_of
from modules.news.selectors.audience import reaching, reader, reader_of
from tests.factories import make_guardian, make_person
from tests.modules.news.conftest import Cast, for_class, published, written


def reached(cast: Cast, spec: Spec) -> set[Person]:
    return set(recipients(spec, terms_of(cast.viewer(cast.head))))


def test_an_empty_audience_reaches_everybody(here: Cast) -> None:
    assert {here.head, here.teacher, here.pupil, here.parent, here.outsider} <= reached(here, Spec())


def test_roles_restrict(here: Cast) -> None:
    assert reached(here, Spec(roles=frozenset({"teacher"}))) == {here.teacher, here.other_teacher}


def test_a_class_reaches_its_pupils_their_guardians_and_its_teachers(here: Cast) -> None:
    assert reached(here, for_class(here)) == {here.pupil, here.parent, here.teacher}


def test_a_class_with_a_role_reaches_that_role_only(here: Cast) -> None:
    assert reached(here, for_class(here, "guardian")) == {here.parent}


def test_other_roles_are_reached_only_when_named(here: Cast) -> None:
    assert reached(here, for_class(here, "management", "pupil")) == {here.pupil, here.head}


def test_a_contact_without_authority_is_not_reached(here: Cast) -> None:
    contact = make_person(here.establishment, "guardian")
    make_guardian(here.establishment, here.pupil, contact, authority=Authority.CONTACT)
    assert contact not in reached(here, Spec())


def test_authority_that_ends_today_is_over(here: Cast) -> None:
    GuardianLink.objects.filter(guardian=here.parent).update(ends_on=timezone.localdate())
    assert here.parent not in reached(here, for_class(here))


def test_a_pupil_who_has_left_the_class_is_not_reached(here: Cast) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    ClassMembership.objects.filter(person=here.pupil).update(ends_on=yesterday)
    assert not reached(here, for_class(here, "pupil", "guardian"))


def test_people_who_have_left_are_not_reached(here: Cast) -> None:
    Person.objects.filter(pk=here.teacher.pk).update(left_on=timezone.localdate())
    assert here.teacher not in reached(here, Spec())


def test_a_substitute_is_reached(here: Cast) -> None:
    today = timezone.localdate()
    Substitution.objects.create(
        service=TeachingService.objects.get(), substitute=here.other_teacher, starts_on=today, ends_on=today
    )
    assert here.other_teacher in reached(here, for_class(here))


def test_the_teacher_of_a_group_of_the_class_is_reached(here: Cast) -> None:
    group = Group.objects.create(year=here.school_class.year, name="LV2")
    group.classes.add(here.school_class)
    TeachingService.objects.create(
        teacher=here.other_teacher, subject=Subject.objects.get(), group=group, starts_on=date(2026, 9, 1)
    )
    assert here.other_teacher in reached(here, for_class(here))


def test_a_role_that_may_not_read_is_not_reached(here: Cast) -> None:
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.filter(slug="news").update(roles=["teacher", "management"])
    assert not {here.pupil, here.parent} & reached(here, Spec())


def test_a_deleted_class_reaches_nobody_instead_of_everybody(here: Cast) -> None:
    article = published(here, audience=for_class(here))
    here.school_class.memberships.all().delete()
    here.school_class.services.all().delete()
    here.school_class.delete()
    assert (spec_of(article).lost, recipients_of(article, terms_of(here.viewer(here.head))).count()) == (1, 0)


def test_a_guardian_is_told_which_children_are_concerned(here: Cast) -> None:
    brother = make_person(here.establishment, "pupil")
    make_guardian(here.establishment, brother, here.parent)
    article = published(here, audience=for_class(here))
    concerned = children_by_article(here.viewer(here.parent), [article])[article.pk]
    assert [one.child for one in concerned] == [here.pupil]


def test_no_child_is_concerned_when_guardians_are_not_reached(here: Cast) -> None:
    article = published(here, audience=for_class(here, "teacher"))
    assert children_by_article(here.viewer(here.parent), [article]) == {}


def test_somebody_of_several_roles_sees_no_draft(here: Cast) -> None:
    both = make_person(here.establishment, "teacher", "guardian")
    written(here, here.head)
    seen = published(here)
    assert list(articles_for(here.viewer(both))) == [seen]


def test_nobody_but_guardians_has_children_concerned(here: Cast) -> None:
    assert children_by_article(here.viewer(here.head), [published(here)]) == {}


# --- The property: to be a recipient is to see the article ----------------------------------------------
DAYS = st.sampled_from([-400, -1, 0, 1, 400])


@pytest.fixture
def world(here: Cast) -> Cast:
    """A small school where roles, classes, groups, links and services cross each other."""
    year = SchoolYear.objects.get()
    for name in ("A", "B"):
        made = SchoolClass.objects.create(year=year, name=name)
        group = Group.objects.create(year=year, name=name)
        group.classes.add(made)
    return here


@given(data=st.data())
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_recipients_are_exactly_those_who_see_it(world: Cast, data: st.DataObject) -> None:
    from django.db import transaction

    with transaction.atomic():
        _throw_dice(world, data)
        spec, terms = _audience(data), terms_of(world.viewer(world.head))
        article = written(world, world.head, audience=spec)
        expected = set(recipients_of(article, terms))
        everyone = list(Person.objects.all())
        seen = {p for p in everyone if Article.objects.filter(reaching(reader(p, terms))).exists()}
        known = {p: reader_of(viewer_as(p, world.establishment)) for p in everyone}
        assert known == {p: reader(p, terms) for p in everyone}
        transaction.set_rollback(True)
    assert seen == expected


def _throw_dice(world: Cast, data: st.DataObject) -> None:
    today = timezone.localdate()
    roles = st.lists(st.sampled_from(Role.values), min_size=1, max_size=3, unique=True)
    people = [
        make_person(world.establishment, *data.draw(roles), left_on=data.draw(st.sampled_from([None, None, today])))
        for _ in range(4)
    ]
    classes, groups = list(SchoolClass.objects.all()), list(Group.objects.all())
    someone, subject = st.sampled_from(people), Subject.objects.get()

    def window() -> dict[str, object]:
        start = today + timedelta(days=data.draw(DAYS))
        return {"starts_on": start, "ends_on": data.draw(st.sampled_from([None, start, start + timedelta(days=401)]))}

    for _ in range(3):
        ClassMembership.objects.get_or_create(
            person=data.draw(someone), school_class=data.draw(st.sampled_from(classes)),
            kind=data.draw(st.sampled_from(ClassMembership.Kind.values)), defaults=window(),
        )  # fmt: skip
        GroupMembership.objects.get_or_create(
            person=data.draw(someone), group=data.draw(st.sampled_from(groups)), defaults=window()
        )
        service = TeachingService.objects.create(
            teacher=data.draw(someone), subject=subject, **window(),
            **data.draw(st.sampled_from([{"school_class": c} for c in classes] + [{"group": g} for g in groups])),
        )  # fmt: skip
        Substitution.objects.create(
            service=service, substitute=data.draw(someone), starts_on=window()["starts_on"],
            ends_on=today + timedelta(days=401),
        )  # fmt: skip
        child, guardian = data.draw(someone), data.draw(someone)
        if child != guardian:
            GuardianLink.objects.get_or_create(
                child=child, guardian=guardian,
                defaults={"kinship": "10", "authority": data.draw(st.sampled_from(Authority.values)), **window()},
            )  # fmt: skip


def _audience(data: st.DataObject) -> Spec:
    some = lambda values: st.frozensets(st.sampled_from(values), max_size=2)  # noqa: E731 -- local shorthand
    return Spec(
        roles=data.draw(some([*Role.values])) | {"management"} if data.draw(st.booleans()) else frozenset(),
        classes=data.draw(some(list(SchoolClass.objects.values_list("pk", flat=True)))),
        groups=data.draw(some(list(Group.objects.values_list("pk", flat=True)))),
    )

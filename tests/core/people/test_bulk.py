"""Several people at once: shown first, then all of it or nothing."""

import re

import pytest
from django.utils.timezone import localdate

from core.audit.models import AuditEntry
from core.people.models import Person
from core.structure.models import ClassMembership, GroupMembership
from tenants.schemas.context import school
from tests.factories import make_person

pytestmark = pytest.mark.django_db
CHOOSE, ACT = "/annuaire/plusieurs/", "/annuaire/plusieurs/action/"


def seen(html):
    return re.search(r'name="seen" value="([0-9a-f]+)"', html)


def preview(client, action, people, **values):
    data = {"action": action, "person": [one.pk for one in people], "step": "preview", **values}
    return client.post(ACT, data).content.decode()


def confirm(client, action, people, **values):
    found = seen(preview(client, action, people, **values))
    data = {"action": action, "person": [one.pk for one in people], "step": "apply", "seen": found.group(1), **values}
    return client.post(ACT, data)


def classes_of(world, person):
    with school(world.school):
        held = ClassMembership.objects.filter(person=person, ends_on=None, kind="pupil")
        return set(held.values_list("school_class__name", flat=True))


def test_boxes_stand_beside_people(world, enter):
    html = enter(world.head).get(CHOOSE, {"role": "pupil"}).content.decode()
    assert f'name="person" value="{world.pupil.pk}"' in html
    assert "Toute la liste" in html


def test_preview_says_what_happens_and_who_is_refused_and_changes_nothing(world, enter):
    people = [world.pupil, world.stranger, world.teacher]
    html = preview(enter(world.head), "class", people, school_class=world.class_b.pk)
    assert f"1 élève entre en {world.class_b.name}." in html
    assert f"1 élève quitte {world.class_a.name}." in html
    assert "y est déjà" in html
    assert "n’est pas élève" in html
    assert classes_of(world, world.pupil) == {world.class_a.name}


def test_confirming_does_it_and_writes_it_down(world, enter):
    people = [world.pupil, world.classmate]
    assert confirm(enter(world.head), "class", people, school_class=world.class_b.pk).url == CHOOSE
    assert classes_of(world, world.pupil) == classes_of(world, world.classmate) == {world.class_b.name}
    with school(world.school):
        assert AuditEntry.objects.get(action="people.bulk").changes["people"] == [None, 2]
        assert AuditEntry.objects.filter(action="structure.add_to_class").count() == 2


def test_what_changed_since_is_shown_again(world, enter):
    client, people = enter(world.head), [world.pupil, world.classmate]
    found = seen(preview(client, "class", people, school_class=world.class_b.pk))
    confirm(client, "class", [world.pupil], school_class=world.class_b.pk)
    data = {
        "action": "class", "person": [one.pk for one in people], "step": "apply", "seen": found.group(1),
        "school_class": world.class_b.pk,
    }  # fmt: skip
    answer = client.post(ACT, data)
    assert answer.status_code == 409
    assert "Quelque chose a changé" in answer.content.decode()
    assert classes_of(world, world.classmate) == {world.class_a.name}


def test_all_or_nothing(world, enter, monkeypatch):
    from core.structure.services import classes

    served = classes.add_to_class

    def fails_for_one(**given):
        if given["pupil"].pk == world.classmate.pk:
            from core.errors import DomainError

            raise DomainError("full", "Non.")
        return served(**given)

    monkeypatch.setattr(classes, "add_to_class", fails_for_one)
    answer = confirm(enter(world.head), "class", [world.pupil, world.classmate], school_class=world.class_b.pk)
    assert (answer.status_code, "Non." in answer.content.decode()) == (422, True)
    assert classes_of(world, world.pupil) == {world.class_a.name}


def test_groups_are_entered_and_left(world, enter):
    client = enter(world.head)
    confirm(client, "group", [world.pupil], group=world.group.pk)
    with school(world.school):
        assert GroupMembership.objects.filter(group=world.group, ends_on=None).count() == 2
    html = preview(client, "ungroup", [world.pupil, world.stranger], group=world.group.pk)
    assert "n’y est pas" in html
    confirm(client, "ungroup", [world.pupil, world.stranger], group=world.group.pk)
    with school(world.school):
        assert not GroupMembership.objects.filter(group=world.group, person=world.pupil, ends_on=None).exists()


def test_departures_spare_those_who_run_the_school(world, enter):
    people = [world.pupil, world.referent]
    html = preview(enter(world.head), "departure", people, on=localdate().isoformat())
    assert "1 personne part." in html
    assert "depuis sa fiche" in html
    assert "1 compte n’ouvre plus" in html
    confirm(enter(world.head), "departure", people, on=localdate().isoformat())
    with school(world.school):
        assert Person.objects.get(pk=world.pupil.pk).left_on == localdate()
        assert Person.objects.get(pk=world.referent.pk).left_on is None


def test_a_role_is_given_and_never_power(world, enter):
    confirm(enter(world.head), "role", [world.cpe, world.teacher], role="teacher")
    with school(world.school):
        assert Person.objects.get(pk=world.cpe.pk).roles == ["school_life", "teacher"]
    answer = enter(world.head).post(
        ACT, {"action": "role", "person": [world.cpe.pk], "step": "preview", "role": "management"}
    )
    assert answer.status_code == 422


def test_whole_list_is_meant_by_one_box(world, enter):
    html = enter(world.head).post(ACT, {"action": "role", "all": "1", "role": "pupil"}).content.decode()
    assert "3\u00a0personnes choisies" in html


def test_people_whom_one_may_not_see_are_not_touched(world, enter):
    gone = make_person(world.school, "pupil", left_on=localdate())
    answer = enter(world.head).post(ACT, {"action": "role", "person": [gone.pk]})
    assert answer.url == CHOOSE
    assert enter(world.cpe).get(CHOOSE).status_code == 404


def test_choosing_nobody_says_so(world, enter):
    answer = enter(world.head).post(ACT, {"action": "class"}, follow=True)
    assert "Choisissez d’abord des personnes" in answer.content.decode()

"""Codes handed over at once: by a guardian, a teacher of an école, whoever manages accounts. Never up the ranks."""

import pytest
from django.core import mail
from django.utils import timezone

from core.activation import services
from core.audit.models import AuditEntry
from core.errors import NotAllowed
from core.notifications.models import Event
from tenants.accounts import codes
from tenants.accounts.models import Account, ActivationCode, RegionalRole
from tenants.establishments.models import Establishment
from tenants.schemas.context import region, school
from tests.core import world as worlds
from tests.factories import give_account, make_person
from tests.tenants.accounts.helpers import give_address

pytestmark = pytest.mark.django_db


def give(world, actor, person):
    with school(world.school):
        return services.give_code(viewer=worlds.viewer(world.school, actor), person=person)


def use(person):
    with region():
        Account.objects.filter(pk=person.account_id).update(signed_in_at=timezone.now())


def test_a_guardian_makes_one_for_their_child(world):
    use(world.pupil)
    given = give(world, world.mother, world.pupil)
    found = codes.find(given.code)
    assert (found.purpose, found.person_id) == ("recover", world.pupil.pk)


def test_without_authority_there_is_no_code(world):
    worlds.weaken(world, world.mother)
    with pytest.raises(NotAllowed):
        give(world, world.mother, world.pupil)


def test_not_for_another_child(world):
    with pytest.raises(NotAllowed):
        give(world, world.mother, world.stranger)


def test_a_teacher_of_a_lycee_makes_none(world):
    with pytest.raises(NotAllowed):
        give(world, world.teacher, world.pupil)


def test_a_teacher_of_an_ecole_makes_one_for_their_pupils(world):
    Establishment.objects.filter(pk=world.school.pk).update(type="ecole")
    world.school.refresh_from_db()
    assert give(world, world.teacher, world.pupil).code
    with pytest.raises(NotAllowed):
        give(world, world.teacher, world.stranger)
    with pytest.raises(NotAllowed):
        give(world, world.teacher, world.mother)


def test_a_referent_makes_one_for_all_but_those_above(world):
    assert give(world, world.referent, world.teacher).code
    with pytest.raises(NotAllowed):
        give(world, world.referent, world.head)


def test_nobody_makes_one_for_themselves(world):
    with pytest.raises(NotAllowed):
        give(world, world.head, world.head)


def test_the_owner_is_told_twice(world, django_capture_on_commit_callbacks):
    from config.celery import app

    use(world.teacher)
    address = give_address(Account.objects.get(pk=world.teacher.account_id))
    app.conf.task_always_eager = True
    with django_capture_on_commit_callbacks(execute=True):
        give(world, world.head, world.teacher)
    app.conf.task_always_eager = False
    assert [address] in [message.to for message in mail.outbox]
    with school(world.school):
        assert Event.objects.get(kind="activation.code_made").people == [world.teacher.pk]


def test_each_code_is_journalled(world):
    use(world.teacher)
    give(world, world.head, world.teacher)
    with school(world.school):
        assert AuditEntry.objects.get(action="activation.recovery_code").actor_name == world.head.full_name


def test_never_a_key_to_the_regions_console(world):
    RegionalRole.objects.create(account_id=world.teacher.account_id, role="support")
    with pytest.raises(NotAllowed):
        give(world, world.head, world.teacher)


def test_never_a_key_to_who_works_for_another_school(world, college_b):
    account = Account.objects.get(pk=world.mother.account_id)
    give_account(college_b, make_person(college_b, "teacher"), account)
    with pytest.raises(NotAllowed):
        give(world, world.head, world.mother)


def test_a_guardian_of_two_schools_is_helped_in_either(world, college_b):
    account = Account.objects.get(pk=world.mother.account_id)
    give_account(college_b, make_person(college_b, "guardian"), account)
    assert give(world, world.head, world.mother).code


def test_who_never_came_gets_a_first_code(world):
    person = make_person(world.school, "pupil")
    assert codes.find(give(world, world.head, person).code).purpose == "activate"


def test_the_page_shows_the_code_once(world, enter):
    client = enter(world.head)
    assert "Faire le code" in client.get(f"/comptes/personnes/{world.pupil.pk}/code/").content.decode()
    assert not ActivationCode.objects.exists()
    response = client.post(f"/comptes/personnes/{world.pupil.pk}/code/")
    assert "no-store" in response["Cache-Control"]
    assert '<svg class="qr"' in response.content.decode()


def test_the_persons_page_leads_there_for_those_who_may(world, enter):
    path = f"/comptes/personnes/{world.pupil.pk}/code/"
    assert path in enter(world.mother).get(f"/annuaire/{world.pupil.pk}/").content.decode()
    assert path not in enter(world.teacher).get(f"/annuaire/{world.pupil.pk}/").content.decode()
    assert enter(world.teacher).get(path).status_code == 404

"""One's mail in several schools, at the front door."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.modules.models import ModuleChoice
from core.people.models import Person
from modules.messaging.joint import mail_of
from tenants.accounts.models import Account
from tenants.schemas.context import school
from tenants.schemas.models import InstalledApp
from tests.factories import give_account, make_guardian, make_person
from tests.modules.messaging.world import make_message
from tests.signing import signed_in_at_front_door

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(lycee_a, college_b):
    """A guardian with a child in each of two schools, written to in both."""
    made = {}
    account = None
    for place, first_name in ((lycee_a, "Léa"), (college_b, "Hugo")):
        parent = make_person(place, "guardian")
        account = give_account(place, parent, account)
        child, teacher = make_person(place, "pupil", first_name=first_name), make_person(place, "teacher")
        make_guardian(place, child, parent)
        with school(place):
            made[place.uai] = make_message(teacher, parent, subject=f"Pour {first_name}", children=[child])
    return account, made


def told(account):
    return {one.establishment.uai: one for one in mail_of(account, second_factor=False)}


def test_each_school_tells_its_own_mail(family, lycee_a, college_b):
    account, _made = family
    found = told(account)

    assert [row.subject for row, _path in found[lycee_a.uai].rows] == ["Pour Léa"]
    assert [row.subject for row, _path in found[college_b.uai].rows] == ["Pour Hugo"]
    assert found[college_b.uai].mail.rows[0].children[0].child.first_name == "Hugo"


def test_opening_a_conversation_enters_its_school(family, lycee_a):
    account, made = family
    client = signed_in_at_front_door(account)
    page = client.get("/mes-messages/").content.decode()
    path = f"/messagerie/{made[lycee_a.uai].conversation_id}/"

    assert f'value="{path}"' in page
    answer = client.post(f"/aller/{lycee_a.uai}/", {"suite": path})
    assert answer.status_code == 302
    assert answer["Location"].startswith(f"http://{lycee_a.slug}.localhost")


def test_a_school_where_the_module_is_off_stands_without_mail(family, lycee_a, college_b):
    account, _made = family
    with school(lycee_a):
        ModuleChoice.objects.filter(slug="messaging").update(enabled=False)
    found = told(account)

    assert (found[lycee_a.uai].mail, found[lycee_a.uai].open) == (None, False)
    assert found[college_b.uai].mail.unread == 1


def test_a_school_in_quarantine_spoils_nothing_of_the_others(family, lycee_a, college_b):
    account, _made = family
    InstalledApp.objects.filter(uai=lycee_a.uai, app_label="messaging").update(state=InstalledApp.State.FAILED)
    found = told(account)

    assert (found[lycee_a.uai].mail, found[lycee_a.uai].open) == (None, True)
    assert found[college_b.uai].mail.unread == 1
    assert "ne peuvent pas être lus" in signed_in_at_front_door(account).get("/mes-messages/").content.decode()


def test_more_mail_asks_no_more_queries(family, lycee_a):
    account, made = family
    with CaptureQueriesContext(connection) as before:
        mail_of(account, second_factor=False)
    with school(lycee_a):
        message = made[lycee_a.uai]
        parent = Person.objects.get(account_id=account.pk)
        for _ in range(4):
            make_message(message.sender, parent)
    with CaptureQueriesContext(connection) as after:
        mail_of(account, second_factor=False)

    assert len(after) == len(before)


def test_who_leads_a_school_reads_its_mail_after_the_second_factor(lycee_a):
    head, teacher = make_person(lycee_a, "management", account=True), make_person(lycee_a, "teacher")
    with school(lycee_a):
        make_message(teacher, head)
    account = Account.objects.get(pk=head.account_id)

    [without] = mail_of(account, second_factor=False)
    [with_it] = mail_of(account, second_factor=True)

    assert (without.mail.needs_factor, without.rows) == (True, [])
    assert len(with_it.rows) == 1

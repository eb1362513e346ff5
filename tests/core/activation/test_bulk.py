"""The region invites the people of many schools at once."""

import pytest
from django.core import mail

from config.celery import app
from core.activation.models import Letters
from core.notifications.models import Event
from tenants.audit.models import RegionalAuditEntry
from tenants.schemas.context import school
from tenants.work.models import RegionalWork
from tests.factories import make_account, make_person
from tests.signing import signed_in_at_front_door

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _workers_at_hand():
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture
def administrator():
    from tenants.accounts.models import RegionalRole

    account = make_account(password=None)
    RegionalRole.objects.create(account=account, role="administrator")
    return signed_in_at_front_door(account)


@pytest.fixture
def people(lycee_a, college_b):
    make_person(lycee_a, "teacher", email="a@example.org")
    make_person(college_b, "teacher", email="b@example.org")
    make_person(college_b, "teacher")
    make_person(college_b, "management", account=True)


@pytest.fixture
def ask(administrator, people, django_capture_on_commit_callbacks):
    def asked(count, *ways, query=""):
        with django_capture_on_commit_callbacks(execute=True):
            return administrator.post(
                f"/console/etablissements/inviter/{query}", {"count": count, "moyens": list(ways)}
            )

    return asked


def test_whoever_has_an_address_is_written_to_in_each_school(ask):
    assert ask(2, "courriel").url == "/console/travaux/"
    assert sorted(message.to[0] for message in mail.outbox) == ["a@example.org", "b@example.org"]


def test_the_filters_say_which_schools(ask):
    ask(1, "courriel", query="?type=college")
    assert [message.to for message in mail.outbox] == [["b@example.org"]]


def test_letters_are_for_the_others_and_their_school_is_told(ask, college_b):
    ask(1, "courriel", "courrier", query="?type=college")
    with school(college_b):
        assert Letters.objects.get().count == 2  # who has no address: the teacher, and the head who never came
        assert Event.objects.filter(kind="activation.letters_ready").count() == 1


def test_it_is_followed_and_journalled(ask):
    ask(2, "courriel")
    work = RegionalWork.objects.get()
    assert (work.state, work.done, work.total) == ("done", 2, 2)
    assert RegionalAuditEntry.objects.filter(action="establishments.invited").count() == 2


def test_a_number_that_changed_is_not_confirmed(ask):
    assert ask(7, "courriel").status_code == 409
    assert not RegionalWork.objects.exists()


def test_a_way_must_be_chosen(ask):
    assert "au moins un moyen" in ask(2).content.decode()


def test_the_page_says_how_many_schools(administrator, people):
    page = administrator.get("/console/etablissements/inviter/").content.decode()
    assert "Inviter dans 2" in page

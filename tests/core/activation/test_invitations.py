"""Invitations and reminders by mail, and what comes back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from config.celery import app
from core.activation import services
from core.audit.models import AuditEntry
from core.errors import DomainError
from core.modules.state import Modules
from core.notifications import reasons
from core.notifications.channels.email import references
from core.notifications.messages import Failure
from core.notifications.models import AddressTrouble
from tenants.accounts import codes
from tenants.accounts.models import ActivationCode
from tenants.schemas.context import school
from tests.factories import make_guardian, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _workers_at_hand():
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture
def guardian(lycee_a):
    person = make_person(lycee_a, "guardian", first_name="Sophie", last_name="Marchal", email="sophie@example.org")
    make_guardian(lycee_a, make_person(lycee_a, "pupil", first_name="Léo", last_name="Marchal"), person)
    return person


@pytest.fixture
def invite(lycee_a, django_capture_on_commit_callbacks):
    head = make_person(lycee_a, "management", account=True)

    def asked(**filters):
        with school(lycee_a), django_capture_on_commit_callbacks(execute=True):
            return services.invite(actor=head, filters=filters, modules=Modules(lycee_a))

    return asked


def test_the_mail_says_why_and_holds_a_living_code(lycee_a, guardian, invite):
    invite()
    [message] = mail.outbox
    code = message.body.split("code=")[1].split()[0]
    assert "concerne Léo" in message.body
    assert codes.find(code).person_id == guardian.pk
    assert code in message.alternatives[0][0]


def test_a_mail_that_comes_back_finds_its_person(lycee_a, guardian, invite):
    invite()
    found = references.read(mail.outbox[0].extra_headers["Message-ID"])
    assert (found.uai, found.person_id) == (lycee_a.uai, guardian.pk)


def test_mail_is_quiet(lycee_a, guardian, invite):
    invite()
    [message] = mail.outbox
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "<img" not in message.alternatives[0][0]


def test_nobody_is_written_to_twice_in_three_days(lycee_a, guardian, invite):
    invite()
    with pytest.raises(DomainError):
        invite()
    assert len(mail.outbox) == 1


def test_a_reminder_says_so(lycee_a, guardian, invite):
    invite()
    ActivationCode.objects.update(created_at=timezone.now() - timedelta(days=4))
    invite()
    assert "=?utf-8?" in mail.outbox[1].subject or "Rappel" in mail.outbox[1].subject
    assert ActivationCode.objects.filter(superseded_at=None).count() == 1


def test_who_has_no_address_is_not_written_to(lycee_a, invite):
    make_person(lycee_a, "pupil")
    with pytest.raises(DomainError):
        invite()


def test_an_address_that_is_refused_keeps_the_letter_valid(lycee_a, guardian, invite, monkeypatch):
    letter = codes.issue(lycee_a.uai, [guardian.pk], purpose=codes.Purpose.ACTIVATE, way=codes.Way.LETTER)
    ActivationCode.objects.update(created_at=timezone.now() - timedelta(days=4))
    monkeypatch.setattr(
        "core.notifications.channels.email.EmailSender.deliver",
        lambda self, mail: Failure(reason=reasons.BOUNCED, final=True),
    )
    invite()
    assert codes.find(letter[guardian.pk]).person_id == guardian.pk
    with school(lycee_a):
        assert AddressTrouble.objects.get().person_id == guardian.pk


def test_an_address_that_bounced_is_shown_and_left_in_peace(lycee_a, guardian, invite, enter, world):
    with school(lycee_a):
        now = timezone.now()
        AddressTrouble.objects.create(
            person=guardian, channel="email", address=guardian.email, reason=reasons.BOUNCED, first_at=now, last_at=now
        )
    page = enter(world.head).get("/comptes/personnes/", {"q": "marchal"}).content.decode()
    assert "adresse en défaut" in page
    with pytest.raises(DomainError):
        invite(q="marchal")


def test_each_invitation_is_journalled(lycee_a, guardian, invite):
    invite()
    with school(lycee_a):
        assert AuditEntry.objects.filter(action="activation.mail", target_id=str(guardian.pk)).count() == 1


def test_the_page_writes_to_those_of_its_filters(lycee_a, guardian, enter, world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = enter(world.head).post("/comptes/inviter/", {"q": "marchal", "role": "guardian"})
    assert response.url.startswith("/travaux/")
    assert [message.to for message in mail.outbox] == [["sophie@example.org"]]


@pytest.mark.parametrize("path", ["/comptes/", "/comptes/personnes/", "/comptes/personnes/?etat=open&q=a"])
def test_pages_are_for_those_who_manage(world, enter, path):
    assert enter(world.head).get(path).status_code == 200
    assert enter(world.teacher).get(path).status_code == 404

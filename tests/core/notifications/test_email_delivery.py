"""From what waits to a mailbox: delivery and the mail channel together."""

import email
import email.policy
from datetime import timedelta

import pytest
from django.utils import timezone

from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import delivery, reasons
from core.notifications.models import Event, Notification
from modules.news.models import Article, Section
from tenants.schemas.context import school

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(lycee_a, world):
    """News to everybody, told to the mother and the father, due now."""
    now = timezone.now()
    with school(lycee_a):
        section = Section.objects.create(name="Vie du lycée")
        article = Article.objects.create(
            section=section, title="Portes ouvertes", body="x", body_html="<p>x</p>", author=world.head,
            status="published", publish_at=now - timedelta(hours=1),
        )  # fmt: skip
        event = Event.objects.create(
            kind="news.published", key=f"article:{article.pk}", importance="information", state="done",
            data={"article": article.pk, "title": "Portes ouvertes", "section": "Vie du lycée"}, url="/actualites/",
        )  # fmt: skip
        for person in (world.mother, world.father):
            Notification.objects.create(
                event=event, person=person, channel=Channel.EMAIL, state="waiting", due_at=now, frequency="daily"
            )


def deliver(establishment):
    with school(establishment):
        delivery.deliver(Channel.EMAIL, Modules(establishment), until=timezone.now() + timedelta(seconds=20))
        rows = Notification.objects.order_by("person")
        return {row.person_id: (row.state, row.reason) for row in rows}


def test_what_is_due_reaches_each_mailbox_once(inbox, waiting, world, lycee_a):
    assert set(deliver(lycee_a).values()) == {("sent", "")}
    deliver(lycee_a)
    assert sorted(mail["To"] for mail in inbox.mails) == ["mere@example.org", "pere@example.org"]


def test_a_dead_address_fails_alone_and_says_why(inbox, waiting, world, lycee_a):
    inbox.answers["mere@example.org"] = "550 5.1.1 unknown"
    found = deliver(lycee_a)
    assert found[world.mother.pk] == ("failed", reasons.BOUNCED)
    assert found[world.father.pk] == ("sent", "")


def test_a_server_that_is_down_makes_everybody_wait(inbox, waiting, world, lycee_a, settings):
    settings.EMAIL_PORT = 1
    assert set(deliver(lycee_a).values()) == {("waiting", reasons.UNREACHABLE)}


def test_without_a_server_mails_can_be_read_in_files(waiting, world, lycee_a, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    assert set(deliver(lycee_a).values()) == {("sent", "")}
    (file,) = tmp_path.iterdir()
    first = file.read_bytes().split(b"-" * 79)[0]
    mail = email.message_from_bytes(first, policy=email.policy.default)
    assert mail["Subject"] == "Portes ouvertes"
    assert "Lire l’actualité" in mail.get_body(("plain",)).get_content()

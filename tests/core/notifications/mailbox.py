"""A real mail server for the tests, and messages to send through it."""

import email
import email.policy
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from aiosmtpd.controller import Controller

from core.modules.contract import Channel, Frequency
from core.modules.state import Modules
from core.notifications.messages import Message
from core.notifications.models import Event, Notification
from core.notifications.wording import items_of
from core.people.models import Person
from tenants.schemas.context import school

NOON = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)  # Monday, 12:05 in Paris


class Inbox:
    """What the server took in. `answers` maps an address to what it says to RCPT; `on_data` to the text."""

    def __init__(self):
        self.raw, self.answers, self.senders, self.on_data, self.sessions = [], {}, [], "250 OK", set()

    @property
    def mails(self):
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in self.raw]

    @property
    def mail(self):
        (only,) = self.mails
        return only


class Handler:
    def __init__(self, inbox):
        self.inbox = inbox

    async def handle_MAIL(self, server, session, envelope, address, options):
        self.inbox.sessions.add(id(session))
        envelope.mail_from = address
        self.inbox.senders.append(address)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.inbox.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.inbox.on_data.startswith("250"):
            self.inbox.raw.append(envelope.content)
        return self.inbox.on_data


@contextmanager
def mail_server(settings):
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Handler(inbox), hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    try:
        yield inbox
    finally:
        controller.stop()


def make_row(person, channel=Channel.EMAIL, *, kind="news.published", children=(), at=NOON, importance="information",
             key="", **data):  # fmt: skip
    """One notification of one event, stored, in the school where one stands."""
    event = Event.objects.create(
        kind=kind, key=key, importance=importance, url="/actualites/12/", happened_at=at, due_at=at,
        data={"title": "Sortie au musée jeudi", "section": "Vie du lycée"} | data, state=Event.State.DONE,
    )  # fmt: skip
    return Notification.objects.create(
        event=event, person=person, channel=channel, children=[child.pk for child in children], due_at=at,
        state=Notification.State.SENDING,
    )  # fmt: skip


def make_message(establishment, person, *rows, channel=Channel.EMAIL, frequency=Frequency.NOW, account_email="",
                 id: UUID | None = None):  # fmt: skip
    """What delivery hands to a sender, for these rows (one plain row by default)."""
    with school(establishment):
        person = Person.objects.get(pk=person.pk)
        rows = rows or (make_row(person, channel),)
        items = items_of(
            Notification.objects.filter(pk__in=[row.pk for row in rows]).select_related("event").order_by("pk"),
            Modules(establishment),
        )
    return Message(
        id=id or uuid4(), channel=channel, person=person, establishment=establishment, items=tuple(items),
        frequency=frequency, account_email=account_email,
    )  # fmt: skip

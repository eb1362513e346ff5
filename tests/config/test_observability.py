"""Error reports: sent to a local transport, read byte by byte."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from config import observability
from tests.config import failing

SECRETS = (
    "Camille", "Dupont", "camille.dupont", "example.org", "12 rue des Lilas", "192.0.2.7", "0388000000",
    "jeton-secret", "biscuit-secret", "Strasbourg",
)  # fmt: skip


class Captured(Transport):
    """Keeps what would be sent, as it would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent.append(envelope.serialize())

    def event(self) -> dict[str, Any]:
        (only,) = self.sent
        return dict(json.loads(only.splitlines()[2]))


@pytest.fixture
def reports() -> Iterator[Captured]:
    transport = Captured()
    with sentry_sdk.isolation_scope(), sentry_sdk.new_scope():
        observability.start(
            dsn="https://key@sentry.invalid/1", release="9.9.9", environment="tests", transport=transport
        )
        yield transport
        sentry_sdk.get_client().close()
        sentry_sdk.get_global_scope().set_client(None)


def fail(request: HttpRequest, name: str) -> HttpResponse:
    """A view that meets people's data everywhere, and fails as a database does."""
    pupil = {"name": request.POST.get("name"), "address": "12 rue des Lilas, Strasbourg"}
    sentry_sdk.add_breadcrumb(message=f"looking at {pupil['name']}")
    sentry_sdk.set_user({"email": "camille.dupont@example.org"})
    sentry_sdk.set_tag("pupil", "Camille")
    sentry_sdk.set_extra("pupil", pupil)
    sentry_sdk.set_context("pupil", pupil)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["Camille Dupont"])
    return failing.in_module(pupil)


urlpatterns = [path("eleves/<name>/", fail)]


def send(client: Client) -> None:
    client.raise_request_exception = False
    with override_settings(
        ROOT_URLCONF=__name__,
        PUBLIC_SCHEMA_URLCONF=__name__,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    ):
        client.cookies["session"] = "biscuit-secret"
        client.post(
            "/eleves/Camille-Dupont/?q=Dupont&token=jeton-secret",
            {"name": "Camille Dupont", "phone": "0388000000"},
            headers={"authorization": "Bearer jeton-secret", "referer": "http://localhost/?q=Dupont"},
            REMOTE_ADDR="192.0.2.7",
        )


def test_report_holds_nothing_of_the_person(reports: Captured, client: Client, db: None) -> None:
    send(client)

    sent = b"".join(reports.sent).decode()
    # The lines of our own source are in the report: those of this file are the only place for these words.
    own = {"pre_context", "context_line", "post_context"}
    event = reports.event()
    for value in event["exception"]["values"]:
        for frame in value["stacktrace"]["frames"]:
            if frame["module"] == __name__:
                for key in own:
                    frame.pop(key, None)
    text = json.dumps(event, ensure_ascii=False)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "biscuit-secret" not in sent


def test_report_is_tagged_with_school_module_and_release(
    reports: Captured, client: Client, lycee_a: Any
) -> None:
    from tenants.schemas.context import school

    with school(lycee_a):
        send(client)

    tags = {"school": lycee_a.schema_name, "module": "modules.news", "release": "9.9.9"}
    assert reports.event()["tags"] == tags


def test_report_says_type_and_place(reports: Captured, client: Client, db: None) -> None:
    send(client)

    last = reports.event()["exception"]["values"][-1]
    assert last["type"] == "IntegrityError"
    assert "value" not in last
    assert last["stacktrace"]["frames"][-1]["function"] == "in_module"


def test_log_lines_and_messages_are_not_reported(reports: Captured) -> None:
    import logging

    logging.getLogger("tried").error("Camille Dupont")
    sentry_sdk.capture_message("Camille Dupont")

    assert reports.sent == []


def test_failed_task_is_reported_without_its_arguments(reports: Captured) -> None:
    failing.task().apply(args=["Camille Dupont"])

    assert "Dupont" not in b"".join(reports.sent).decode()
    assert reports.event()["exception"]["values"][-1]["type"] == "IntegrityError"

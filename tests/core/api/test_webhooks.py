"""Calling out: what leaves, how it is signed, when it is tried again, and when it stops."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network

import pytest
import time_machine
from django.utils import timezone

from core.api import services, signing, webhooks
from core.api.models import Delivery, Webhook
from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.notifications.models import Event
from core.permissions.viewer import viewer_as
from tenants import outbound
from tenants.schemas.context import school
from tests.factories import make_person

pytestmark = pytest.mark.django_db
KIND = "news.published"
State = Delivery.State


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver(settings):
    settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        server.received, server.answers = [], []
        server.url = f"http://127.0.0.1:{server.server_port}/préau?canal=1"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def inside(lycee_a):
    with school(lycee_a):
        yield lycee_a


@pytest.fixture
def head(inside):
    return viewer_as(make_person(inside, "management"), inside)


@pytest.fixture
def made(head, receiver):
    """The webhook and its secret."""
    return services.create_webhook(viewer=head, name="Cantine", url=receiver.url, kinds=[KIND])


def happen(kind=KIND, key="article:12"):
    event = Event.objects.create(kind=kind, key=key, importance="normal", data={"title": "Élise est punie"})
    webhooks.enqueue(event)
    return event


def only():
    return Delivery.objects.get()


def later(minutes):
    """What waits becomes due."""
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    return minutes


# --- In -----------------------------------------------------------------------------------------------------
def test_event_becomes_a_delivery_for_each_address_that_asked(head, receiver, made):
    services.create_webhook(viewer=head, name="Autre", url=receiver.url, kinds=[KIND, "news.urgent"])
    services.create_webhook(viewer=head, name="Ailleurs", url=receiver.url, kinds=["news.urgent"])
    happen()
    assert sorted(Delivery.objects.values_list("webhook__name", flat=True)) == ["Autre", "Cantine"]


def test_event_that_is_taken_up_twice_leaves_once(made):
    event = happen()
    webhooks.enqueue(event)
    assert Delivery.objects.count() == 1


def test_kind_that_no_module_offers_to_webhooks_stays_inside(made):
    Webhook.objects.update(kinds=["api.token_ends"])
    happen("api.token_ends")
    assert not Delivery.objects.exists()


def test_stopped_webhook_gets_nothing(head, made):
    services.stop_webhook(webhook=made[0], viewer=head)
    happen()
    assert not Delivery.objects.exists()


def test_module_that_is_off_calls_nobody(inside, made):
    from core.modules.models import ModuleChoice

    ModuleChoice.objects.filter(slug="news").update(enabled=False)
    happen()
    assert not Delivery.objects.exists()


def test_webhook_is_called_by_the_relay_itself(inside, head, made, django_capture_on_commit_callbacks):
    from datetime import UTC, datetime

    from core.modules.state import Modules
    from core.notifications import relay

    Event.objects.create(kind=KIND, key="article:12", importance="normal", data={"article": 0, "title": "x"})
    relay.drain(Modules(inside), until=datetime(2100, 1, 1, tzinfo=UTC))
    assert only().kind == KIND


def test_enqueuing_takes_as_many_queries_for_one_as_for_three(head, receiver, made, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        happen()
    for number in range(2):
        services.create_webhook(viewer=head, name=f"Autre {number}", url=receiver.url, kinds=[KIND])
    with django_assert_num_queries(len(one)):
        happen()


# --- Out ----------------------------------------------------------------------------------------------------
def test_what_leaves_names_nobody(inside, receiver, made):
    event = happen()
    webhooks.run()
    _headers, body = receiver.received[0]
    assert json.loads(body) == {
        "type": KIND,
        "timestamp": event.happened_at.isoformat(),
        "school": inside.uai,
        "data": {"object": "article:12", "url": f"http://{inside.slug}.localhost:8000/api/v1/news/articles/12"},
    }


def test_signature_is_the_one_that_the_receiver_computes(receiver, made):
    _webhook, secret = made
    happen()
    webhooks.run()
    headers, body = receiver.received[0]
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60


def test_both_secrets_sign_for_a_day(head, receiver, made):
    webhook, _old = made
    services.rotate_secret(viewer=head, webhook=webhook)
    happen()
    webhooks.run()
    assert len(receiver.received[0][0]["webhook-signature"].split()) == 2
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        happen()
        webhooks.run()
    assert len(receiver.received[1][0]["webhook-signature"].split()) == 1


def test_new_secret_is_another(head, made):
    assert services.rotate_secret(viewer=head, webhook=made[0]) != made[1]


def test_secret_is_not_in_the_database(made):
    webhook, secret = made
    assert secret.removeprefix("whsec_")[:20] not in str(Webhook.objects.filter(pk=webhook.pk).values().get())


def test_same_salt_signs_otherwise_at_another_school(inside, college_b, made):
    webhook, secret = made
    with school(college_b):
        assert signing.secret_of(Webhook(salt=webhook.salt)) != secret


def test_taken_delivery_is_settled(receiver, made):
    happen()
    webhooks.run()
    delivery = only()
    assert (delivery.state, delivery.answers, delivery.reason) == (State.TAKEN, [200], "")


def test_taken_delivery_is_not_sent_again(receiver, made):
    happen()
    webhooks.run()
    webhooks.run()
    assert len(receiver.received) == 1


def test_refused_delivery_is_tried_again_later_under_the_same_identifier(receiver, made):
    receiver.answers = [500]
    happen()
    webhooks.run()
    delivery = only()
    assert (delivery.state, delivery.answers) == (State.WAITING, [500])
    assert timedelta(seconds=50) < delivery.due_at - timezone.now() <= timedelta(seconds=60)
    webhooks.run()
    assert len(receiver.received) == 1
    later(1)
    webhooks.run()
    assert only().answers == [500, 200]
    assert receiver.received[0][0]["webhook-id"] == receiver.received[1][0]["webhook-id"]


def test_redirect_is_no_answer(receiver, made):
    receiver.answers = [302]
    happen()
    webhooks.run()
    assert (only().state, only().answers, len(receiver.received)) == (State.WAITING, [302], 1)


def test_eight_tries_span_a_day_and_then_it_is_given_up(receiver, made):
    receiver.answers = [503] * 20
    happen()
    now = timezone.now()
    for number in range(8):
        assert only().state == State.WAITING, number
        with time_machine.travel(now):
            webhooks.run()
        now = max(now, only().due_at) + timedelta(seconds=1)
    assert (only().state, only().attempts) == (State.FAILED, 8)
    assert timedelta(hours=20) < sum(webhooks.DELAYS, timedelta()) <= timedelta(hours=24)


def test_delays_grow():
    assert list(webhooks.DELAYS) == sorted(webhooks.DELAYS)


def test_what_waits_for_an_address_that_fails_waits_with_it(receiver, made):
    receiver.answers = [500] * 9
    for number in range(3):
        happen(key=f"article:{number}")
    webhooks.run()
    assert len(receiver.received) == 1
    assert not Delivery.objects.filter(due_at__lte=timezone.now()).exists()


def test_one_address_that_fails_holds_up_no_other(head, receiver, made):
    services.create_webhook(viewer=head, name="Autre", url=receiver.url, kinds=[KIND])
    receiver.answers = [500, 200]
    happen()
    webhooks.run()
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [State.TAKEN, State.WAITING]


def test_address_that_fails_for_days_is_stopped_and_told_of(receiver, made):
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=4))
    receiver.answers = [500]
    happen()
    webhooks.run()
    assert Webhook.objects.get().stopped_at is not None
    assert only().state == State.FAILED
    assert Event.objects.filter(kind="api.webhook_stopped").count() == 1
    assert AuditEntry.objects.filter(action="api.stop_webhook", actor_account_id=None).exists()


def test_address_that_is_gone_is_stopped_at_once(receiver, made):
    receiver.answers = [410]
    happen()
    webhooks.run()
    assert Webhook.objects.get().stopped_at is not None


def test_those_who_manage_webhooks_are_told(inside, receiver, made):
    from core.api.hooks import webhook_managers

    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=4))
    receiver.answers = [500]
    referent, teacher = make_person(inside, "digital_referent"), make_person(inside, "teacher")
    happen()
    webhooks.run()
    told = {pk for pk, _child in webhook_managers(Event.objects.get(kind="api.webhook_stopped")).pairs()}
    assert referent.pk in told
    assert teacher.pk not in told


def test_success_ends_the_count_of_days(receiver, made):
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=2))
    happen()
    webhooks.run()
    assert Webhook.objects.get().failing_since is None


def test_what_a_killed_worker_held_is_taken_up_by_the_next(receiver, made):
    happen()
    Delivery.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    webhooks.run()
    assert not receiver.received
    Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    webhooks.sweep()
    assert len(receiver.received) == 1


def test_content_of_answers_is_kept_nowhere(receiver, made):
    happen()
    webhooks.run()
    kept = {field.name for field in Delivery._meta.get_fields()}
    assert kept == {
        "id", "webhook", "event_id", "kind", "key", "happened_at", "state", "answers", "reason", "due_at",
        "lease_until", "created_at", "settled_at",
    }  # fmt: skip


# --- Where it may go ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest/", "https://10.0.0.5/x",
     "https://[::ffff:10.0.0.5]/", "https://localhost/", "http://93.184.215.14/", "ftp://example.org/", "x"],
)  # fmt: skip
def test_address_inside_cannot_be_chosen(head, url):
    with pytest.raises(DomainError) as refused:
        services.create_webhook(viewer=head, name="Dedans", url=url, kinds=[KIND])
    assert "url" in refused.value.fields


def test_name_that_came_to_lead_inside_is_not_called(receiver, made, settings):
    settings.OUTBOUND_ALLOW = []
    Webhook.objects.update(url=f"https://localhost:{receiver.server_port}/")
    happen()
    webhooks.run()
    assert (only().answers, only().reason) == ([0], "inside-address")
    assert not receiver.received


def test_address_that_does_not_answer_is_tried_again(made, monkeypatch):
    def silent(*args, **kwargs):
        raise outbound.OutboundFailed("timeout")

    monkeypatch.setattr(outbound, "post", silent)
    happen()
    webhooks.run()
    assert (only().state, only().answers, only().reason) == (State.WAITING, [0], "timeout")


# --- What people do -----------------------------------------------------------------------------------------
def test_try_sends_something_that_means_nothing(head, receiver, made, django_capture_on_commit_callbacks):
    services.try_webhook(viewer=head, webhook=made[0])
    webhooks.run()
    assert json.loads(receiver.received[0][1])["type"] == "api.test"


def test_given_up_delivery_can_be_sent_again(head, receiver, made):
    happen()
    Delivery.objects.update(state=State.FAILED, answers=[500] * 8)
    services.retry_delivery(viewer=head, delivery=only())
    webhooks.run()
    assert (only().state, only().answers) == (State.TAKEN, [200])


def test_taken_delivery_cannot_be_sent_again(head, receiver, made):
    happen()
    webhooks.run()
    with pytest.raises(Conflict):
        services.retry_delivery(viewer=head, delivery=only())


def test_stopped_webhook_is_not_tried_until_it_is_resumed(head, receiver, made):
    services.stop_webhook(webhook=made[0], viewer=head)
    made[0].refresh_from_db()
    with pytest.raises(Conflict):
        services.try_webhook(viewer=head, webhook=made[0])
    services.resume_webhook(viewer=head, webhook=made[0])
    happen()
    webhooks.run()
    assert len(receiver.received) == 1


def test_teacher_manages_no_webhooks(inside, receiver):
    teacher = viewer_as(make_person(inside, "teacher"), inside)
    with pytest.raises(NotAllowed):
        services.create_webhook(viewer=teacher, name="x", url=receiver.url, kinds=[KIND])


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": " "}, "name"), ({"name": "Cantine"}, "name"), ({"kinds": []}, "kinds"), ({"kinds": ["a.b"]}, "kinds")],
)
def test_what_is_missing_is_said_beside_its_field(head, receiver, made, values, field):
    given = {"name": "Autre", "url": receiver.url, "kinds": [KIND]} | values
    with pytest.raises(DomainError) as refused:
        services.create_webhook(viewer=head, **given)
    assert set(refused.value.fields) == {field}


def test_every_change_is_in_the_journal(head, receiver, made):
    webhook, _secret = made
    services.change_webhook(viewer=head, webhook=webhook, name="Restauration", url=receiver.url, kinds=[KIND])
    services.rotate_secret(viewer=head, webhook=webhook)
    services.try_webhook(viewer=head, webhook=webhook)
    services.stop_webhook(viewer=head, webhook=webhook)
    services.resume_webhook(viewer=head, webhook=webhook)
    services.delete_webhook(viewer=head, webhook=webhook)
    told = set(AuditEntry.objects.filter(action__startswith="api.").values_list("action", flat=True))
    assert told == {
        "api.create_webhook", "api.change_webhook", "api.rotate_webhook", "api.test_webhook", "api.stop_webhook",
        "api.resume_webhook", "api.delete_webhook",
    }  # fmt: skip

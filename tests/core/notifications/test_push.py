"""Web push: what reaches a device, and what becomes of devices."""

import socket
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.modules.contract import Channel
from core.notifications import reasons
from core.notifications.channels.push import PushSender, keys
from core.notifications.channels.push.payload import LIMIT
from core.notifications.models import PushSubscription
from tenants.schemas.context import school
from tests.core.notifications.mailbox import make_message, make_row
from tests.core.notifications.push_service import claims
from tests.core.notifications.test_email import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(lycee_a):
    def _send(person, *kinds):
        with school(lycee_a):
            rows = [make_row(person, Channel.PUSH, **facts) for facts in (kinds or [{}])]
        with PushSender() as sender:
            return sender.send(make_message(lycee_a, person, *rows, channel=Channel.PUSH))

    return _send


def devices(establishment):
    with school(establishment):
        return list(PushSubscription.objects.all())


# --- What a device gets -----------------------------------------------------------------------------------
def test_the_browser_reads_who_what_and_where(service, subscribed, send, world):
    browser, _device = subscribed(world.mother)
    assert send(world.mother, {"children": [world.pupil]}) is None
    told = browser.read(service.got[0][2])
    assert told["title"] == f"{world.pupil.first_name}\u00a0: Sortie au musée jeudi"
    assert (told["url"], told["children"]) == ("/actualites/12/", world.pupil.first_name)


def test_the_push_service_cannot_read_it(service, subscribed, send, world):
    subscribed(world.mother)
    send(world.mother)
    assert "musée".encode() not in service.got[0][2]


def test_our_signature_is_for_this_service_and_a_while(service, subscribed, send, world, settings):
    subscribed(world.mother)
    send(world.mother)
    said = claims(service.got[0][1])
    assert said["aud"] == service.url
    assert said["sub"].startswith("mailto:")
    assert 0 < said["exp"] - timezone.now().timestamp() < 24 * 3600
    assert service.got[0][1]["Authorization"].endswith(f"k={keys.public_key()}")


@pytest.mark.parametrize(
    ("importance", "urgency"),
    [("information", "low"), ("normal", "normal"), ("important", "normal"), ("urgent", "high")],
)
def test_importance_decides_how_it_travels(service, subscribed, send, world, importance, urgency):
    subscribed(world.mother)
    send(world.mother, {"importance": importance})
    headers = service.got[0][1]
    assert headers["Urgency"] == urgency
    assert int(headers["TTL"]) >= 24 * 3600


def test_a_later_event_takes_the_place_of_an_earlier_one(service, subscribed, send, world):
    subscribed(world.mother)
    for title in ("Absence", "Absence justifiée"):
        send(world.mother, {"key": "article:7", "title": title})
    send(world.mother, {"key": "article:8"})
    topics = [headers["Topic"] for _path, headers, _body in service.got]
    assert topics[0] == topics[1] != topics[2]
    assert len(topics[0]) <= 32


def test_three_things_are_three_and_four_are_one(service, subscribed, send, world):
    browser, _device = subscribed(world.mother)
    send(world.mother, *({"title": f"T{n}"} for n in range(3)))
    assert len(service.got) == 3
    service.got.clear()
    send(world.mother, *({"title": f"T{n}"} for n in range(4)))
    told = browser.read(service.got[0][2])
    assert (len(service.got), told["title"], told["url"]) == (1, "4 nouvelles", "/notifications/")


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_the_title_it_stays_small_and_in_order(service, subscribed, send, world, title):
    browser, _device = subscribed(world.mother)
    assert send(world.mother, {"title": title, "section": title, "children": [world.pupil]}) is None
    told = browser.read(service.got[0][2])
    assert len(service.got[0][2]) < LIMIT + 200
    assert not set(told["title"]) & set("\r\n\u202e")


def test_each_device_is_told(service, subscribed, send, world):
    subscribed(world.mother, "/one")
    subscribed(world.mother, "/two")
    subscribed(world.father, "/father")
    send(world.mother)
    assert sorted(path for path, *_rest in service.got) == ["/one", "/two"]


# --- What services answer ---------------------------------------------------------------------------------
def test_nobody_subscribed_is_said(service, send, world):
    failure = send(world.mother)
    assert (failure.reason, failure.final) == (reasons.NO_DEVICE, True)


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(service, subscribed, send, world, lycee_a, status):
    subscribed(world.mother)
    service.answers["/one"] = status
    failure = send(world.mother)
    assert (failure.reason, failure.final, devices(lycee_a)) == (reasons.NO_DEVICE, True, [])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_in_trouble_is_tried_again(service, subscribed, send, world, lycee_a, status):
    subscribed(world.mother)
    service.answers["/one"] = status
    failure = send(world.mother)
    assert (failure.reason, failure.final) == (reasons.UNREACHABLE, False)
    assert len(devices(lycee_a)) == 1


@pytest.mark.parametrize("status", [400, 403, 413])
def test_what_would_never_pass_is_given_up_and_the_device_kept(service, subscribed, send, world, lycee_a, status):
    subscribed(world.mother)
    service.answers["/one"] = status
    failure = send(world.mother)
    assert (failure.reason, failure.final) == (reasons.REFUSED, True)
    assert len(devices(lycee_a)) == 1


def test_one_device_is_enough(service, subscribed, send, world, lycee_a):
    subscribed(world.mother, "/gone")
    subscribed(world.mother, "/there")
    service.answers["/gone"] = 410
    assert send(world.mother) is None
    assert [device.endpoint for device in devices(lycee_a)] == [f"{service.url}/there"]


def test_a_service_that_does_not_answer_is_tried_again(service, subscribed, send, world, lycee_a):
    _browser, device = subscribed(world.mother)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with school(lycee_a):
        PushSubscription.objects.filter(pk=device.pk).update(endpoint=f"http://127.0.0.1:{port}/")
    assert send(world.mother).final is False


def test_an_endpoint_that_leads_inside_is_not_called(service, subscribed, send, world, settings):
    subscribed(world.mother)
    settings.OUTBOUND_ALLOW = []
    failure = send(world.mother)
    assert (failure.reason, failure.final, service.got) == (reasons.REFUSED, True, [])


@pytest.mark.parametrize("keys_kept", [{"p256dh": "", "auth": ""}, {"p256dh": "AAAA"}, {"auth": "x"}])
def test_a_device_with_broken_keys_does_not_hold_the_others(service, subscribed, send, world, lycee_a, keys_kept):
    _browser, broken = subscribed(world.mother, "/broken")
    subscribed(world.mother, "/there")
    with school(lycee_a):
        PushSubscription.objects.filter(pk=broken.pk).update(**keys_kept)
    assert send(world.mother) is None
    assert [path for path, *_rest in service.got][-1:] == ["/there"]


def test_a_use_is_noted_once_a_day(service, subscribed, send, world, lycee_a, time_machine_at):
    subscribed(world.mother)
    send(world.mother)
    first = devices(lycee_a)[0].used_at
    send(world.mother)
    assert devices(lycee_a)[0].used_at == first
    time_machine_at(days=2)
    send(world.mother)
    assert devices(lycee_a)[0].used_at - first > timedelta(days=1)


# --- Our key ----------------------------------------------------------------------------------------------
def test_the_key_is_made_once_and_for_us_alone(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    first = keys.public_key()
    keys._read.cache_clear()
    kept = tmp_path / "vapid_key"
    assert keys.public_key() == first
    assert kept.stat().st_mode & 0o077 == 0


def test_the_environment_comes_first(settings, tmp_path):
    settings.DATA_DIR, settings.VAPID_PRIVATE_KEY = tmp_path, keys.new_private_key()
    keys.public_key()
    assert not (tmp_path / "vapid_key").exists()


def test_a_wrong_key_says_what_to_do(settings):
    from django.core.exceptions import ImproperlyConfigured

    settings.VAPID_PRIVATE_KEY = "pas une clé"
    with pytest.raises(ImproperlyConfigured, match="vapid_key --new"):
        keys.public_key()


def test_the_command_shows_the_public_half(settings, tmp_path, capsys):
    settings.DATA_DIR = tmp_path
    call_command("vapid_key")
    assert capsys.readouterr().out.strip() == keys.public_key()

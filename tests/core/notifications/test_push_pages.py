"""Subscribing from a browser: the endpoints, and who may use them."""

import pytest

from core.audit.models import AuditEntry
from core.notifications.channels.push.services import DEVICES
from core.notifications.models import PushSubscription
from tenants.schemas.context import school
from tests.core.notifications.push_service import Browser
from tests.factories import client_for

pytestmark = pytest.mark.django_db
ADD = "/notifications/appareils/ajouter/"


def form(service, path="/one", **changes):
    return {"endpoint": service.url + path, **Browser().keys} | changes


def kept(establishment):
    with school(establishment):
        return [(device.person_id, device.endpoint) for device in PushSubscription.objects.order_by("pk")]


def test_a_browser_subscribes_and_it_is_in_the_journal(service, world, enter, lycee_a):
    answer = enter(world.mother).post(ADD, form(service), headers={"user-agent": "… Android … Firefox/140"})
    assert answer.status_code == 302
    assert kept(lycee_a) == [(world.mother.pk, f"{service.url}/one")]
    with school(lycee_a):
        assert PushSubscription.objects.get().device == "Firefox sur Android"
        assert AuditEntry.objects.filter(action="notifications.add_device").count() == 1


def test_subscribing_again_makes_no_double(service, world, enter, lycee_a):
    client = enter(world.mother)
    client.post(ADD, form(service))
    client.post(ADD, form(service))
    assert len(kept(lycee_a)) == 1


def test_a_browser_belongs_to_the_last_who_subscribed(service, world, enter, lycee_a):
    enter(world.mother).post(ADD, form(service))
    enter(world.father).post(ADD, form(service))
    assert kept(lycee_a) == [(world.father.pk, f"{service.url}/one")]


def test_a_renewed_subscription_replaces_the_old(service, world, enter, lycee_a):
    client = enter(world.mother)
    client.post(ADD, form(service))
    client.post(ADD, form(service, "/two", replaces=f"{service.url}/one"))
    assert kept(lycee_a) == [(world.mother.pk, f"{service.url}/two")]


def test_nobody_replaces_anothers_subscription(service, world, enter, lycee_a):
    enter(world.mother).post(ADD, form(service))
    enter(world.father).post(ADD, form(service, "/two", replaces=f"{service.url}/one"))
    assert (world.mother.pk, f"{service.url}/one") in kept(lycee_a)


def test_ten_devices_are_enough(service, world, enter, lycee_a):
    client = enter(world.mother)
    for number in range(DEVICES + 1):
        page = client.post(ADD, form(service, f"/{number}"), follow=False)
    assert page.status_code == 302
    assert len(kept(lycee_a)) == DEVICES


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": ""}, {"endpoint": "https://10.0.0.1/x"}, {"endpoint": "javascript:alert(1)"},
        {"endpoint": "http://push.example.org/x"}, {"endpoint": "file:///etc/passwd"},
        {"p256dh": ""}, {"p256dh": "x" * 87}, {"p256dh": "é"}, {"auth": ""}, {"auth": "AAAA"}, {"auth": "x" * 500},
    ],
)  # fmt: skip
def test_what_no_browser_sends_is_refused(service, world, enter, lycee_a, changes):
    enter(world.mother).post(ADD, form(service, **changes))
    assert kept(lycee_a) == []


def test_one_takes_ones_own_device_away(service, world, enter, lycee_a, subscribed):
    _browser, device = subscribed(world.mother)
    enter(world.mother).post(f"/notifications/appareils/{device.pk}/retirer/")
    assert kept(lycee_a) == []
    with school(lycee_a):
        assert AuditEntry.objects.filter(action="notifications.remove_device").count() == 1


def test_nobody_takes_anothers_device_away(service, world, enter, lycee_a, subscribed):
    _browser, device = subscribed(world.mother)
    assert enter(world.father).post(f"/notifications/appareils/{device.pk}/retirer/").status_code == 404
    assert len(kept(lycee_a)) == 1


def test_the_worker_is_served_at_the_root(lycee_a):
    answer = client_for(lycee_a).get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert b"addEventListener(\"fetch\"" not in answer.content


def test_the_school_can_be_put_on_the_home_screen(lycee_a):
    told = client_for(lycee_a).get("/application.webmanifest").json()
    assert (told["name"], told["display"]) == (lycee_a.full_name, "standalone")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}


def test_the_worker_finds_the_key_of_whoever_is_signed_in(service, world, enter, lycee_a):
    told = enter(world.mother).get("/notifications/appareils/cle/").json()
    assert len(told["key"]) == 87
    assert client_for(lycee_a).get("/notifications/appareils/cle/").status_code == 302

"""A push in a real browser: encrypted by us, taken in by a push service, shown by the service worker."""

import json
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from tests.core.notifications.push_service import Browser, push_service

COLLEGE, LOGIN = "college-mirabelliers", "emilie.noirot"

# What delivery does, in a process of the place: subscribe through the services, then send one message.
SEND = """
import json, uuid
from ipaddress import ip_network
from django.conf import settings
from django.utils import timezone
from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications.channels.push import PushSender
from core.notifications.channels.push.services import subscribe
from core.notifications.messages import Message
from core.notifications.models import Event, Notification
from core.notifications.wording import items_of
from core.people.models import Person
from tenants.accounts.models import Account
from tenants.establishments.models import Establishment
from tenants.schemas.context import school

settings.OUTBOUND_ALLOW = [ip_network("127.0.0.0/8")]
given = json.loads({given!r})
place = Establishment.objects.get(slug=given["slug"])
account = Account.objects.get(login=given["login"])
with school(place):
    person = Person.objects.get(account_id=account.pk)
    child = person.child_links.select_related("child").first().child
    subscribe(person=person, endpoint=given["endpoint"], p256dh=given["p256dh"], auth=given["auth"], device="Test")
    event = Event(
        pk=1, kind="news.urgent", key="article:1", importance="urgent", url="/actualites/",
        data={{"title": "Fermeture"}}, happened_at=timezone.now(),
    )
    row = Notification(pk=1, event=event, person=person, channel="push", children=[child.pk], due_at=timezone.now())
    items = tuple(items_of([row], Modules(place)))
    with PushSender() as sender:
        failure = sender.send(
            Message(id=uuid.uuid4(), channel=Channel.PUSH, person=person, establishment=place, items=items)
        )
    assert failure is None, failure
    print(child.first_name)
"""


@pytest.fixture(scope="module")
def pushed(place):
    """What the push service took in, as the browser reads it, and the child it is about."""
    browser, settings = Browser(), SimpleNamespace()
    with push_service(settings) as service:
        given = {"slug": COLLEGE, "login": LOGIN, "endpoint": f"{service.url}/e2e", **browser.keys}
        child = place.manage("shell", "-v", "0", "-c", SEND.format(given=json.dumps(given))).strip()
        (_path, _headers, body), = service.got  # fmt: skip
    return SimpleNamespace(told=browser.read(body), child=child.splitlines()[-1])


@contextmanager
def worker_of(page, origin):
    """The registered worker, and a way to hand it a push as the browser does."""
    page.context.grant_permissions(["notifications"], origin=origin)
    session = page.context.new_cdp_session(page)
    registrations = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: registrations.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    page.evaluate("navigator.serviceWorker.register('/sw.js', {scope: '/'}).then(() => navigator.serviceWorker.ready)")
    until = 50
    while not registrations and until:
        page.wait_for_timeout(100)
        until -= 1
    number = registrations[-1]["registrationId"]

    def deliver(text):
        session.send(
            "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": number, "data": text}
        )

    yield deliver
    page.evaluate("navigator.serviceWorker.getRegistration('/').then((one) => one.unregister())")


SHOWN = """async () => {
  const registration = await navigator.serviceWorker.getRegistration("/");
  for (let tries = 0; tries < 50; tries++) {
    const shown = await registration.getNotifications();
    if (shown.length) return shown.map(({title, body, tag, data, requireInteraction}) =>
      ({title, body, tag, url: data.url, requireInteraction}));
    await new Promise((done) => setTimeout(done, 100));
  }
  return [];
}"""


def test_a_push_is_shown_by_the_service_worker(place, sign_in, pushed):
    page, origin = sign_in(LOGIN, COLLEGE), place.school(COLLEGE)
    with worker_of(page, origin) as deliver:
        deliver(json.dumps(pushed.told))
        (shown,) = page.evaluate(SHOWN)
    assert pushed.child in shown["title"]
    assert "Fermeture" in shown["title"]
    assert (shown["url"], shown["requireInteraction"]) == (f"{origin}/actualites/", True)


def test_a_later_push_about_the_same_replaces_it(place, sign_in, pushed):
    page, origin = sign_in(LOGIN, COLLEGE), place.school(COLLEGE)
    with worker_of(page, origin) as deliver:
        deliver(json.dumps(pushed.told))
        page.evaluate(SHOWN)
        deliver(json.dumps(pushed.told | {"title": "Annulé"}))
        page.wait_for_function(
            "navigator.serviceWorker.getRegistration('/').then((one) => one.getNotifications())"
            ".then((all) => all.length === 1 && all[0].title === 'Annulé')"
        )


@pytest.mark.parametrize("url", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", "http://["])
def test_a_push_never_leads_to_another_host(place, sign_in, pushed, url):
    page, origin = sign_in(LOGIN, COLLEGE), place.school(COLLEGE)
    with worker_of(page, origin) as deliver:
        deliver(json.dumps(pushed.told | {"url": url, "tag": url}))
        (shown,) = page.evaluate(SHOWN)
    assert shown["url"] == f"{origin}/notifications/"


def test_a_push_that_cannot_be_read_still_shows_something(place, sign_in):
    page, origin = sign_in(LOGIN, COLLEGE), place.school(COLLEGE)
    with worker_of(page, origin) as deliver:
        deliver("pas du json")
        (shown,) = page.evaluate(SHOWN)
    assert shown["title"] == "Préau"

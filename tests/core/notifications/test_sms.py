"""Text messages: what leaves for the gateway, and what never does."""

from urllib.parse import parse_qs
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from core.modules.contract import Channel
from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.notifications import reasons
from core.notifications.channels.sms import SmsSender, counting, quota
from core.notifications.models import AddressTrouble, Notification
from core.notifications.rules import open_channels
from core.people.models import Person
from tenants.schemas.context import school
from tests.core.notifications.gateway import sms_gateway
from tests.core.notifications.mailbox import make_message, make_row
from tests.core.notifications.test_email import HOSTILE

pytestmark = pytest.mark.django_db


@pytest.fixture
def gateway(settings):
    with sms_gateway(settings) as running:
        yield running


@pytest.fixture
def send(lycee_a):
    """`failure = send(person, {"title": …}, …)`; urgent when nothing else is said."""

    def _send(person, *kinds, id=None):
        with school(lycee_a):
            rows = [make_row(person, Channel.SMS, **{"importance": "urgent"} | facts) for facts in (kinds or [{}])]
        with SmsSender() as sender:
            return sender.send(make_message(lycee_a, person, *rows, channel=Channel.SMS, id=id))

    return _send


def choose(establishment, **chosen):
    with school(establishment):
        ModuleChoice.objects.update_or_create(slug="notifications", defaults={"settings": chosen})


# --- What leaves ------------------------------------------------------------------------------------------
def test_a_text_names_school_child_thing_and_page(gateway, send, world, lycee_a):
    assert send(world.mother, {"children": [world.pupil]}) is None
    (body,) = gateway.bodies()
    assert body["to"] == "+33622222222"
    name = counting.transliterated(world.pupil.first_name)
    assert body["text"].startswith(f"Lycée du Grand-Préau : {name} : Sortie au musée jeudi http://lycee-a.localhost")


def test_several_things_are_one_text(gateway, send, world):
    send(world.mother, *({"title": f"T{n}"} for n in range(3)))
    (body,) = gateway.bodies()
    assert "T0 (et 2 autres)" in body["text"]


def test_the_token_goes_in_a_header(gateway, send, world):
    send(world.mother)
    assert gateway.got[0][0]["Authorization"] == "Bearer jeton-secret"


@pytest.mark.parametrize("title", HOSTILE, ids=range(len(HOSTILE)))
def test_no_title_costs_more_than_three_messages(gateway, send, world, title):
    assert send(world.mother, {"title": title}) is None
    (body,) = gateway.bodies()
    assert counting.count(body["text"]).segments <= 3
    assert "\r" not in body["text"]


def test_a_provider_with_nested_fields(gateway, send, world, settings):
    settings.SMS_HEADERS = '{"X-Api-Key": "{token}"}'
    settings.SMS_BODY = '{"recipients": [{"phone_number": "{to_digits}"}], "text": "{text}", "ref": "{id}", "n": 1}'
    send(world.mother, id=UUID(int=7))
    headers, _body = gateway.got[0]
    (body,) = gateway.bodies()
    assert headers["X-Api-Key"] == "jeton-secret"
    assert body["recipients"] == [{"phone_number": "33622222222"}]
    assert (body["ref"], body["n"]) == (str(UUID(int=7)), 1)


def test_a_provider_that_takes_a_form(gateway, send, world, settings):
    settings.SMS_FORMAT, settings.SMS_BODY = "form", '{"numero": "{to}", "message": "{text}", "emetteur": "PREAU"}'
    send(world.mother)
    headers, body = gateway.got[0]
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body)["numero"] == ["+33622222222"]


def test_what_a_title_holds_is_never_a_field(gateway, send, world):
    send(world.mother, {"title": "{to} {token} {text}"})
    (body,) = gateway.bodies()
    assert "{to} {token} {text}" in body["text"]
    assert "jeton" not in body["text"]


def test_a_wrong_template_says_what_to_do(gateway, send, world, settings):
    settings.SMS_BODY = "to={to}"
    with pytest.raises(ImproperlyConfigured, match="PREAU_SMS_BODY"):
        send(world.mother)


# --- What does not ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("phone", ["", "03 88 12 34 56", "pas un numéro"])
def test_without_a_mobile_number_nothing_leaves(gateway, send, world, lycee_a, phone):
    with school(lycee_a):
        Person.objects.filter(pk=world.mother.pk).update(phone=phone)
    failure = send(world.mother)
    assert (failure.reason, failure.final, gateway.got) == (reasons.NO_NUMBER, True, [])


@pytest.mark.parametrize("importance", ["information", "normal"])
def test_what_does_not_matter_costs_nothing(gateway, send, world, importance):
    failure = send(world.mother, {"importance": importance})
    assert (failure.reason, failure.final, gateway.got) == (reasons.MINOR, True, [])


def test_without_a_gateway_the_channel_is_off(send, world, settings):
    settings.SMS_URL = ""
    failure = send(world.mother)
    assert (failure.reason, failure.final) == (reasons.CHANNEL_OFF, True)


@pytest.mark.parametrize(("switched_on", "url", "there"), [(True, "https://x.fr", True), (True, "", False),
                                                           (False, "https://x.fr", False)])  # fmt: skip
def test_the_channel_needs_the_region_and_the_school(lycee_a, settings, switched_on, url, there):
    settings.SMS_URL = url
    choose(lycee_a, sms=switched_on)
    with school(lycee_a):
        assert (Channel.SMS in open_channels(Modules(lycee_a))) is there


def test_the_channel_is_off_at_first(lycee_a, settings):
    settings.SMS_URL = "https://x.fr"
    with school(lycee_a):
        assert Channel.SMS not in open_channels(Modules(lycee_a))


# --- The ceiling ------------------------------------------------------------------------------------------
def test_beyond_the_ceiling_nothing_leaves(gateway, send, world, lycee_a):
    choose(lycee_a, sms=True, sms_ceiling=2)
    outcomes = [send(world.mother), send(world.father), send(world.other_parent)]
    assert [failure and failure.reason for failure in outcomes] == [None, None, reasons.QUOTA]
    assert len(gateway.got) == 2


def test_a_long_text_counts_for_several(gateway, send, world, lycee_a):
    choose(lycee_a, sms=True, sms_ceiling=10)
    send(world.mother, {"title": "mot " * 75})
    with school(lycee_a):
        assert quota.used() == 3


def test_what_did_not_leave_is_given_back(gateway, send, world, lycee_a):
    gateway.status = 503
    send(world.mother)
    with school(lycee_a):
        assert quota.used() == 0


def test_a_new_month_begins_at_nothing(gateway, send, world, lycee_a, time_machine_at):
    send(world.mother)
    time_machine_at(days=32)
    with school(lycee_a):
        assert quota.used() == 0


def test_what_redis_forgets_is_counted_again(gateway, send, world, lycee_a):
    from django.utils import timezone

    send(world.mother)
    with school(lycee_a):
        Notification.objects.update(state="sent", message=UUID(int=1), settled_at=timezone.now())
        cache.clear()
        assert quota.used() == 1


# --- What the gateway answers -----------------------------------------------------------------------------
@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_number_that_is_refused_is_noted(gateway, send, world, lycee_a, status):
    gateway.status = status
    failure = send(world.mother)
    with school(lycee_a):
        trouble = AddressTrouble.objects.get()
    assert (failure.reason, failure.final) == (reasons.REFUSED, True)
    assert (trouble.channel, trouble.address) == ("sms", "+33622222222")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_gateway_in_trouble_is_tried_again(gateway, send, world, lycee_a, status):
    gateway.status = status
    failure = send(world.mother)
    with school(lycee_a):
        assert not AddressTrouble.objects.exists()
    assert (failure.reason, failure.final) == (reasons.UNREACHABLE, False)


def test_a_number_that_answers_again_is_cleared(gateway, send, world, lycee_a):
    gateway.status = 422
    send(world.mother)
    gateway.status = 200
    send(world.mother)
    with school(lycee_a):
        assert not AddressTrouble.objects.exists()


def test_a_gateway_inside_needs_a_permission(gateway, send, world, settings):
    settings.OUTBOUND_ALLOW = []
    assert send(world.mother).final is False
    assert gateway.got == []

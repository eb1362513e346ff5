"""The switch: effective at the next send, by whichever way, for a person, a role, the school and the region."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, DomainError, NotAllowed
from modules.messaging.choices import DraftState
from modules.messaging.hooks import banners
from modules.messaging.models import Draft, Message
from modules.messaging.safety import suspensions
from modules.messaging.services import sending
from tenants.schemas.context import region, school
from tenants.suspensions.models import RegionalSuspension
from tests.factories import client_for
from tests.modules.messaging.writing import CLOSED, OPEN, drafted, send, to

pytestmark = pytest.mark.django_db


def suspend(cast, scope="school", **fields):
    return suspensions.suspend(actor=cast.head, scope=scope, reason="Messages menaçants", **fields)


@pytest.mark.parametrize("scope", ["person", "role", "school"])
def test_suspended_people_send_nothing(here, scope):
    suspend(here, scope, person=here.parent if scope == "person" else None, role="guardian" if scope == "role" else "")
    with pytest.raises(DomainError, match="Messages menaçants"):
        send(here, here.parent, to(here.teacher))


@pytest.mark.parametrize("scope", ["person", "role"])
def test_others_go_on(here, scope):
    suspend(here, scope, person=here.parent if scope == "person" else None, role="guardian" if scope == "role" else "")
    assert isinstance(send(here, here.teacher, to(here.parent)), Message)


def test_end_lets_people_write_again(here):
    row = suspend(here)
    suspensions.end(suspension=row, actor=here.head)
    assert isinstance(send(here, here.teacher, to(here.parent)), Message)


def test_suspension_ends_by_itself_at_its_hour(here):
    row = suspend(here, until=timezone.now() + timedelta(hours=1))
    assert suspensions.holding(here.teacher, ["teacher"], now=row.until - timedelta(seconds=1))
    assert suspensions.holding(here.teacher, ["teacher"], now=row.until) is None


def test_widest_suspension_is_the_one_that_is_said(here):
    suspend(here, "person", person=here.parent)
    suspend(here)
    assert suspensions.holding(here.parent, ["guardian"]).scope == "school"


def test_suspending_asks_one_statement(here, django_assert_num_queries):
    suspend(here)
    viewer = here.viewer(here.teacher)
    with django_assert_num_queries(1):
        assert suspensions.refusal(viewer)


def test_what_was_held_does_not_leave(here):
    draft = send(here, here.teacher, to(here.parent), now=CLOSED)
    suspend(here)
    sending.deliver_due(now=CLOSED + timedelta(days=3))
    assert not Message.objects.filter(key=draft.key).exists()


def test_suspending_twice_is_refused(here):
    suspend(here)
    with pytest.raises(Conflict):
        suspend(here)


def test_nobody_suspends_those_above(here):
    with pytest.raises(NotAllowed):
        suspensions.suspend(actor=here.teacher, scope="person", person=here.head, reason="x")


def test_reason_is_asked_for(here):
    with pytest.raises(DomainError, match="Dites pourquoi"):
        suspensions.suspend(actor=here.head, scope="school", reason="  ")


# --- The region --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("scope", ["all", "academie", "departement", "schools"])
def test_region_reaches_the_school_by_each_scope(cast, scope):
    place = cast.establishment
    value = {"academie": place.academie, "departement": place.departement_code}.get(scope, "")
    with region():
        RegionalSuspension.objects.create(
            scope=scope, value=value, uais=[place.uai] if scope == "schools" else [], reason="Attaque en cours"
        )
    with school(place), pytest.raises(DomainError, match="Attaque en cours"):
        send(cast, cast.teacher, to(cast.parent))


def test_region_spares_other_places(cast):
    with region():
        RegionalSuspension.objects.create(scope="academie", value="Ailleurs", reason="x")
        RegionalSuspension.objects.create(scope="schools", uais=["0000000X"], reason="x")
    with school(cast.establishment):
        assert suspensions.holding(cast.teacher, ["teacher"]) is None


# --- On open sessions --------------------------------------------------------------------------------------
def test_open_session_meets_the_suspension_at_its_next_send(cast, sign_in):
    """The session stands and has read its pages before the switch is thrown elsewhere."""
    client = sign_in(cast.head)
    with school(cast.establishment):
        draft = drafted(cast, cast.head, to(cast.teacher))
    assert client.get(reverse("messaging:inbox", urlconf="config.urls_school")).status_code == 200
    with region():
        RegionalSuspension.objects.create(scope="all", reason="Attaque en cours")
    url = reverse("messaging:compose", args=[draft.key], urlconf="config.urls_school")
    answer = client.post(url, {"do": "send", "version": draft.version, "subject": "x", "body": "y"})
    assert answer.status_code in (302, 422)
    with school(cast.establishment):
        assert not Message.objects.filter(key=draft.key).exists()


def test_reading_stays_possible_and_the_banner_says_why(cast, sign_in):
    client = sign_in(cast.parent)
    with school(cast.establishment):
        suspend(cast)
    page = client.get(reverse("messaging:inbox", urlconf="config.urls_school"))
    assert page.status_code == 200
    assert "Messages menaçants" in page.content.decode()


def test_banner_is_silent_without_suspension(here, viewer_request):
    assert banners(viewer_request(here.establishment, "teacher")) == []


def test_strangers_do_not_reach_the_switch(cast):
    url = reverse("messaging:suspensions", urlconf="config.urls_school")
    assert client_for(cast.establishment).get(url).status_code == 302


def test_head_suspends_and_undoes_from_the_page(cast, sign_in):
    client, url = sign_in(cast.head), reverse("messaging:suspensions", urlconf="config.urls_school")
    assert client.post(url, {"scope": "school", "reason": "Menaces"}).status_code == 302
    with school(cast.establishment):
        row = suspensions.open_now().get()
    client.post(reverse("messaging:suspension_end", args=[row.pk], urlconf="config.urls_school"))
    with school(cast.establishment):
        assert not suspensions.open_now().exists()


def test_moderated_draft_is_not_released_while_suspended(here):
    draft = drafted(here, here.teacher, to(here.parent))
    Draft.objects.filter(pk=draft.pk).update(state=DraftState.MODERATION)
    suspend(here)
    left = sending.release(draft=Draft.objects.get(pk=draft.pk), now=OPEN)
    assert left.state == DraftState.REFUSED

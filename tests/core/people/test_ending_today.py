"""A guardian's link that ends today: pages, waiting mail, digests and codes end with it, at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.activation.services.recovery import give_code
from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import delivery
from core.notifications import services as notifications
from core.notifications.messages import SENDERS
from core.notifications.models import Notification
from core.people import services
from core.people.choices import Authority
from core.people.models import GuardianLink, Person
from core.people.photos.seeing import CONSENT
from core.people.photos.services import set_photo
from core.permissions.viewer import viewer_as
from core.privacy.services import consents
from tenants.accounts import codes
from tenants.errors import DomainError
from tenants.schemas.context import region, school
from tests.core import world as worlds
from tests.core.notifications.world import canteen, distribute, family, place, tell  # noqa: F401 -- fixtures
from tests.core.people.test_photos import upload
from tests.signing import signed_in_client

PASSED: list[Any] = []


class Box:
    """A channel that keeps what it is given."""

    def __enter__(self) -> "Box":
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def send(self, message: Any) -> None:
        PASSED.append(message)


@pytest.fixture
def box(monkeypatch: Any) -> list[Any]:
    """In place of the mail server."""
    PASSED.clear()
    monkeypatch.setitem(SENDERS, Channel.EMAIL, f"{__name__}.Box")
    return PASSED


def end(link_of: Person, **changes: Any) -> None:
    """As the school does it: today, or by taking the authority away."""
    for link in GuardianLink.objects.filter(guardian=link_of):
        if changes:
            services.update_guardian_link(link=link, actor=None, **changes)
        else:
            services.end_guardian_link(link=link, actor=None)


ENDINGS = [{}, {"authority": Authority.CONTACT}, {"ends_on": timezone.localdate()}]


@pytest.mark.parametrize("changes", ENDINGS)
def test_an_open_session_reads_the_child_no_more(world: Any, enter: Any, changes: dict[str, Any]) -> None:
    client = enter(world.mother)
    assert client.get(f"/annuaire/{world.pupil.pk}/").status_code == 200
    with school(world.school):
        end(world.mother, **changes)
    assert client.get(f"/annuaire/{world.pupil.pk}/").status_code == 404
    assert client.get(f"/structure/classes/{world.class_a.pk}/").status_code == 404
    assert f"/annuaire/{world.pupil.pk}/" not in client.get("/").content.decode()


def test_a_link_that_ends_tomorrow_still_holds_today(world: Any, enter: Any) -> None:
    with school(world.school):
        end(world.mother, ends_on=worlds.TOMORROW)
    assert enter(world.mother).get(f"/annuaire/{world.pupil.pk}/").status_code == 200


def test_the_photo_is_not_there_any_more(world: Any, enter: Any) -> None:
    with school(world.school):
        photo = set_photo(person=world.pupil, upload=upload(), actor=world.head).photo_id
        consents.give(code=CONSENT, person=world.pupil, actor=world.father)
    client = enter(world.mother)
    assert client.get(f"/fichiers/{photo}/").status_code == 200
    with school(world.school):
        end(world.mother)
    assert client.get(f"/fichiers/{photo}/").status_code == 404


@pytest.mark.parametrize("frequency", ["now", "daily"])
def test_mail_and_digests_that_wait_do_not_leave(
    place: Any, family: Any, canteen: Any, tell: Any, distribute: Any, box: list[Any], frequency: str  # noqa: F811
) -> None:
    guardian, lea, _tom = family
    notifications.choose(person=guardian, kind="dummy.planned", channel="email", frequency=frequency)
    meal = canteen(lea)
    tell("dummy.planned", key=f"meal:{meal.pk}", data={"meal": meal.pk, "day": "lundi", "dish": "gratin"})
    distribute()
    waiting = Notification.objects.filter(person=guardian, channel="email")
    assert waiting.filter(state="waiting").exists()
    end(guardian)
    waiting.update(due_at=timezone.now())
    delivery.deliver(Channel.EMAIL, Modules(place), until=timezone.now() + timedelta(seconds=20))
    assert (waiting.get().state, waiting.get().reason, box) == ("cancelled", "not_concerned", [])


def test_what_was_told_in_the_app_is_gone(
    place: Any, family: Any, canteen: Any, tell: Any, distribute: Any  # noqa: F811
) -> None:
    guardian, lea, _tom = family
    meal = canteen(lea)
    tell("dummy.planned", key=f"meal:{meal.pk}", data={"meal": meal.pk, "day": "lundi", "dish": "gratin"})
    distribute()
    client = signed_in_client(place, guardian)
    assert "gratin" in client.get("/notifications/").content.decode()
    with school(place):
        end(guardian)
    assert "gratin" not in client.get("/notifications/").content.decode()


@pytest.mark.parametrize("changes", ENDINGS)
def test_a_code_that_the_guardian_made_for_the_child_opens_nothing(world: Any, changes: dict[str, Any]) -> None:
    with school(world.school):
        given = give_code(viewer=viewer_as(world.mother, world.school), person=world.pupil)
    with region():
        codes.guard_living(codes.find(given.code))
    with school(world.school):
        end(world.mother, **changes)
    with region(), pytest.raises(DomainError):
        codes.guard_living(codes.find(given.code))


def test_the_other_guardian_keeps_everything(world: Any, enter: Any) -> None:
    with school(world.school):
        end(world.mother)
    assert enter(world.father).get(f"/annuaire/{world.pupil.pk}/").status_code == 200

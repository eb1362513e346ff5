"""Blocking a correspondent: pupils and guardians among themselves, never staff."""

import pytest

from core.errors import DomainError, NotAllowed
from modules.messaging.models import Block
from modules.messaging.safety import blocks
from tests.modules.messaging.world import make_message
from tests.modules.messaging.writing import send, settle, to

pytestmark = pytest.mark.django_db


@pytest.fixture
def harassed(here):
    """The brother has written to the pupil, who blocks him."""
    make_message(here.brother, here.pupil)
    blocks.block(viewer=here.viewer(here.pupil), person=here.brother)
    return here


@pytest.mark.parametrize("who", ["brother", "pupil"])
def test_block_holds_both_ways(harassed, who):
    author, other = getattr(harassed, who), harassed.brother if who == "pupil" else harassed.pupil
    with pytest.raises(DomainError):
        send(harassed, author, to(other))


def test_unblocking_lets_them_write_again(harassed):
    blocks.unblock(viewer=harassed.viewer(harassed.pupil), person_id=harassed.brother.pk)
    assert send(harassed, harassed.brother, to(harassed.pupil)).pk


def test_staff_are_never_blocked(here):
    make_message(here.teacher, here.pupil)
    with pytest.raises(NotAllowed):
        blocks.block(viewer=here.viewer(here.pupil), person=here.teacher)


def test_staff_block_nobody(here):
    make_message(here.pupil, here.teacher)
    with pytest.raises(NotAllowed):
        blocks.block(viewer=here.viewer(here.teacher), person=here.pupil)


def test_strangers_cannot_be_probed_by_blocking(here):
    with pytest.raises(NotAllowed):
        blocks.block(viewer=here.viewer(here.pupil), person=here.outsider)


def test_block_of_somebody_who_joined_the_staff_no_longer_counts(harassed):
    type(harassed.brother).objects.filter(pk=harassed.brother.pk).update(roles=["teacher"])
    assert not blocks.blocking(harassed.brother.pk).exists()


def test_blocking_twice_is_once(harassed):
    settle()
    blocks.block(viewer=harassed.viewer(harassed.pupil), person=harassed.brother)
    assert Block.objects.count() == 1

"""A demo school's mail looks like a school's: people answer, some read, one takes a message back."""

import random

import pytest

from modules.messaging.choices import DraftState
from modules.messaging.demo import create
from modules.messaging.demo.content import content_for
from modules.messaging.models import Copy, Correspondent, Draft, Message, Report, Template

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(here):
    create(here.establishment, random.Random(7))  # noqa: S311 -- demo data
    return here


def test_people_write_and_answer(told):
    assert Message.objects.filter(answers=None).count() > 5
    assert Message.objects.exclude(answers=None).exists()


def test_some_have_read_and_some_have_not(told):
    received = Copy.objects.exclude(line="from")
    assert received.filter(unread=True).exists()
    assert received.filter(read_at__isnull=False).exists()


def test_there_is_one_of_everything(told):
    assert Message.objects.filter(recalled_at__isnull=False).exists()
    assert Report.objects.exists()
    assert Template.objects.filter(person=None).exists()
    assert {DraftState.OPEN, DraftState.SCHEDULED} <= set(Draft.objects.values_list("state", flat=True))


def test_nothing_is_from_the_future(told):
    from django.utils import timezone

    assert not Message.objects.filter(sent_at__gt=timezone.now()).exists()
    assert not Copy.objects.filter(read_at__gt=timezone.now()).exists()


def test_one_person_of_the_school_is_away(told):
    assert Correspondent.objects.filter(away_from__isnull=False).count() <= 1


@pytest.mark.parametrize("school_type", ["ecole", "college", "lycee"])
def test_every_type_of_school_has_its_own_mail(school_type):
    assert len(content_for(school_type)["conversations"]) >= 7

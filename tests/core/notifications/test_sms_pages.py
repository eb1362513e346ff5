"""The count beside a text that is being written."""

import pytest

pytestmark = pytest.mark.django_db
COUNT = "/notifications/sms/compte/"


def page(client, **sent):
    return client.post(COUNT, sent).content.decode()


def test_one_reads_how_long_and_how_dear_it_is(world, enter, settings):
    settings.SMS_PRICE_CENTS = "5.5"
    html = page(enter(world.head), text="a" * 161, recipients="230")
    assert "161\u00a0caractères" in html
    assert "2\u00a0SMS par personne" in html
    assert "230\u00a0personnes\u00a0: environ 25,30\u00a0€" in html


def test_one_reads_what_the_text_becomes(world, enter):
    assert "Fete de l&#x27;école" in page(enter(world.head), text="Fête de l’école")


def test_emoji_are_said_to_be_dearer(world, enter):
    assert "70 caractères" in page(enter(world.head), text="Bravo 🎉")


def test_a_text_may_hold_anything(world, enter):
    html = page(enter(world.head), text="<script>alert(1)</script>", recipients="pas un nombre")
    assert "<script>" not in html


def test_a_line_end_is_one_character(world, enter):
    assert "3\u00a0caractères" in page(enter(world.head), text="a\r\nb")

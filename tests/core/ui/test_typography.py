from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.safestring import SafeString, mark_safe

from core.ui import typography
from core.ui.templatetags import ui

NOW = datetime(2026, 11, 3, 14, 5, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(seconds=20), "à l’instant"),
        (NOW - timedelta(minutes=5), "il y a 5\u00a0min"),
        (NOW - timedelta(hours=3), "aujourd’hui 11:05"),
        (NOW + timedelta(hours=1), "aujourd’hui 15:05"),
        (NOW - timedelta(days=1), "hier 14:05"),
        (NOW + timedelta(days=1), "demain 14:05"),
        (NOW + timedelta(days=28), "mardi 1er\u00a0décembre, 14:05"),
        (NOW + timedelta(days=100), "jeudi 11\u00a0février 2027, 14:05"),
        (None, ""),
    ],
)
def test_in_words_says_moments_as_people_do(moment, words):
    assert typography.in_words(moment, now=NOW) == words


def test_in_words_reads_the_clock_of_paris():
    assert typography.in_words(datetime(2026, 11, 2, 23, 30, tzinfo=UTC), now=NOW) == "aujourd’hui 00:30"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 2), "hier"),
        (date(2026, 11, 3), "aujourd’hui"),
        (date(2026, 11, 4), "demain"),
        (date(2026, 11, 9), "lundi 9\u00a0novembre"),
    ],
)
def test_in_words_says_days(day, words):
    assert typography.in_words(day, now=NOW) == words


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Quoi ? Rien !", "Quoi\u202f? Rien\u202f!"),
        ("Voici : oui ; non", "Voici\u00a0: oui\u202f; non"),
        ("« bien »", "«\u00a0bien\u00a0»"),
        ("«bien»", "«\u00a0bien\u00a0»"),
        ("l'école d'été", "l’école d’été"),
        ("12 %", "12\u00a0%"),
        ("https://a.fr/?b=1:2", "https://a.fr/?b=1:2"),
        ("à 14:05", "à 14:05"),
    ],
)
def test_typo_puts_french_spaces(typed, shown):
    assert ui.typo(typed) == shown


def test_typo_leaves_tags_alone_and_keeps_html_safe():
    shown = ui.typo(mark_safe('<a title="x ?" href="/a">Quoi ?</a>'))
    assert isinstance(shown, SafeString)
    assert shown == '<a title="x ?" href="/a">Quoi\u202f?</a>'


def test_typo_does_not_make_typed_text_safe():
    assert not isinstance(ui.typo("<b> ?"), SafeString)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (45, "45\u00a0s"),
        (2700, "45\u00a0min"),
        (5400, "1\u00a0h\u00a030"),
        (7200, "2\u00a0h"),
        (3 * 86400, "3\u00a0jours"),
    ],
)
def test_duration_in_words(seconds, words):
    assert typography.duration_in_words(seconds) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0\u00a0famille"),
        (1, "1\u00a0famille"),
        (2, "2\u00a0familles"),
        (1204, "1\u202f204\u00a0familles"),
    ],
)
def test_counted_follows_french_plural(number, words):
    assert ui.counted(number, "famille,familles") == words


@pytest.mark.parametrize(
    ("name", "letters"), [("Marie-Ève Le Gall", "MG"), ("Zoé", "Z"), ("", "?"), ("élodie petit", "ÉP")]
)
def test_initials(name, letters):
    assert typography.initials(name) == letters

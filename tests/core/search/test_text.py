"""What is typed becomes words; what is found shows them, and never more than text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.text import LONGEST_WORD, MOST_WORDS, marked, words_of


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Réunion", ["reunion"]),
        ("  L’École  d'Été ", ["ecole", "ete"]),
        ("réunion de la", ["reunion", "la"]),
        ("réunion de la ", ["reunion"]),
        ("le", ["le"]),
        ("Bœglin-Élie", ["boeglin", "elie"]),
        ("a b a", ["b", "a"]),
        ("!&|():*<>'\"\\", []),
        ("\x00", []),
        ("🎒", []),
        ("", []),
    ],
)
def test_words_are_folded_and_small_ones_left_out(typed, words):
    assert words_of(typed) == words


@given(st.text())
def test_any_text_gives_a_few_plain_words(typed):
    words = words_of(typed)
    assert len(words) <= MOST_WORDS
    assert all(word.isascii() and word.isalnum() and len(word) <= LONGEST_WORD for word in words)


@pytest.mark.parametrize(
    ("text", "words", "html"),
    [
        ("Réunion des parents", ["reun", "par"], "<mark>Réun</mark>ion des <mark>par</mark>ents"),
        ("Bœglin", ["boe"], "<mark>Bœglin</mark>"),
        ("a < b & c", ["b"], "a &lt; <mark>b</mark> &amp; c"),
        ("<script>alert(1)</script>", ["script"], "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"),
        ("Prévoir", ["voir"], "Prévoir"),
        ("rien", [], "rien"),
    ],
)
def test_the_beginning_of_each_word_found_is_marked(text, words, html):
    assert marked(text, words) == html


@given(st.text(), st.lists(st.text(alphabet="abcdeimnorst<&", min_size=1, max_size=4), max_size=4))
def test_marking_changes_no_character_of_the_text(text, words):
    from html import unescape

    assert unescape(marked(text, words).replace("<mark>", "").replace("</mark>", "")) == unescape_twice(text)


def unescape_twice(text):
    from html import escape, unescape

    return unescape(escape(text))

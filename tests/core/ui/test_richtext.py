import re

import pytest

from core.ui import richtext


def test_markdown_becomes_html():
    html = richtext.to_html("Un **mot**\n\n# Titre\n\n- a\n- b\n\n> cité")
    assert html == (
        "<p>Un <strong>mot</strong></p>\n<h2>Titre</h2>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
        "<blockquote>\n<p>cité</p>\n</blockquote>\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[clic](javascript:alert(1))",
        "[clic](data:text/html;base64,x)",
        "![image](https://example.org/pixel.png)",
        '<a href="javascript:alert(1)">x</a>',
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "<svg/onload=alert(1)>",
    ],
)
def test_nothing_dangerous_comes_out(source):
    html = richtext.to_html(source).lower()
    assert not re.search(r"<(script|img|svg)|<[^>]*(javascript:|data:|onerror|onload)", html)


def test_links_do_not_give_the_opener_away():
    assert 'rel="noopener noreferrer nofollow"' in richtext.to_html("[site](https://example.org)")


def test_html_is_shown_as_text():
    assert "&lt;b&gt;" in richtext.to_html("<b>gras</b>")


def test_deep_nesting_is_bounded():
    assert len(richtext.to_html("> " * 5000 + "x")) < 50_000


def test_to_text_keeps_the_words():
    assert (
        richtext.to_text("# Titre\n\nUn **mot** et [un lien](https://example.org)")
        == "Titre\nUn mot et un lien"
    )


def test_excerpt_ends_between_two_words():
    assert richtext.excerpt("un deux trois quatre", 12) == "un deux…"


def test_normalise_removes_control_and_direction_characters():
    assert richtext.normalise("a\x00\u202eb\r\nc\n\n\n\n d ") == "ab\nc\n\n d"

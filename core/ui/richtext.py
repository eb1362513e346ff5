"""Rich text: kept as light Markdown, shown as HTML that holds nothing but what is listed here.

Markdown itself is inert: HTML inside it is shown as text. The HTML that it becomes is still cleaned by nh3
each time, so that a fault in one of the two is caught by the other.
"""

import re
import unicodedata

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a", "code", "hr"}
LINK_REL = "noopener noreferrer nofollow"
SCHEMES = {"http", "https", "mailto", "tel"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_BLANK_LINES = re.compile(r"\n{3,}")

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 12}).disable(
    ["image", "html_block", "html_inline", "code", "fence", "reference", "lheading"]
)


def normalise(source: str) -> str:
    """The text to keep: composed accents, one kind of line end, no control or text-direction characters."""
    text = unicodedata.normalize("NFC", source).replace("\r\n", "\n").replace("\r", "\n")
    return _BLANK_LINES.sub("\n\n", _CONTROL.sub("", text)).strip()


def to_html(source: str) -> SafeString:
    """Light Markdown as safe HTML. Titles begin at h2: the page has its own h1."""
    tokens = _markdown.parse(source or "")
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(4, max(2, int(token.tag[1])))}"
    return clean(_markdown.renderer.render(tokens, _markdown.options, {}))


def clean(html: str) -> SafeString:
    """HTML made by `to_html` and kept since: cleaned again before it is shown."""
    cleaned = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=LINK_REL)
    return mark_safe(cleaned)  # noqa: S308 -- nh3 has just cleaned it


def to_text(source: str) -> str:
    """The words alone, one line a paragraph: for mail, search and excerpts."""
    return "\n".join(filter(None, (_words(token) for token in _markdown.parse(source or ""))))


def _words(token: Token) -> str:
    if token.type != "inline":
        return ""
    breaks = {"softbreak", "hardbreak"}
    return "".join(" " if child.type in breaks else child.content for child in token.children or ()).strip()


def excerpt(source: str, length: int = 180) -> str:
    """The beginning of the words, cut between two words."""
    text = " ".join(to_text(source).split())
    if len(text) <= length:
        return text
    return f"{text[:length].rsplit(' ', 1)[0].rstrip(' ,;:.')}…"


def plain_html(source: str) -> SafeString:
    """Plain text with its line ends, for places that take no formatting."""
    return mark_safe(escape(source).replace("\n", "<br>"))  # noqa: S308 -- escaped on the same line

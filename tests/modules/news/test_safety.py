"""What is typed never runs."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from modules.news.models import Article
from tenants.schemas.context import school
from tests.modules.news.conftest import Cast, published

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href='javascript:alert(1)'>clic</a>",
    "[clic](javascript:alert(1))",
    "[clic](JaVaScRiPt:alert(1))",
    "[clic](java\tscript:alert(1))",
    "[clic](&#106;avascript:alert(1))",
    "[clic](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[clic](vbscript:msgbox(1))",
    '![x](https://example.org/x.png"onerror="alert(1))',
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    "<style>@import 'https://example.org/x.css'</style>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<form action='https://example.org'><input name=password></form>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '"><script>alert(1)</script>',
    "</textarea><script>alert(1)</script>",
    "</template><script>alert(1)</script>",
    "{{ 7|add:7 }}{% debug %}",
    "`<script>alert(1)</script>`",
    "<base href='https://example.org/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<object data='javascript:alert(1)'></object>",
    "\u202e<script>alert(1)</script>",
    "<" * 500 + "script>alert(1)</script>",
    "[" * 300 + "x" + "](javascript:alert(1))" * 300,
]


class Inspector(HTMLParser):
    """Collects whatever a browser could run: scripts of ours aside, there must be nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"iframe", "object", "embed", "base", "style"} or (tag == "script" and "src" not in values):
            self.found.append(tag)
        if tag == "script" and not str(values.get("src", "/static/")).startswith("/static/"):
            self.found.append(str(values["src"]))
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.found.append(f"{tag} {name}")
            if name in {"href", "src", "action", "formaction", "xlink:href"}:
                plain = re.sub(r"[\x00-\x20]", "", value or "").lower()
                if re.match(r"(javascript|data|vbscript):", plain):
                    self.found.append(f"{tag} {name}={value}")


def dangers(page: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(page)
    return inspector.found


def test_the_inspector_sees_danger() -> None:
    page = "<script>1</script><img src=x onerror=1><a href=' javascript:1'>x</a><p style='x'>"
    assert len(dangers(page)) == 4


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_an_article_runs(cast: Cast, sign_in: Any, payload: str) -> None:
    with school(cast.establishment):
        text = payload[:140].strip()
        article = published(cast, title=text or "x", summary=text, body=payload, cover_alt=text)
    client = sign_in(cast.head)
    pages = [f"/actualites/{article.pk}/", "/actualites/", f"/actualites/{article.pk}/modifier/"]
    assert [dangers(client.get(path).content.decode()) for path in pages] == [[], [], []]


def test_html_that_reached_the_database_by_another_way_is_cleaned_when_shown(cast: Cast, sign_in: Any) -> None:
    with school(cast.establishment):
        article = published(cast)
        bad = '<p onclick="alert(1)">Bonjour<script>alert(1)</script></p>'
        Article.objects.filter(pk=article.pk).update(body_html=bad)
    page = sign_in(cast.pupil).get(f"/actualites/{article.pk}/").content.decode()
    assert ("Bonjour" in page, dangers(page)) == (True, [])


def test_links_lead_away_without_a_trace(cast: Cast, sign_in: Any) -> None:
    with school(cast.establishment):
        article = published(cast, body="[ici](https://example.org/)")
    page = sign_in(cast.pupil).get(f"/actualites/{article.pk}/").content.decode()
    link = re.search(r'<a [^>]*href="https://example.org/"[^>]*>', page)
    assert link
    assert {"noopener", "nofollow"} <= set(re.search(r'rel="([^"]*)"', link[0])[1].split())
    assert "target" not in link[0]

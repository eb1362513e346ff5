"""PDFs are made, and read nothing but our own files."""

import pytest

from core.ui import pdf


@pytest.fixture
def page(tmp_path, settings):
    """`page("<p>…</p>")` is the name of a template."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    def make(body: str) -> str:
        (tmp_path / "page.html").write_text(
            '{% extends "ui/pdf.html" %}{% block body %}' + body + "{% endblock %}", encoding="utf-8"
        )
        return "page.html"

    return make


def test_a_template_becomes_a_pdf(page):
    assert pdf.render_pdf(page("<h1>{{ name }}</h1>"), {"name": "Éloïse"}).startswith(b"%PDF")


def test_nothing_is_missing_here():
    assert pdf.pdf_available() == ""


@pytest.mark.parametrize(
    "url", ["http://example.org/x.png", "file:///etc/hostname", "asset:../../etc/hostname", "asset:nothing.png"]
)
def test_nothing_else_is_read(url):
    with pytest.raises(ValueError, match="only reads"):
        pdf._fetcher().fetch(url)


def test_our_own_files_and_what_stands_in_the_page_are_read():
    assert b"font-face" in pdf._fetcher().fetch("asset:ui/pdf/paper.css").read()
    assert pdf._fetcher().fetch("data:text/plain,ok").read() == b"ok"

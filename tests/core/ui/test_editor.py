"""The editor over light Markdown, in a real browser: what it writes back must mean what it was given."""

from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template

from core.ui import richtext
from core.ui.widgets import RichTextField

pytestmark = pytest.mark.e2e

SCRIPT = Path(richtext.__file__).parent / "static" / "ui" / "richtext.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]


class SampleForm(forms.Form):
    body = RichTextField(label="Texte")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_editor(browser):
    pages = []

    def open_(source=""):
        page = browser.new_page()
        pages.append(page)
        form = Template("<form>{% field form.body %}</form>").render(
            Context({"form": SampleForm(initial={"body": source})})
        )
        page.set_content(form)
        page.add_script_tag(path=SCRIPT)
        return page

    yield open_
    for page in pages:
        page.close()


def written(page):
    page.locator(".rich-area").blur()
    return page.locator("textarea").input_value()


@pytest.mark.parametrize(
    "source",
    [
        "Un **mot** et *un autre*, puis ***les deux***.",
        "## Titre\n\nTexte\n\n### Sous-titre",
        "- un\n- deux\n    - dedans\n- trois",
        "1. un\n2. deux",
        "> cité\n>\n> encore",
        "[le site](https://example.org/a_(b)?c=1&d=2)",
        "ligne une\nligne deux",
        r"pas \*gras\*, pas \_souligné\_, pas \[lien\]",
        "1\\. pas une liste\n\n\\- ni ceci\n\n\\# ni cela",
        "a < b & c > d, &amp;eacute; &copy;",
        "`code` et \\`pas code\\`",
    ],
)
def test_editing_changes_nothing_that_was_not_touched(open_editor, source):
    page = open_editor(source)
    page.locator(".rich-area").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    assert richtext.to_html(written(page)) == richtext.to_html(source)


@pytest.mark.parametrize(
    "typed", ["# pas un titre", "- rien", "**rien**", "<b>rien</b>", "&copy;", "---", "1) rien", "a\\b"]
)
def test_what_is_typed_is_shown_as_it_was_typed(open_editor, typed):
    page = open_editor()
    page.locator(".rich-area").click()
    page.keyboard.type(typed)
    assert richtext.to_text(written(page)) == typed


def test_buttons_write_markdown(open_editor):
    page = open_editor()
    page.locator(".rich-area").click()
    page.click("[data-do=bold]")
    page.keyboard.type("gras")
    assert written(page) == "**gras**"


def test_pasted_html_is_reduced(open_editor):
    page = open_editor()
    page.locator(".rich-area").click()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/html",
            "<h1>T</h1><p>a <b>b</b><script>1</scr" + "ipt><a href='javascript:1'>c</a></p>");
          document.querySelector(".rich-area").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    assert written(page) == "## T\n\na **b**c"


def test_undo_takes_back_the_last_words(open_editor):
    page = open_editor("départ")
    page.locator(".rich-area").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" ajout")
    page.keyboard.press("Control+z")
    assert written(page) == "départ"


def test_a_link_gets_its_scheme(open_editor):
    page = open_editor()
    page.locator(".rich-area").click()
    page.click("[data-do=link]")
    page.keyboard.type("example.org")
    page.keyboard.press("Enter")
    assert written(page) == "[https://example.org](https://example.org)"

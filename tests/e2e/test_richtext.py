"""What is typed in the editor is what readers see, and runs nothing."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import send

LYCEE = "lycee-hautes-chaumes"
PAYLOADS = [
    "<img src=x onerror=\"document.title='pwned'\">",
    "<script>document.title='pwned'</script>",
    "[lien](javascript:document.title='pwned')",
    "<svg/onload=document.title='pwned'>",
]


@pytest.fixture
def editor(sign_in, place):
    page = sign_in("claire.vautrin", LYCEE)
    page.goto(f"{place.school(LYCEE)}/actualites/nouvelle/")
    page.get_by_role("textbox", name="Titre", exact=True).fill("Pour l’éditeur")
    page.locator(".rich-area").click()
    return page


def paste(page, kind, text):
    page.locator(".rich-area").evaluate(
        """(area, [kind, text]) => {
            const data = new DataTransfer();
            data.setData(kind, text);
            area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        [kind, text],
    )


def test_readers_see_what_was_typed(editor):
    editor.get_by_role("button", name="Titre", exact=True).click()
    editor.keyboard.type("Le programme")
    editor.keyboard.press("Enter")
    editor.keyboard.type("Deux *étoiles* et 3 < 4")
    editor.keyboard.press("Enter")
    editor.get_by_role("button", name="Liste à puces").click()
    editor.keyboard.type("matin")
    editor.keyboard.press("Enter")
    editor.keyboard.type("soir")
    send(editor, "Garder en brouillon")

    prose = editor.locator(".prose")
    expect(prose.get_by_role("heading", name="Le programme")).to_be_visible()
    expect(prose).to_contain_text("Deux *étoiles* et 3 < 4")
    expect(prose.locator("ul > li")).to_have_text(["matin", "soir"])


def test_what_was_typed_comes_back_in_the_editor(editor):
    editor.keyboard.type("Un ")
    editor.get_by_role("button", name="Gras").click()
    editor.keyboard.type("mot")
    send(editor, "Garder en brouillon")
    editor.get_by_role("link", name="Modifier").click()

    expect(editor.locator(".rich-area strong")).to_have_text("mot")


@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_what_is_pasted_runs_nothing(editor, troubles, kind):
    for payload in PAYLOADS:
        paste(editor, kind, f"{payload} fin")
    # The policy refuses handlers already in the inert document that the editor parses what is pasted into.
    troubles[:] = [one for one in troubles if "inline event handler" not in one]
    send(editor, "Garder en brouillon")

    expect(editor.locator(".prose")).to_contain_text("fin")
    assert editor.locator(".prose").locator("script, img, svg, [href^='javascript']").count() == 0
    assert "pwned" not in editor.title()


def test_what_is_typed_without_scripts_runs_nothing(sign_in, place):
    page = sign_in("claire.vautrin", LYCEE, javascript=False)
    page.goto(f"{place.school(LYCEE)}/actualites/nouvelle/")
    page.get_by_role("textbox", name="Titre", exact=True).fill("<b>Titre</b>")
    page.get_by_label("Texte", exact=True).fill("\n\n".join(PAYLOADS))
    send(page, "Garder en brouillon")

    reader = sign_in("claire.vautrin", LYCEE)
    reader.goto(page.url)
    expect(reader.get_by_role("heading", level=1)).to_have_text("<b>Titre</b>")
    assert reader.locator(".prose").locator("script, img, svg, [href^='javascript']").count() == 0
    assert "pwned" not in reader.title()

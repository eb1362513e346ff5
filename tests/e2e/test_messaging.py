"""The messagerie in a browser: the preview, a line that breaks, several schools, the keyboard."""

import re
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import through_the_form
from tests.e2e.pages import scrolls_sideways
from tests.e2e.test_accessibility import violations

COLLEGE, ECOLE = "college-mirabelliers", "ecole-clos-des-brumes"
TEACHER, GUARDIAN = "thomas.keller", "sophie.marchal"


@pytest.fixture
def college(place):
    return place.school(COLLEGE)


def body_of(page):
    """The editor where it runs, else the text area."""
    editor = page.locator(".rich-area")
    return editor if editor.count() else page.locator("textarea[name=body]")


def find(page, words, candidate):
    page.get_by_label("Chercher des destinataires").fill(words)
    page.locator(".mail-found button", has_text=candidate).first.click()


def without_line(troubles):
    """What a broken line makes a browser say: no answer, and 409 for what had arrived although its answer had not."""
    silent = ("ERR_INTERNET_DISCONNECTED", "Failed to fetch", "409 ")
    return [one for one in troubles if not any(words in one for words in silent)]


def is_open_now():
    """Whether a message leaves at once: tests run on Sundays too."""
    now = datetime.now(ZoneInfo("Europe/Paris"))
    return now.weekday() < 5 and 7 <= now.hour < 20


def test_a_teacher_sees_whom_a_message_reaches_before_sending_it(sign_in, college):
    page = sign_in(TEACHER, COLLEGE)
    page.goto(f"{college}/messagerie/")
    page.keyboard.press("c")
    page.wait_for_url("**/messagerie/ecrire/**")
    page.get_by_label("Objet").fill("Sortie au musée")
    body_of(page).click()
    page.keyboard.type("Nous partons jeudi.")
    find(page, "6e A", "Responsables de 6e A")

    expect(page.locator(".mail-chip")).to_have_count(1)
    expect(page.locator(".mail-preview")).to_contain_text(re.compile(r"\d+\spersonnes recevront ce message"))
    expect(page.get_by_label("Objet")).to_have_value("Sortie au musée")
    assert violations(page) == []

    page.get_by_role("button", name="Envoyer", exact=True).click()
    page.wait_for_url("**/messagerie/envoyes/" if is_open_now() else "**/messagerie/brouillons/")
    expect(page.locator(".mail-row").first).to_contain_text("Sortie au musée")


def test_what_is_typed_is_saved_by_itself_and_comes_back(sign_in, college):
    page = sign_in(TEACHER, COLLEGE)
    page.goto(f"{college}/messagerie/ecrire/")
    body_of(page).click()
    page.keyboard.type("Une pensée qui ne se perd pas.")
    expect(page.locator("[data-compose-state]")).to_contain_text("Brouillon enregistré")

    page.reload()

    expect(body_of(page)).to_contain_text("Une pensée qui ne se perd pas.")


def test_a_line_that_breaks_between_typing_and_sending_loses_nothing_and_sends_once(sign_in, college, troubles):
    page = sign_in(GUARDIAN, COLLEGE, width=360)
    page.goto(f"{college}/messagerie/ecrire/")
    key = urlsplit(page.url).path.split("/")[3]
    find(page, "Hantz", "Hantz")
    expect(page.locator(".mail-chip")).to_have_count(1)
    subject = f"Écrit dans le train {key[:8]}"
    page.get_by_label("Objet").fill(subject)

    page.context.set_offline(True)
    body_of(page).click()
    page.keyboard.type("Inès sera en retard.")
    expect(page.locator("[data-compose-state]")).to_contain_text("Hors connexion")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("partira dès que la ligne revient")
    page.get_by_role("button", name="Envoyer", exact=True).click()

    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"/messagerie/(envoyes|brouillons)/"))
    page.goto(f"{college}/messagerie/{'envoyes' if is_open_now() else 'brouillons'}/")
    expect(page.locator(".mail-row", has_text=subject)).to_have_count(1)
    expect(page.locator(".mail-row", has_text=subject)).to_contain_text("Inès sera en retard.")
    assert page.evaluate(f"Object.keys(localStorage).filter(name => name.includes('{key}'))") == []
    troubles[:] = without_line(troubles)


def test_a_page_that_was_closed_offline_sends_from_the_next_one(sign_in, college, troubles):
    page = sign_in(GUARDIAN, COLLEGE)
    page.goto(f"{college}/messagerie/ecrire/")
    find(page, "Hantz", "Hantz")
    expect(page.locator(".mail-chip")).to_have_count(1)
    subject = f"Page fermée trop tôt {urlsplit(page.url).path.split('/')[3][:8]}"
    page.get_by_label("Objet").fill(subject)
    body_of(page).click()
    page.context.set_offline(True)
    page.keyboard.type("Bonjour.")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("partira dès que la ligne revient")
    page.goto("about:blank")

    page.context.set_offline(False)
    page.goto(f"{college}/messagerie/")

    expect(page.locator("#messages")).to_contain_text("est parti")
    page.goto(f"{college}/messagerie/{'envoyes' if is_open_now() else 'brouillons'}/")
    expect(page.locator(".mail-row", has_text=subject)).to_have_count(1)
    troubles[:] = without_line(troubles)


def test_signing_out_leaves_no_words_on_the_device(new_page, place, college, troubles):
    page = new_page()
    through_the_form(page, place, "julien.aubert", COLLEGE)
    page.goto(f"{college}/messagerie/ecrire/")
    page.context.set_offline(True)
    body_of(page).click()
    page.keyboard.type("Confidentiel.")
    expect(page.locator("[data-compose-state]")).to_contain_text("Hors connexion")
    assert page.evaluate("Object.keys(localStorage).length") == 1

    page.context.set_offline(False)
    page.goto(f"{college}/annuaire/")
    page.locator(".topline details summary").last.click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_load_state()

    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('preau:'))") == []
    troubles[:] = without_line(troubles)


def test_two_windows_that_write_the_same_draft_are_told_with_both_texts(sign_in, college, troubles):
    page = sign_in(TEACHER, COLLEGE)
    page.goto(f"{college}/messagerie/ecrire/")
    body_of(page).click()
    page.keyboard.type("Premier.")
    expect(page.locator("[data-compose-state]")).to_contain_text("Brouillon enregistré")
    other = page.context.new_page()
    other.goto(page.url)
    body_of(other).click()
    other.keyboard.type("Ailleurs. ")
    expect(other.locator("[data-compose-state]")).to_contain_text("Brouillon enregistré")

    body_of(page).click()
    page.keyboard.press("End")
    page.keyboard.type(" Ici.")

    conflict = page.locator("[data-compose-conflict]")
    expect(conflict).to_be_visible()
    expect(conflict).to_contain_text("Ailleurs.")
    expect(body_of(page)).to_contain_text("Ici.")
    conflict.get_by_role("button", name="Garder mon texte").click()
    expect(page.locator("[data-compose-state]")).to_contain_text("Brouillon enregistré")
    troubles[:] = [one for one in troubles if "409" not in one]


def test_writing_works_without_scripts(sign_in, college):
    page = sign_in(GUARDIAN, COLLEGE, javascript=False, width=360)
    page.goto(f"{college}/messagerie/ecrire/")
    page.get_by_label("Objet").fill("Sans script")
    page.locator("textarea[name=body]").fill("Bonjour.")
    page.get_by_label("Chercher des destinataires").fill("Hantz")
    page.get_by_role("button", name="Chercher", exact=True).click()
    page.locator(".mail-found button", has_text="Hantz").first.click()
    expect(page.get_by_label("Objet")).to_have_value("Sans script")
    page.get_by_role("button", name="Enregistrer le brouillon").last.click()

    expect(page.locator(".toast")).to_contain_text("Brouillon enregistré")
    expect(page.locator("textarea[name=body]")).to_have_value("Bonjour.")


def test_a_guardian_reads_the_mail_of_two_schools_on_one_page(sign_in, place, new_page):
    page = sign_in(GUARDIAN, width=360)
    page.goto(f"{place.region}/mes-messages/")

    for school in ("Mirabelliers", "Clos"):
        expect(page.locator("h2", has_text=school)).to_be_visible()
    assert not scrolls_sideways(page)
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("la messagerie.*Mirabelliers")).click()
    page.wait_for_url(f"{place.school(COLLEGE)}/messagerie/")


@pytest.mark.parametrize("look", [{"width": 360, "dark": True}, {"width": 1280}])
@pytest.mark.parametrize("path", ["", "envoyes/", "brouillons/", "corbeille/", "moi/", "clavier/"])
def test_axe_finds_nothing_in_the_boxes(sign_in, college, look, path):
    page = sign_in(GUARDIAN, COLLEGE, **look)
    page.goto(f"{college}/messagerie/{path}")

    assert violations(page) == []
    assert not scrolls_sideways(page)


def test_the_keyboard_walks_opens_and_files(sign_in, college):
    page = sign_in(GUARDIAN, COLLEGE)
    page.goto(f"{college}/messagerie/")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/messagerie/\d+/"))
    expect(page.locator("h1")).to_contain_text(first.replace(" (non lu)", "").strip())
    assert violations(page) == []

    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("archivée")
    page.locator(".toast").get_by_role("button", name="Annuler").click()
    expect(page.locator(".toast")).to_contain_text("annulé")
    page.keyboard.press("?")
    page.wait_for_url("**/messagerie/clavier/")

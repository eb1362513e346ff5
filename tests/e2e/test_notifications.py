"""What a family is told: each item with its child, live, and as each has chosen. Also without scripts, and by keys."""

import re
from itertools import count
from time import monotonic

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import scrolls_sideways, send

COLLEGE, ECOLE = "college-mirabelliers", "ecole-clos-des-brumes"
LIST, CHOICES = "/notifications/", "/notifications/preferences/"
SLOW = 40_000  # milliseconds for page, worker and stream together, on a busy machine
_number = count(1)

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def head(sign_in):
    return sign_in("odile.hartmann", COLLEGE, javascript=False)


@pytest.fixture
def principal(sign_in):
    return sign_in("anne.petitjean", ECOLE, javascript=False)


@pytest.fixture
def publish(place):
    """`publish(page, slug, "Sortie")`: a news for everybody; gives its title, which nothing else bears."""

    def write(page, slug, what):
        title = f"{what} {next(_number)}"
        page.goto(f"{place.school(slug)}/actualites/nouvelle/")
        page.get_by_label("Titre").fill(title)
        page.get_by_label("Texte", exact=True).fill("Nous serons à l’heure.")
        page.locator("input[name=expires_at]").fill("")
        send(page, "Vérifier")
        send(page, "Publier pour")
        return title

    return write


def arrives(page, address, words):
    """Load the page until it says so: the worker needs a moment."""
    until = monotonic() + SLOW / 1000
    while monotonic() < until:
        page.goto(address)
        if words in (page.locator("main").text_content() or ""):  # what stands in a closed run, too
            return
        page.wait_for_timeout(500)
    pytest.fail(f"« {words} » never arrived")


def unfolded(page):
    """Runs of one kind opened, so that each item is in sight."""
    closed = page.locator(".told details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    return page.locator("main")


# --- Three children in two schools ------------------------------------------------------------------------
def test_a_guardian_sees_each_item_with_its_child(place, sign_in, head, principal, publish):
    college, ecole = sign_in("sophie.marchal", COLLEGE), sign_in("sophie.marchal", ECOLE)
    there, here = publish(head, COLLEGE, "Sortie"), publish(principal, ECOLE, "Kermesse")
    arrives(college, f"{place.school(COLLEGE)}{LIST}", there)
    arrives(ecole, f"{place.school(ECOLE)}{LIST}?enfant=tous", here)
    unfolded(college), unfolded(ecole)
    assert "Inès" in college.locator(".told", has_text=there).inner_text()
    line = ecole.locator(".told", has_text=here).inner_text()
    assert "Malo" in line
    assert "Zélie" in line


def test_the_list_follows_the_chosen_child(place, sign_in, principal, publish):
    page = sign_in("sophie.marchal", ECOLE)
    title = publish(principal, ECOLE, "Chorale")
    arrives(page, f"{place.school(ECOLE)}{LIST}?enfant=tous", title)
    page.locator(".child-filter").get_by_role("link", name="Zélie").click()
    expect(page.locator(".child-filter [aria-current]")).to_contain_text("Zélie")
    assert title in unfolded(page).inner_text()
    page.goto(f"{place.school(ECOLE)}{LIST}?enfant=tous")


def test_she_changes_one_rule_and_the_next_event_obeys(place, sign_in, head, publish):
    sophie, emilie = sign_in("sophie.marchal", COLLEGE), sign_in("emilie.noirot", COLLEGE)
    school = place.school(COLLEGE)
    first = publish(head, COLLEGE, "Avant")
    arrives(sophie, f"{school}{LIST}", first)

    sophie.goto(f"{school}{CHOICES}")
    before = sophie.locator(".told-sentence").inner_text()
    sophie.get_by_text("Choisir pour chacune").click()
    sophie.locator("select[name='news.published-in_app']").select_option(label="Non affichée")
    sophie.locator("select[name='news.published-email']").select_option(label="Jamais")
    send(sophie, "Enregistrer mes choix")
    assert sophie.locator(".told-sentence").inner_text() != before

    second = publish(head, COLLEGE, "Après")
    arrives(emilie, f"{school}{LIST}", second)
    sophie.goto(f"{school}{LIST}")
    assert second not in unfolded(sophie).inner_text()

    sophie.goto(f"{school}{CHOICES}")
    send(sophie, "Choisir L’essentiel tout de suite, le reste le soir")
    assert sophie.locator(".told-sentence").inner_text() == before
    third = publish(head, COLLEGE, "Ensuite")
    arrives(sophie, f"{school}{LIST}", third)


# --- Live ---------------------------------------------------------------------------------------------------
def unread(page):
    found = re.search(r"(\d+) non lue", page.locator("#bell").inner_text())
    return int(found.group(1)) if found else 0


def test_the_bell_rings_without_reload(place, sign_in, head, publish):
    page = sign_in("julien.aubert", COLLEGE)
    with page.expect_response(re.compile("/notifications/direct/")) as stream:
        page.goto(f"{place.school(COLLEGE)}/annuaire/")
    assert stream.value.headers["content-type"] == "text/event-stream"
    assert str(place.port) not in stream.value.url  # another process holds it
    page.evaluate("window.sameDocument = true")
    before = unread(page)

    publish(head, COLLEGE, "En direct")

    expect(page.locator("#bell-status")).to_have_text("1 nouvelle notification", timeout=SLOW)
    assert unread(page) == before + 1
    assert page.evaluate("window.sameDocument")


def test_an_open_list_says_that_more_has_come(place, sign_in, head, publish):
    page = sign_in("julien.aubert", COLLEGE)
    with page.expect_response(re.compile("/notifications/direct/")):
        page.goto(f"{place.school(COLLEGE)}{LIST}")
    notice = page.get_by_role("link", name="De nouvelles notifications sont arrivées")
    expect(notice).to_be_hidden()
    title = publish(head, COLLEGE, "Pendant ce temps")
    expect(notice).to_be_visible(timeout=SLOW)
    notice.click()
    assert title in unfolded(page).inner_text()


def test_where_no_stream_answers_the_bell_asks_by_itself(place, sign_in, head, publish):
    page = sign_in("julien.aubert", COLLEGE)
    page.route(re.compile("/notifications/direct/"), lambda route: route.fulfill(status=204))
    page.clock.install()
    page.goto(f"{place.school(COLLEGE)}/annuaire/")
    title = publish(head, COLLEGE, "Sans flux")
    arrives(sign_in("emilie.noirot", COLLEGE), f"{place.school(COLLEGE)}{LIST}", title)
    page.clock.run_for(61_000)
    expect(page.locator("#bell-status")).to_have_text("1 nouvelle notification", timeout=SLOW)


# --- Without scripts, on a phone ----------------------------------------------------------------------------
@pytest.fixture
def phone(sign_in):
    return sign_in("sophie.marchal", ECOLE, javascript=False, width=360)


def test_without_scripts_one_reads_marks_and_takes_back(place, phone, principal, publish):
    title = publish(principal, ECOLE, "Photo")
    school = place.school(ECOLE)
    arrives(phone, f"{school}{LIST}?enfant=tous", title)
    assert not scrolls_sideways(phone)
    assert unread(phone)
    send(phone, "Tout marquer comme lu")
    assert unread(phone) == 0
    with phone.expect_navigation():
        phone.locator("#toasts").get_by_role("button", name="Annuler").click()
    assert unread(phone)

    phone.goto(f"{school}{LIST}?vue=non-lues")
    unfolded(phone)
    with phone.expect_navigation():
        phone.get_by_role("link", name=title).first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(title)
    phone.goto(f"{school}{LIST}?vue=non-lues")
    assert title not in unfolded(phone).inner_text()


def test_without_scripts_one_chooses(place, phone):
    school = place.school(ECOLE)
    phone.goto(f"{school}{CHOICES}")
    assert not scrolls_sideways(phone)
    before = phone.locator(".told-sentence").inner_text()
    send(phone, "Choisir Un récapitulatif par semaine")
    assert phone.locator(".told-sentence").inner_text() != before
    with phone.expect_navigation():
        phone.locator("#toasts").get_by_role("button", name="Annuler").click()
    assert phone.locator(".told-sentence").inner_text() == before

    phone.get_by_label("Silence à partir de").fill("19:00")
    send(phone, "Enregistrer mes horaires")
    expect(phone.locator("main")).to_contain_text("Indiquez les deux heures, ou aucune.")
    phone.get_by_label("Jusqu’à").fill("08:00")
    send(phone, "Enregistrer mes horaires")
    expect(phone.locator(".told-sentence")).to_contain_text("19")
    phone.get_by_label("Silence à partir de").fill("")
    phone.get_by_label("Jusqu’à").fill("")
    send(phone, "Enregistrer mes horaires")

    phone.get_by_role("link", name="Zélie").click()
    assert not scrolls_sideways(phone)
    phone.locator("select[name='news.published-email']").select_option(label="Chaque heure")
    send(phone, "Enregistrer pour Zélie")
    expect(phone.locator("main li", has_text="Zélie")).to_contain_text("Réglé à part")
    send(phone, "Choisir L’essentiel tout de suite, le reste le soir")
    expect(phone.locator("main li", has_text="Zélie")).to_contain_text("Comme en général")


# --- By keys ------------------------------------------------------------------------------------------------
def test_with_the_keyboard_one_opens_the_bell_and_unfolds_a_run(place, sign_in, head, publish):
    page = sign_in("emilie.noirot", COLLEGE)
    for number in range(3):
        title = publish(head, COLLEGE, f"Suite {number}")
    arrives(page, f"{place.school(COLLEGE)}{LIST}", "actualités")
    page.goto(f"{place.school(COLLEGE)}/")
    page.locator("#bell").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LIST}")
    page.locator(".told summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=title)).to_be_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.told-run a')")


# --- The référent -------------------------------------------------------------------------------------------
def test_the_referent_sees_who_would_get_it_how_and_when(place, sign_in):
    page = sign_in("denis.mougel", COLLEGE)
    page.goto(f"{place.school(COLLEGE)}/reglages/")
    page.get_by_role("link", name="Ce que chacun reçoit").click()
    page.get_by_role("link", name="Une actualité vous est adressée").first.click()
    expect(page.locator("main tr", has_text="Les responsables").first).to_contain_text("Courriel")
    page.get_by_role("searchbox", name="Chercher un nom").last.fill("marchal")
    send(page, "Chercher")
    page.get_by_role("link", name="Marchal Sophie").click()
    expect(page.locator("main")).to_contain_text("par courriel, et dans Préau.")

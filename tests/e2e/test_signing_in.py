"""Every demo person enters by the form, sees what they came for, and passes between their own schools only."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import through_the_form
from tests.e2e.pages import scrolls_sideways

LYCEE, COLLEGE, ECOLE = "lycee-hautes-chaumes", "college-mirabelliers", "ecole-clos-des-brumes"

# login, school ("" is the front door), width, dark, what the first page says to them
PEOPLE = [
    ("region.admin", "", 1280, False, "Ouvrir la console de la région"),
    ("admin.strasbourg", "", 360, True, "Ouvrir la console de la région"),
    ("assistance", "", 1280, True, "Ouvrir la console de la région"),
    ("formation", "", 360, False, "Ouvrir la console de la région"),
    ("claire.vautrin", LYCEE, 1280, True, "Actualités à valider"),
    ("samir.belkacem", LYCEE, 1280, False, "Régler les modules"),
    ("helene.ruhlmann", LYCEE, 360, False, "Actualités"),
    ("thomas.keller", LYCEE, 360, True, "Mes classes"),
    ("luc.didierjean", "lycee-grande-lisiere", 1280, False, "Actualités à valider"),
    ("odile.hartmann", COLLEGE, 360, False, "Actualités à valider"),
    ("denis.mougel", COLLEGE, 1280, True, "Régler les modules"),
    ("nadia.ferrand", COLLEGE, 360, True, "Ilyès"),
    ("ilyes.ferrand", COLLEGE, 360, False, "Actualités"),
    ("sophie.marchal", COLLEGE, 360, True, "Inès"),
    ("ines.marchal", COLLEGE, 1280, True, "Actualités"),
    ("julien.aubert", COLLEGE, 360, False, "Lou"),
    ("emilie.noirot", COLLEGE, 1280, False, "Lou"),
    ("yanis.kremer", LYCEE, 360, True, "Actualités"),
    ("brigitte.poirot", "college-canal", 1280, True, "Actualités à valider"),
    ("anne.petitjean", ECOLE, 360, True, "Actualités à valider"),
    ("remi.lejeune", "ecole-primaire-vaucelin", 1280, False, "Régler les modules"),
]


@pytest.mark.parametrize(("login", "slug", "width", "dark", "seen"), PEOPLE, ids=[row[0] for row in PEOPLE])
def test_each_demo_person_lands_on_what_they_came_for(sign_in, login, slug, width, dark, seen):
    page = sign_in(login, slug, width=width, dark=dark)

    expect(page.locator("main, aside").get_by_text(seen).first).to_be_visible()
    assert not scrolls_sideways(page)


def test_nobody_that_the_demo_presents_is_forgotten(place):
    printed = {line.replace("*", " ").split()[0] for line in place.manage("demo_people").splitlines()[2:] if line}

    assert printed == {row[0] for row in PEOPLE}


@pytest.mark.parametrize(
    ("login", "first", "second", "name"),
    [
        ("thomas.keller", LYCEE, COLLEGE, "Collège des Mirabelliers"),
        ("sophie.marchal", COLLEGE, ECOLE, "École élémentaire Le Clos-des-Brumes"),
    ],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_school_switcher_passes_without_a_second_password(sign_in, place, login, first, second, name, width):
    page = sign_in(login, first, width=width)

    menu = page.locator(".topline details" if width == 360 else ".rail details").last
    menu.locator("summary").click()
    menu.get_by_role("button", name=name).click()

    page.wait_for_url(f"{place.school(second)}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")


@pytest.mark.parametrize("login", ["thomas.keller", "sophie.marchal"])
def test_the_front_door_leads_to_each_of_ones_schools(sign_in, place, login):
    page = sign_in(login)
    expect(page.get_by_role("heading", name="Mes établissements")).to_be_visible()

    page.get_by_role("button", name="Entrer").last.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    assert not page.url.startswith(place.region)


def test_the_address_of_a_ticket_used_again_does_nothing(sign_in, new_page, place):
    page, tickets = sign_in("thomas.keller", LYCEE), []
    page.on("request", lambda request: tickets.append(request.url) if "ticket=" in request.url else None)
    page.locator(".rail details summary").click()
    page.locator(".rail").get_by_role("button", name="Collège des Mirabelliers").click()
    page.wait_for_url(f"{place.school(COLLEGE)}/")

    stranger = new_page()
    stranger.goto(tickets[0])
    expect(stranger.get_by_role("heading", name="Ce lien a expiré")).to_be_visible()
    stranger.goto(f"{place.school(COLLEGE)}/annuaire/")
    assert "/connexion/" in stranger.url


@pytest.mark.parametrize("other", [COLLEGE, "college-canal", ""])
def test_the_cookies_of_one_host_do_nothing_on_another(sign_in, new_page, place, other):
    theirs = sign_in("thomas.keller", LYCEE).context.cookies()
    host = f"{other}.localhost" if other else "localhost"
    page = new_page()
    page.context.add_cookies([{**cookie, "domain": host} for cookie in theirs])

    page.goto(f"{place.school(other) if other else place.region}{'/annuaire/' if other else '/compte/'}")

    assert "/connexion/" in page.url


def test_signing_out_ends_the_session(new_page, place):
    page = new_page()
    through_the_form(page, place, "julien.aubert", COLLEGE)
    kept = page.context.cookies()
    page.locator(".topline details").last.locator("summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_load_state()

    page.context.add_cookies(kept)
    page.goto(f"{place.school(COLLEGE)}/annuaire/")

    assert "/connexion/" in page.url


def test_a_wrong_password_is_said_and_the_name_kept(new_page, place):
    page = new_page(width=360)
    page.goto(f"{place.region}/connexion/")
    page.get_by_label("Identifiant").fill("emilie.noirot")
    page.get_by_label("Mot de passe", exact=True).fill("pas le bon")
    page.get_by_role("button", name="Se connecter").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.get_by_label("Identifiant")).to_have_value("emilie.noirot")

"""From a printed letter to a session: a guardian who never had an account, in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import scrolls_sideways, send

COLLEGE = "college-mirabelliers"
CHOSEN = "quatre mots sous la pluie"

# Prints the letter of one guardian twice, by the same services as the page does, and tells what stood on each.
PRINT = """
import json
from core.activation.models import Letters
from core.activation.services import letters
from core.people.families import links_with_access
from tenants.establishments.models import Establishment
from tenants.schemas.context import school

seen, real = [], letters.piles
def noticed(*given):
    found = real(*given)
    seen.extend(letter for pile in found for letter in pile.letters)
    return found
letters.piles = noticed
with school(Establishment.objects.get(slug="college-mirabelliers")):
    alone = links_with_access().filter(guardian__account_id=None, guardian__roles=["guardian"])
    link = next(one for one in alone.select_related("guardian", "child").order_by("pk")
                if alone.filter(guardian=one.guardian).count() == 1)
    for _time in range(2):
        row = Letters.objects.create(title="x", filters={"q": link.guardian.full_name, "role": "guardian"})
        letters.make_letters(row.pk)
    row.refresh_from_db()
    kind = row.file.content_type
print(json.dumps({"codes": [letter.code for letter in seen], "type": kind,
                  "guardian": link.guardian.full_name, "child": link.child.full_name,
                  "first": link.child.first_name}))
"""


@pytest.fixture(scope="module")
def letter(place):
    told = json.loads(place.manage("shell", "--no-imports", "-c", PRINT).splitlines()[-1])
    told["former"], told["code"] = told.pop("codes")
    return told


def test_a_guardian_opens_their_access_with_the_code_of_their_letter(place, new_page, letter):
    page = new_page(width=360)
    page.goto(f"{place.school(COLLEGE)}/connexion/")
    page.get_by_role("link", name="Ouvrir mon accès").click()

    page.get_by_label("Code").fill(letter["former"])
    send(page, "Continuer")
    expect(page.get_by_text("Ce code a été remplacé").first).to_be_visible()

    page.get_by_label("Code").fill(letter["code"].lower().replace("-", " "))
    send(page, "Continuer")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Vous êtes {letter['guardian']}")
    expect(page.get_by_text(f"Responsable de {letter['first']}")).to_be_visible()
    assert not scrolls_sideways(page)

    login = page.get_by_label("Identifiant", exact=True).first.input_value()
    page.get_by_label("Mot de passe", exact=True).first.fill(CHOSEN)
    page.get_by_label("Le même, encore une fois").fill(CHOSEN)
    send(page, "Créer mon compte et entrer")
    expect(page.locator("main").get_by_text(letter["first"]).first).to_be_visible()

    # Another day, by the ordinary form
    later = new_page(width=1280, dark=True)
    later.goto(f"{place.school(COLLEGE)}/connexion/")
    later.get_by_label("Identifiant").fill(login)
    later.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    send(later, "Se connecter")
    later.goto(f"{place.school(COLLEGE)}/annuaire/?role=pupil")
    names = later.locator("#results .row-title")
    expect(names).to_have_count(1)
    assert letter["first"] in names.first.inner_text()


def test_the_code_is_filled_in_by_the_square_and_opens_nothing_by_itself(place, new_page, letter):
    page = new_page(width=360, dark=True, javascript=False)
    page.goto(f"{place.school(COLLEGE)}/activer/?code={letter['former']}")
    expect(page.get_by_label("Code")).to_have_value(letter["former"])
    assert not scrolls_sideways(page)

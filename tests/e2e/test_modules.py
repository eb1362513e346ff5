"""A référent and the region change what a school has; each change is shown before, at once in force, and undone."""

import pytest
from playwright.sync_api import expect

from tests.e2e.pages import send

COLLEGE, ECOLE = "college-mirabelliers", "ecole-clos-des-brumes"
NEWS = "/actualites/"


@pytest.fixture
def settings(sign_in):
    return sign_in("denis.mougel", COLLEGE)


@pytest.fixture
def pupil(sign_in):
    return sign_in("ilyes.ferrand", COLLEGE, width=360)


@pytest.fixture
def guardian(sign_in):
    return sign_in("emilie.noirot", COLLEGE)


@pytest.fixture
def school(place):
    return place.school(COLLEGE)


def apply(page, *shown):
    """What the difference must say, then its one button."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Voici ce qui change")
    for words in shown:
        expect(page.locator("main")).to_contain_text(words)
    send(page, "Appliquer")


def undo_last(page, history):
    page.goto(history)
    page.get_by_role("link", name="Annuler ce changement").first.click()
    send(page, "Annuler le changement")


def test_switched_off_it_is_gone_at_once_and_undone_it_is_back(settings, pupil, school):
    expect(pupil.locator(".bottombar")).to_contain_text("Actualités")
    settings.goto(f"{school}/reglages/")
    send(settings, "Désactiver Actualités")
    assert pupil.goto(f"{school}{NEWS}").status == 200  # shown, not yet applied
    apply(settings, "Actualités", "désactivé")

    assert pupil.goto(f"{school}{NEWS}").status == 404
    pupil.goto(f"{school}/")
    expect(pupil.get_by_role("link", name="Actualités", exact=True)).to_have_count(0)
    expect(pupil.locator("#news-latest")).to_have_count(0)

    undo_last(settings, f"{school}/reglages/historique/")
    assert pupil.goto(f"{school}{NEWS}").status == 200
    expect(pupil.locator(".news-row").first).to_be_visible()


def test_its_name_changes_everywhere_at_once(settings, pupil, school):
    settings.goto(f"{school}/reglages/modules/news/")
    settings.get_by_label("Nom affiché").fill("La Gazette")
    send(settings, "Voir ce qui change")
    apply(settings, "Actualités", "La Gazette")

    pupil.goto(f"{school}{NEWS}")
    expect(pupil.get_by_role("heading", level=1)).to_have_text("La Gazette")
    expect(pupil.locator(".bottombar")).to_contain_text("La Gazette")

    undo_last(settings, f"{school}/reglages/historique/")
    pupil.reload()
    expect(pupil.get_by_role("heading", level=1)).to_have_text("Actualités")


def test_kept_for_the_staff_it_exists_for_nobody_else(settings, pupil, guardian, school):
    settings.goto(f"{school}/reglages/modules/news/acces/")
    for role in ("pupil", "guardian", "partner"):
        settings.locator(f"input[name=roles][value={role}]").uncheck()
    send(settings, "Voir ce qui change")
    apply(settings, "ouvert à", "le personnel")

    assert [page.goto(f"{school}{NEWS}").status for page in (pupil, guardian, settings)] == [404, 404, 200]

    undo_last(settings, f"{school}/reglages/historique/")
    assert [page.goto(f"{school}{NEWS}").status for page in (pupil, guardian, settings)] == [200, 200, 200]


def test_a_notification_rule_is_kept_and_undone(settings, school):
    address = f"{school}/reglages/modules/news/notifications/"
    settings.goto(address)
    rule = "input[name=published-rule]"
    before = settings.locator(f"{rule}:checked").get_attribute("value")
    after = settings.locator(f"{rule}:not(:checked)").first.get_attribute("value")
    settings.locator(f"{rule}[value={after}]").check()
    send(settings, "Voir ce qui change")
    apply(settings, "Une actualité vous est adressée")
    settings.goto(address)
    expect(settings.locator(f"{rule}[value={after}]")).to_be_checked()

    undo_last(settings, f"{school}/reglages/historique/")
    settings.goto(address)
    expect(settings.locator(f"{rule}[value={before}]")).to_be_checked()


def test_each_change_is_in_the_journal(settings, sign_in, school):
    settings.goto(f"{school}/reglages/modules/news/")
    settings.get_by_label("Nom affiché").fill("Échos")
    send(settings, "Voir ce qui change")
    apply(settings, "Échos")
    undo_last(settings, f"{school}/reglages/historique/")

    head = sign_in("odile.hartmann", COLLEGE)
    head.goto(f"{school}/journal/")
    expect(head.locator("main")).to_contain_text("Échos")
    expect(head.locator("main")).to_contain_text("Denis Mougel")


def test_the_region_forbids_and_locks_for_all_ecoles(sign_in, place):
    region, school = sign_in("region.admin"), place.school(ECOLE)
    director, guardian = sign_in("anne.petitjean", ECOLE), sign_in("sophie.marchal", ECOLE, width=360)

    region.goto(f"{place.region}/console/politiques/news/nouvelle/?portee=type")
    region.get_by_label("Type d’établissement").select_option(label="École")
    region.get_by_label("Interdire").check()
    region.get_by_label("Motif").fill("Le temps de refaire le règlement.")
    region.get_by_role("group", name="Ce que l’établissement ne peut changer").get_by_role("checkbox").first.check()
    send(region, "Voir ce qui change")
    expect(region.locator(".policy-count")).to_contain_text("2")  # both écoles that are open
    assert guardian.goto(f"{school}{NEWS}").status == 200  # shown, not yet applied
    send(region, "Appliquer")

    assert guardian.goto(f"{school}{NEWS}").status == 404
    director.goto(f"{school}/reglages/")
    row = director.locator("li", has_text="Actualités").first
    expect(row).to_contain_text("Interdit par la région")
    expect(row).to_contain_text("Le temps de refaire le règlement.")
    expect(row.get_by_role("button")).to_have_count(0)
    college = sign_in("ilyes.ferrand", COLLEGE)
    assert college.goto(f"{place.school(COLLEGE)}{NEWS}").status == 200

    undo_last(region, f"{place.region}/console/politiques/historique/")
    assert guardian.goto(f"{school}{NEWS}").status == 200

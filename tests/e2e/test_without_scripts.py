"""Everything that news and the référent's console can do, as plain forms, on a phone without JavaScript."""

import re
from itertools import count

import pytest
from playwright.sync_api import expect

from tests.core.files.samples import PDF, image
from tests.e2e.conftest import through_the_form
from tests.e2e.pages import send

LYCEE, COLLEGE = "lycee-hautes-chaumes", "college-mirabelliers"
_number = count(1)


@pytest.fixture
def teacher(sign_in):
    return sign_in("thomas.keller", LYCEE, javascript=False, width=360)


@pytest.fixture
def head(sign_in):
    return sign_in("claire.vautrin", LYCEE, javascript=False, width=360)


@pytest.fixture
def pupil(sign_in):
    return sign_in("yanis.kremer", LYCEE, javascript=False, width=360)


def new_title(what):
    return f"{what} {next(_number)}"


def fill_article(page, title, **more):
    """An article for all, on the form; `more` are other fields by name. Nothing is sent yet."""
    page.goto(re.sub(r"(localhost:\d+).*", r"\1/actualites/", page.url))
    page.get_by_role("link", name="Écrire").first.click()
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Texte", exact=True).fill("Nous serons **à l’heure** devant la grille.")
    page.locator("input[name=expires_at]").fill("")
    for name, value in more.items():
        field = page.locator(f"[name={name}]")
        field.check() if value is True else field.fill(value)


def publish(page, title, **more):
    """Written and published by somebody who may; returns its address."""
    fill_article(page, title, **more)
    send(page, "Vérifier")
    send(page, "Publier pour")
    return page.url


def propose(page, title):
    fill_article(page, title)
    send(page, "Vérifier")
    send(page, "Proposer à la validation")
    return page.url


def test_one_signs_in(new_page, place):
    page = new_page(javascript=False, width=360)

    through_the_form(page, place, "ilyes.ferrand", COLLEGE)

    expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Ilyès")


def test_an_article_is_kept_with_its_image_and_attachment(teacher):
    title = new_title("Sortie au jardin botanique")
    fill_article(teacher, title)
    teacher.locator("input[name=cover]").set_input_files(
        {"name": "serre.png", "mimeType": "image/png", "buffer": image("PNG", (640, 400))}
    )
    teacher.get_by_label("Description de l’image").fill("La serre tropicale")
    teacher.locator("input[name=attachments]").set_input_files(
        {"name": "autorisation.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    send(teacher, "Garder en brouillon")

    expect(teacher.get_by_role("heading", level=1)).to_have_text(title)
    expect(teacher.get_by_alt_text("La serre tropicale")).to_be_visible()
    expect(teacher.get_by_role("link", name="autorisation.pdf")).to_be_visible()
    with teacher.expect_download() as download:
        teacher.get_by_role("link", name="autorisation.pdf").click()
    assert download.value.suggested_filename == "autorisation.pdf"


def test_a_draft_is_changed(teacher):
    fill_article(teacher, new_title("Chorale"))
    send(teacher, "Garder en brouillon")
    teacher.get_by_role("link", name="Modifier").click()
    teacher.get_by_label("Titre").fill("Chorale du jeudi")
    send(teacher, "Garder en brouillon")

    expect(teacher.get_by_role("heading", level=1)).to_have_text("Chorale du jeudi")


def test_what_is_missing_is_said_beside_its_field(teacher):
    fill_article(teacher, "")
    send(teacher, "Vérifier")

    expect(teacher.locator(".error-summary")).to_contain_text("Titre")
    expect(teacher.get_by_label("Texte", exact=True)).to_have_value("Nous serons **à l’heure** devant la grille.")


def test_a_proposal_is_validated_and_read(teacher, head, pupil, place):
    title = new_title("Journée des langues")
    address = propose(teacher, title)
    expect(teacher.locator("main")).to_contain_text("Elle paraîtra après validation")

    head.goto(f"{place.school(LYCEE)}/actualites/a-valider/")
    head.get_by_role("link", name=title).click()
    send(head, "Publier pour")

    pupil.goto(address)
    expect(pupil.locator(".prose strong")).to_have_text("à l’heure")


def test_a_proposal_is_sent_back_with_a_comment(teacher, head, place):
    title = new_title("Concours de nouvelles")
    address = propose(teacher, title)
    head.goto(f"{place.school(LYCEE)}/actualites/a-valider/")
    head.get_by_role("link", name=title).click()
    head.get_by_text("Renvoyer à l’auteur").click()
    head.get_by_label("Ce qu’il faut revoir").fill("Précisez la date limite.")
    send(head, "Renvoyer avec ce commentaire")
    expect(head.get_by_role("link", name=title)).to_have_count(0)

    teacher.goto(address)
    expect(teacher.locator("main")).to_contain_text("Précisez la date limite.")


def test_a_proposal_is_taken_back(teacher):
    propose(teacher, new_title("Tournoi d’échecs"))
    send(teacher, "Reprendre en brouillon", within="body")

    expect(teacher.locator("main")).to_contain_text("Brouillon")


def test_publishing_is_undone_from_the_toast(head, pupil):
    address = publish(head, new_title("Portes ouvertes"))
    send(head, "Annuler", within="#toasts")
    expect(head.locator("main")).to_contain_text("Retirée")

    assert pupil.goto(address).status == 404


def test_an_article_is_withdrawn_and_put_back(head, pupil):
    address = publish(head, new_title("Collecte de jouets"))
    send(head, "Retirer", within=".news-actions")
    assert pupil.goto(address).status == 404

    send(head, "Remettre en ligne", within=".news-actions")
    assert pupil.goto(address).status == 200


def test_a_draft_is_deleted_and_recovered(teacher):
    title = new_title("Atelier de radio")
    fill_article(teacher, title)
    send(teacher, "Garder en brouillon")
    address = teacher.url
    send(teacher, "Supprimer", within=".news-actions")
    expect(teacher.locator("#toasts")).to_contain_text("Actualité supprimée")

    teacher.goto(address)
    send(teacher, "Récupérer", within=".news-actions")
    expect(teacher.get_by_role("heading", level=1)).to_have_text(title)


def test_an_urgent_information_is_confirmed_and_counted(head, pupil):
    address = publish(head, new_title("Cantine fermée demain"), urgent=True)
    pupil.goto(address)
    send(pupil, "J’ai lu")
    expect(pupil.locator("main")).to_contain_text("Vous avez confirmé votre lecture")

    head.goto(address)
    head.get_by_role("link", name="Qui a lu").click()
    expect(head.locator(".tiles")).to_contain_text(re.compile(r"1\s*sur"))


def test_the_report_is_exported(head):
    publish(head, new_title("Alerte neige"), urgent=True)
    head.get_by_role("link", name="Qui a lu").click()
    with head.expect_download() as download:
        head.get_by_role("link", name="Exporter").click()

    assert download.value.suggested_filename.endswith(".csv")
    assert "Kremer" in download.value.path().read_text(encoding="utf-8-sig")


def test_a_section_is_hidden_and_shown_again(pupil, place):
    pupil.goto(f"{place.school(LYCEE)}/actualites/rubriques/")
    send(pupil, "Masquer Restauration")
    pupil.goto(f"{place.school(LYCEE)}/actualites/")
    expect(pupil.get_by_role("link", name="Les menus de la semaine")).to_have_count(0)

    pupil.goto(f"{place.school(LYCEE)}/actualites/rubriques/")
    send(pupil, "Afficher Restauration")
    pupil.goto(f"{place.school(LYCEE)}/actualites/")
    expect(pupil.get_by_role("link", name="Les menus de la semaine")).to_have_count(1)


def test_sections_are_made_given_and_archived(head, place):
    name = new_title("Club théâtre")
    head.goto(f"{place.school(LYCEE)}/actualites/rubriques/")
    head.get_by_role("link", name="Créer une rubrique").click()
    head.get_by_label("Nom").fill(name)
    send(head, "Créer")
    head.get_by_label("Ajouter une personne").fill("keller")
    send(head, "Chercher")
    send(head, "Ajouter Thomas Keller")
    expect(head.locator("main")).to_contain_text("Thomas Keller")
    send(head, "Laisser aussi valider")
    expect(head.locator("main")).to_contain_text("valide et gère la rubrique")
    send(head, "Archiver la rubrique")
    expect(head.get_by_text("Archivée").first).to_be_visible()


def test_the_list_is_narrowed_by_its_filters(pupil, place):
    pupil.goto(f"{place.school(LYCEE)}/actualites/")
    pupil.get_by_label("Rubrique", exact=True).select_option(label="Restauration")
    pupil.locator(".news-filters").get_by_role("button").first.click()

    expect(pupil.locator(".news-row")).to_have_count(1)


# --- the référent's console ---


@pytest.fixture
def settings(sign_in, place):
    page = sign_in("samir.belkacem", LYCEE, javascript=False, width=360)
    page.goto(f"{place.school(LYCEE)}/reglages/")
    return page


def apply_and_undo(page, before, after):
    """The difference is shown, applied, then undone from the history."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Voici ce qui change")
    expect(page.locator("tbody")).to_contain_text(before)
    expect(page.locator("tbody")).to_contain_text(after)
    send(page, "Appliquer")
    page.goto(re.sub(r"(localhost:\d+).*", r"\1/reglages/historique/", page.url))
    page.get_by_role("link", name="Annuler ce changement").first.click()
    send(page, "Annuler le changement")
    expect(page.locator(".timeline").first).to_contain_text("annulation")


def test_a_module_is_switched_off(settings):
    send(settings, "Désactiver Actualités")

    apply_and_undo(settings, "activé", "désactivé")


def test_a_module_is_renamed(settings):
    settings.locator("main").get_by_role("link", name="Actualités").click()
    settings.get_by_label("Nom affiché").fill("Gazette")
    send(settings, "Voir ce qui change")

    apply_and_undo(settings, "Actualités", "Gazette")


def test_a_module_is_kept_for_some_roles(settings, place):
    settings.goto(f"{place.school(LYCEE)}/reglages/modules/news/acces/")
    settings.get_by_role("group", name="Ouvert à").get_by_label("Élève").uncheck()
    send(settings, "Voir ce qui change")

    apply_and_undo(settings, "tous (", "le personnel")


def test_a_notification_rule_is_changed(settings, place):
    settings.goto(f"{place.school(LYCEE)}/reglages/modules/news/notifications/")
    settings.locator("input[name=published-rule]:not(:checked)").first.check()
    send(settings, "Voir ce qui change")

    apply_and_undo(settings, "", "")


def test_an_option_is_changed(settings, place):
    settings.goto(f"{place.school(LYCEE)}/reglages/modules/news/options/")
    settings.get_by_label("Durée de parution proposée").fill("30")
    send(settings, "Voir ce qui change")

    apply_and_undo(settings, "60", "30")

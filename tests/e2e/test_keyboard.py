"""Hands off the mouse: signing in, reading, writing, proposing and validating with the keyboard alone."""

from playwright.sync_api import expect

from core.demo.cast import PASSWORD

LYCEE, COLLEGE = "lycee-hautes-chaumes", "college-mirabelliers"


def focused(page):
    """What a screen reader would say of where one is, in short."""
    return page.evaluate(
        """() => {
            const at = document.activeElement;
            const named = at.labels && at.labels[0] || at;
            return (at.getAttribute("aria-label") || named.innerText || at.name || at.tagName).trim();
        }"""
    )


def tab_to(page, words, *, key="Tab", limit=80):
    """Press Tab until the focus is on what says these words."""
    passed = []
    for _ in range(limit):
        page.keyboard.press(key)
        passed.append(focused(page))
        if words in passed[-1]:
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
    raise AssertionError(f"« {words} » is not reached by {key}: {passed}")


def press(page, words, **more):
    """Go to a link or a button and press Enter; the next page answers."""
    tab_to(page, words, **more)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_one_signs_in_and_reads(new_page, place):
    page = new_page()
    page.goto(f"{place.school(COLLEGE)}/connexion/")
    tab_to(page, "Identifiant")
    page.keyboard.type("ines.marchal")
    tab_to(page, "Mot de passe")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, "Actualités")
    press(page, "Collecte pour la banque alimentaire")

    expect(page.get_by_role("heading", level=1)).to_have_text("Collecte pour la banque alimentaire")


def test_menus_open_and_close(sign_in):
    page = sign_in("ines.marchal", COLLEGE)
    tab_to(page, "Mon menu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Se déconnecter")).to_be_hidden()
    assert "Mon menu" in focused(page)


def test_an_article_is_written_proposed_and_validated(sign_in, place):
    title = "Rencontre avec les correspondants de Fribourg"
    teacher = sign_in("thomas.keller", LYCEE)
    press(teacher, "Actualités")
    press(teacher, "Écrire")
    assert focused(teacher).startswith("Titre")
    teacher.keyboard.type(title)
    tab_to(teacher, "Rubrique")
    teacher.keyboard.press("ArrowDown")
    tab_to(teacher, "Gras")
    teacher.keyboard.press("ArrowRight")
    teacher.keyboard.press("ArrowLeft")
    teacher.locator(".rich-area").evaluate("area => window.area = area")
    for _ in range(10):
        teacher.keyboard.press("Tab")
        if teacher.evaluate("document.activeElement === window.area"):
            break
    teacher.keyboard.type("Ils arrivent ")
    teacher.keyboard.press("Control+b")
    teacher.keyboard.type("jeudi")
    teacher.keyboard.press("Control+b")
    teacher.keyboard.type(" à midi.")
    tab_to(teacher, "Enseignants")
    teacher.keyboard.press("Space")
    press(teacher, "Vérifier")
    press(teacher, "Proposer à la validation")
    expect(teacher.locator("main")).to_contain_text("Elle paraîtra après validation")

    head = sign_in("claire.vautrin", LYCEE)
    press(head, title)
    press(head, "Publier pour")

    expect(head.locator(".prose strong")).to_have_text("jeudi")
    expect(head.locator("#toasts")).to_contain_text("Actualité publiée")

"""The carnet in a browser: a teacher asks, a guardian signs on a phone, without scripts, and on a line that drops."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.pages import scrolls_sideways, send

COLLEGE = "college-mirabelliers"
TEACHER, GUARDIAN = "thomas.keller", "sophie.marchal"


def ask(page, place, title):
    """The teacher of 6e A asks its families to sign; gives the board's page."""
    page.goto(f"{place.school(COLLEGE)}/carnet/nouveau/signature/")
    page.get_by_role("textbox", name="Titre", exact=True).fill(title)
    page.locator("textarea[name=body]").fill("Merci de signer.")
    page.get_by_label("6e A", exact=True).check()
    page.locator("input[name=due_on]").fill((timezone.localdate() + timedelta(days=5)).isoformat())
    send(page, "Vérifier")
    send(page, "Publier pour")


def test_a_note_is_written_signed_without_scripts_and_counted(sign_in, place):
    teacher = sign_in(TEACHER, COLLEGE, javascript=False)
    ask(teacher, place, "Une signature, sans script")
    expect(teacher.locator("main")).to_contain_text("0\u00a0famille sur")

    guardian = sign_in(GUARDIAN, COLLEGE, javascript=False, width=360)
    guardian.goto(f"{place.school(COLLEGE)}/carnet/")
    expect(guardian.locator("main h2").first).to_contain_text("À signer")
    assert not scrolls_sideways(guardian)
    guardian.get_by_role("link", name="Une signature, sans script").click()
    expect(guardian.locator(".liaison-reply")).to_contain_text("Inès")
    send(guardian, "Signer")
    expect(guardian.locator(".liaison-reply")).to_contain_text("Signé")
    assert not scrolls_sideways(guardian)

    teacher.reload()
    expect(teacher.locator("main")).to_contain_text("1\u00a0famille sur")


def test_a_line_that_drops_between_typing_and_sending_loses_nothing(sign_in, place, troubles):
    ask(sign_in(TEACHER, COLLEGE, javascript=False), place, "Une signature, puis le tunnel")
    page = sign_in(GUARDIAN, COLLEGE, width=360)
    page.goto(f"{place.school(COLLEGE)}/carnet/")
    page.get_by_role("link", name="Une signature, puis le tunnel").first.click()
    page.get_by_label("Un mot pour l’établissement").fill("Merci pour cette sortie")

    page.context.set_offline(True)
    page.get_by_role("button", name="Signer").click(no_wait_after=True)
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    page.go_back()
    expect(page.get_by_label("Un mot pour l’établissement")).to_have_value("Merci pour cette sortie")
    send(page, "Signer")

    expect(page.locator(".liaison-reply")).to_contain_text("Merci pour cette sortie")
    expect(page.locator(".liaison-reply")).not_to_contain_text("Vos réponses précédentes")
    troubles[:] = [one for one in troubles if "ERR_INTERNET" not in one]


def test_a_guardian_tells_of_a_late_arrival_and_reads_the_answer(sign_in, place):
    guardian = sign_in(GUARDIAN, COLLEGE, width=360)
    guardian.goto(f"{place.school(COLLEGE)}/carnet/a-l-etablissement/nouveau/")
    guardian.get_by_label("Retard").check()
    guardian.locator("input[name=to_time]").fill("09:15")
    guardian.get_by_label("Votre mot").fill("Prise de sang à jeun")
    send(guardian, "Envoyer")
    expect(guardian.locator("main")).to_contain_text("Reçu")
    assert not scrolls_sideways(guardian)

    head = sign_in("odile.hartmann", COLLEGE)
    head.goto(f"{place.school(COLLEGE)}/carnet/familles/")
    row = head.locator("li.row", has_text="Prise de sang à jeun")
    with head.expect_navigation():
        row.get_by_role("button", name="Accepter").click()

    guardian.reload()
    expect(guardian.locator("main")).to_contain_text("Accepté")

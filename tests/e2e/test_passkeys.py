"""Passkeys with a virtual authenticator, under the real Content-Security-Policy."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e
LOGIN, PASSWORD = "cle.dacces", "trois marronniers dans la cour"


@pytest.fixture(scope="module")
def account(place):
    place.manage(
        "shell", "-v0", "-c",
        "from tenants.accounts import services;"
        f"services.create_account(login={LOGIN!r}, password={PASSWORD!r}, actor=None)",
    )  # fmt: skip


def test_a_passkey_is_added_and_signs_in_alone(place, new_page, account):
    page = new_page()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    page.goto(f"{place.region}/connexion/?next=/compte/double-verification/cles/ajouter/")
    page.get_by_label("Identifiant ou adresse électronique").fill(LOGIN)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()

    page.get_by_label("Nom de la clé").fill("Téléphone")
    page.get_by_label("Me connecter avec cette clé seule").check()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()

    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"{place.region}/connexion/?next=/compte/double-verification/cles/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", name="Téléphone")).to_be_visible()

from config.logging import drop_personal


def _path(address):
    return drop_personal(None, "info", {"request": f"GET {address}"})["request"]


def test_a_reset_link_is_not_logged():
    assert _path("/mot-de-passe/oubli/3-d2x1k0-5f3a9c0b1e/") == "GET /mot-de-passe/oubli/…/"


def test_a_ticket_is_not_logged():
    assert _path("/entrer/?ticket=abc&suite=/") == "GET /entrer/"


def test_ordinary_pages_are_logged_as_they_are():
    assert _path("/mot-de-passe/oubli/envoye/") == "GET /mot-de-passe/oubli/envoye/"

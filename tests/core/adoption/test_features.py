"""What core counts of itself, page by page."""

import pytest

from tests.signing import signed_in_client


@pytest.mark.parametrize(
    ("method", "path", "data", "feature"),
    [
        ("get", "/recherche/", {"q": "martin"}, "search.find"),
        ("get", "/recherche/suggestions/", {"q": "mar"}, "search.suggest"),
        ("post", "/accueil/presentation/", {"do": "reset"}, "dashboard.arrange"),
        ("post", "/notifications/preferences/rythme/", {"preset": "evening"}, "notifications.choose"),
        ("post", "/donnees/archive/demander/", {}, "privacy.archive"),
        ("post", "/mes-jetons/nouveau/", {"name": "x", "scopes": ["people.read"], "days": 90}, "api.token"),
    ],
)
def test_use_is_counted(lycee_a, staffroom, kept, method, path, data, feature):
    client = signed_in_client(lycee_a, staffroom[0])
    assert getattr(client, method)(path, data).status_code in (200, 302), path
    assert {code for code, _role, _day in kept()} >= {feature}


def test_search_for_nothing_is_no_use(lycee_a, staffroom, kept):
    signed_in_client(lycee_a, staffroom[0]).get("/recherche/")
    assert "search.find" not in {code for code, _role, _day in kept()}

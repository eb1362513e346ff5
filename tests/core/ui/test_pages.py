"""The shell as people of a school get it."""

import pytest
from django.urls import reverse

from tests.factories import client_for

pytestmark = pytest.mark.django_db


def test_accent_stylesheet_may_be_kept_for_ever(lycee_a):
    response = client_for(lycee_a).get("/ui/accent-ffcc00.css")
    assert response["Content-Type"].startswith("text/css")
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/ui/accent-red.css", "/ui/accent-FFCC00.css", "/ui/accent-ffcc0.css"])
def test_accent_refuses_what_is_not_a_colour(lycee_a, path):
    assert client_for(lycee_a).get(path).status_code == 404


def test_style_page_is_only_where_it_is_wanted(lycee_a, settings):
    settings.STYLE_PAGE = False
    assert client_for(lycee_a).get("/ui/").status_code == 404


def test_style_page_shows_the_components(lycee_a, settings):
    settings.STYLE_PAGE = True
    response = client_for(lycee_a).get("/ui/?erreurs&toast")
    assert response.status_code == 200
    assert "À corriger avant de continuer" in response.content.decode()


def test_shell_offers_the_places_of_the_person(as_person, lycee_a):
    client, _person = as_person(lycee_a, "management")
    html = client.get(reverse("people:me", urlconf="config.urls_school")).content.decode()
    assert 'aria-label="Rubriques"' in html
    assert "Se déconnecter" in html
    assert "Mon profil" in html


def test_shell_names_nobody_to_anonymous_people(lycee_a, settings):
    settings.STYLE_PAGE = True
    html = client_for(lycee_a).get("/ui/").content.decode()
    assert "Se déconnecter" not in html
    assert 'aria-label="Rubriques"' not in html


def test_shell_wears_the_schools_accent(as_person, lycee_a):
    lycee_a.accent_colour = "#c2410c"
    lycee_a.save()
    client, _person = as_person(lycee_a, "teacher")
    html = client.get(reverse("people:me", urlconf="config.urls_school")).content.decode()
    assert "/ui/accent-c2410c.css" in html


@pytest.mark.parametrize(
    ("preferences", "attributes"),
    [
        ({}, '<html lang="fr">'),
        ({"theme": "dark", "comfort": True}, 'lang="fr" data-theme="dark" class="comfort"'),
    ],
)
def test_shell_follows_ones_preferences(as_person, lycee_a, preferences, attributes):
    client, _person = as_person(lycee_a, "teacher", preferences=preferences)
    html = client.get(reverse("people:me", urlconf="config.urls_school")).content.decode()
    assert attributes in html


def test_pages_hold_no_inline_style_or_script(as_person, lycee_a, settings):
    settings.STYLE_PAGE = True
    client, _person = as_person(lycee_a, "teacher")
    html = client.get("/ui/?erreurs&toast").content.decode()
    assert " style=" not in html
    assert " onclick=" not in html
    assert html.count("<script") == html.count('<script src="')


def test_an_address_that_leads_nowhere_has_our_page(as_person, lycee_a):
    client, _person = as_person(lycee_a, "teacher")
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


def test_a_form_without_its_token_is_refused_in_french(as_person, lycee_a):
    client, _person = as_person(lycee_a, "teacher")
    client.handler.enforce_csrf_checks = True
    response = client.post(reverse("account_logout", urlconf="config.urls_school"))
    assert response.status_code == 403
    assert "Ce formulaire a expiré" in response.content.decode()


def test_shell_leads_to_ones_other_school_by_a_form(as_person, lycee_a, college_b):
    from tenants.accounts.models import Account
    from tenants.schemas.context import region
    from tests.factories import give_account, make_person

    client, person = as_person(lycee_a, "teacher")
    with region():
        account = Account.objects.get(pk=person.account_id)
    give_account(college_b, make_person(college_b, "teacher"), account)
    html = client.get(reverse("people:me", urlconf="config.urls_school")).content.decode()
    assert 'method="post" action="/aller/0579982R/"' in html
    assert "/aller/0679981K/" not in html

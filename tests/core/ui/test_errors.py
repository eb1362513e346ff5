"""Error pages, without a database unless a test says so: pytest-django refuses the access otherwise."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, ProgrammingError
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from core.errors import Conflict, DomainError
from core.ui import errors
from core.ui.middleware import ErrorMiddleware


@pytest.fixture
def request_():
    return RequestFactory().get("/x", headers={"host": "lycee.localhost"})


@pytest.fixture
def from_htmx():
    return RequestFactory().get("/x", headers={"HX-Request": "true"})


@pytest.fixture
def middleware():
    return ErrorMiddleware(lambda request: HttpResponse("ok"))


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("unknown", 404, "Aucun établissement à cette adresse"),
        ("preparing", 503, "Votre espace se prépare"),
        ("suspended", 503, "Cet espace est suspendu"),
        ("quarantine", 503, "en réparation"),
        ("broken", 503, "momentanément indisponible"),
    ],
)
def test_host_pages_need_neither_database_nor_session(request_, kind, status, words):
    response = errors.host_page(request_, kind)
    assert response.status_code == status
    assert words in response.content.decode()


def test_a_school_being_prepared_says_when_to_come_back(request_):
    assert errors.host_page(request_, "preparing").headers["Retry-After"] == "60"


def test_server_error_says_so_without_the_database(request_):
    response = errors.server_error(request_)
    assert response.status_code == 500
    assert "Une erreur est survenue" in response.content.decode()


def raised(state):
    cause = type("Cause", (Exception,), {"sqlstate": state})()
    try:
        raise ProgrammingError("no table") from cause
    except ProgrammingError as error:
        return error


@pytest.mark.parametrize("state", ["42P01", "42501", "3F000"])
def test_a_missing_schema_answers_503_on_a_schools_host(request_, state):
    request_.school = object()
    try:
        raise raised(state)
    except ProgrammingError:
        response = errors.server_error(request_)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"


def test_a_missing_table_at_the_front_door_is_our_mistake(request_):
    request_.school = None
    try:
        raise raised("42P01")
    except ProgrammingError:
        assert errors.server_error(request_).status_code == 500


@pytest.mark.parametrize("error", [OperationalError("gone"), raised("42601"), ValueError("x"), None])
def test_other_errors_are_not_schema_trouble(error):
    assert not errors.is_schema_trouble(error)


def test_domain_error_becomes_a_page_with_its_sentence(middleware, request_):
    response = middleware.process_exception(request_, DomainError("code", "Choisissez une autre date."))
    assert response.status_code == 422
    assert "Choisissez une autre date." in response.content.decode()


def test_domain_error_keeps_its_status(middleware, request_):
    assert middleware.process_exception(request_, Conflict("code", "Déjà changé.")).status_code == 409


def test_domain_error_is_escaped(middleware, request_):
    response = middleware.process_exception(request_, DomainError("code", "<script>"))
    assert "<script>" not in response.content.decode().replace("<script src", "")


def test_domain_error_becomes_a_fragment_for_htmx(middleware, from_htmx):
    response = middleware.process_exception(from_htmx, DomainError("code", "Choisissez."))
    assert response.headers["HX-Retarget"] == "#messages"
    assert "<html" not in response.content.decode()


def test_missing_and_forbidden_have_our_pages(middleware, request_):
    assert middleware.process_exception(request_, Http404("x")).status_code == 404
    assert middleware.process_exception(request_, PermissionDenied()).status_code == 403


def test_what_nobody_foresaw_is_left_to_the_server(middleware, request_):
    assert middleware.process_exception(request_, ValueError("x")) is None


def test_the_way_back_is_never_another_site():
    request = RequestFactory().get("/x", headers={"referer": "https://evil.example/"})
    assert "evil.example" not in errors.not_found(request).content.decode()


def test_the_way_back_is_the_page_before():
    request = RequestFactory().get("/x", headers={"referer": "http://testserver/avant", "host": "testserver"})
    assert 'href="http://testserver/avant"' in errors.not_found(request).content.decode()

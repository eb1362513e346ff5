"""The host decides the school, and a school that is not open answers nothing else."""

import pytest
from django.db import connection
from django.test import Client

from tenants.establishments.models import Domain, Establishment, Lifecycle
from tenants.schemas import engine
from tenants.schemas.context import region
from tests.factories import client_for, make_establishment

pytestmark = pytest.mark.django_db

PATHS = ["/", "/connexion/", "/annuaire/", "/reglages/", "/actualites/", "/healthz-not", "/console/"]
STATES = [
    (Lifecycle.KNOWN, 404),
    (Lifecycle.PREPARING, 503),
    (Lifecycle.SUSPENDED, 503),
    (Lifecycle.ARCHIVED, 404),
]


def lenient(host: str) -> Client:
    return Client(headers={"host": host}, raise_request_exception=False)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("state", "status"), STATES)
def test_a_school_that_is_not_active_is_closed_whatever_the_address(state, status, path):
    make_establishment("0679990V", slug="fermee", lifecycle=state)
    assert lenient("fermee.localhost").get(path).status_code == status


@pytest.mark.parametrize("path", PATHS)
def test_an_active_school_without_a_schema_answers_503(path):
    make_establishment("0679990V", slug="absente", lifecycle=Lifecycle.ACTIVE)
    assert lenient("absente.localhost").get(path).status_code == 503


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_half_made_schema_answers_503(method, path):
    establishment = make_establishment("0679990V", slug="a-moitie", lifecycle=Lifecycle.ACTIVE)
    engine.make_role(establishment)
    with region(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA e_0679990v AUTHORIZATION e_0679990v")
    assert getattr(lenient("a-moitie.localhost"), method)(path).status_code == 503


def test_a_dropped_schema_answers_503(lycee_a):
    engine.drop(lycee_a)
    assert lenient("lycee-a.localhost").get("/").status_code == 503


@pytest.mark.parametrize(
    "host",
    ["inconnu.localhost", "a.lycee-a.localhost", "lycee-a.exemple.fr", "public.localhost", "e_0679981k.localhost"],
)
def test_an_unknown_host_is_not_found(lycee_a, host):
    assert lenient(host).get("/").status_code == 404


@pytest.mark.parametrize("host", ["lycee-a.localhost", "LYCEE-A.localhost:8000", "lycee-a.localhost."])
def test_spellings_of_a_host_lead_to_the_same_school(lycee_a, host):
    assert lycee_a.display_name in lenient(host).get("/").content.decode()


def test_a_forged_forwarded_host_changes_nothing(lycee_a, college_b):
    client = Client(headers={"host": "lycee-a.localhost", "x-forwarded-host": "college-b.localhost"})
    assert lycee_a.display_name in client.get("/").content.decode()


@pytest.mark.parametrize("extra", ["?schema=e_0579982r", "?tenant=college-b", "?uai=0579982R"])
def test_a_parameter_does_not_choose_the_school(lycee_a, college_b, extra):
    page = client_for(lycee_a).get(f"/{extra}").content.decode()
    assert college_b.display_name not in page


def test_a_schools_own_domain_leads_to_it(lycee_a):
    Domain.objects.create(domain="www.grand-preau.example", tenant=lycee_a)
    assert lycee_a.display_name in lenient("www.grand-preau.example").get("/").content.decode()


def test_after_a_request_the_connection_is_back_in_the_region(lycee_a):
    client_for(lycee_a).get("/")
    assert connection.schema_name == "public"


def test_suspending_a_school_closes_it_at_once(lycee_a):
    client = client_for(lycee_a)
    client.get("/")
    Establishment.objects.filter(pk=lycee_a.pk).update(lifecycle=Lifecycle.SUSPENDED)
    assert client.get("/").status_code == 503

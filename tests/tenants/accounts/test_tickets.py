from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone

from tenants.accounts import services, tickets
from tenants.accounts.models import Ticket
from tenants.errors import DomainError
from tests.factories import client_for, give_account, make_account, make_person
from tests.tenants.accounts.helpers import member_of, path_of

pytestmark = pytest.mark.django_db


def _enter(establishment, token, path="/", client=None):
    return (client or client_for(establishment)).get("/entrer/", {"ticket": token, "suite": path})


def _is_in(client):
    return "ticket=" in client.post("/aller/compte/")["Location"]


def test_moving_between_schools_needs_no_second_password(sign_in, lycee_a, college_b):
    account = member_of(lycee_a)
    give_account(college_b, make_person(college_b, "teacher"), account)
    client, _ = sign_in(lycee_a, account)
    url = client.post(f"/aller/{college_b.uai}/", {"suite": "/connexion/"})["Location"]
    assert urlsplit(url).hostname == "college-b.localhost"
    there = client_for(college_b)
    assert there.get(path_of(url))["Location"] == "/connexion/"
    assert _is_in(there)


def test_the_front_door_leads_to_ones_school(sign_in, lycee_a):
    client, _ = sign_in(None, member_of(lycee_a))
    url = client.post(f"/aller/{lycee_a.uai}/")["Location"]
    there = client_for(lycee_a)
    there.get(path_of(url))
    assert _is_in(there)


def test_a_school_leads_to_ones_account(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, member_of(lycee_a))
    there = client_for(None)
    assert there.get(path_of(client.post("/aller/compte/")["Location"]))["Location"] == "/compte/"
    assert there.get("/compte/").status_code == 200


def test_a_school_where_one_has_no_profile_is_not_there(sign_in, lycee_a, college_b):
    client, _ = sign_in(lycee_a, member_of(lycee_a))
    assert client.post(f"/aller/{college_b.uai}/").status_code == 404


def test_passing_is_not_a_link(sign_in, lycee_a):
    client, _ = sign_in(None, member_of(lycee_a))
    assert client.get(f"/aller/{lycee_a.uai}/").status_code == 405


def test_a_ticket_opens_once(lycee_a):
    token = tickets.issue(member_of(lycee_a), lycee_a.schema_name)
    assert _enter(lycee_a, token).status_code == 302
    assert _enter(lycee_a, token).status_code == 410


def test_a_ticket_is_dead_after_thirty_seconds(lycee_a):
    token = tickets.issue(member_of(lycee_a), lycee_a.schema_name)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        response = _enter(lycee_a, token)
    assert response.status_code == 410
    assert "Ce lien a expiré" in response.content.decode()


def test_a_ticket_opens_no_other_school(lycee_a, college_b):
    account = member_of(lycee_a)
    give_account(college_b, make_person(college_b, "teacher"), account)
    token = tickets.issue(account, lycee_a.schema_name)
    assert _enter(college_b, token).status_code == 410
    assert _enter(None, token).status_code == 410
    assert _enter(lycee_a, token).status_code == 302


def test_a_ticket_leads_to_its_page_only(lycee_a):
    token = tickets.issue(member_of(lycee_a), lycee_a.schema_name, path="/annuaire/")
    assert _enter(lycee_a, token, "/reglages/").status_code == 410


def test_a_ticket_dies_with_the_stamp(lycee_a):
    account = member_of(lycee_a)
    token = tickets.issue(account, lycee_a.schema_name)
    services.sign_out_everywhere(account=account, actor=account)
    assert _enter(lycee_a, token).status_code == 410


def test_a_ticket_dies_with_the_membership(lycee_a):
    account = member_of(lycee_a)
    token = tickets.issue(account, lycee_a.schema_name)
    services.unlink(account=account, uai=lycee_a.uai)
    assert _enter(lycee_a, token).status_code == 410


def test_a_ticket_dies_with_the_account(lycee_a):
    account = member_of(lycee_a)
    token = tickets.issue(account, lycee_a.schema_name)
    services.deactivate(account=account, actor=None)
    assert _enter(lycee_a, token).status_code == 410


def test_no_ticket_for_a_school_without_profile(lycee_a):
    with pytest.raises(DomainError):
        tickets.issue(make_account(), lycee_a.schema_name)


def test_only_the_hash_of_a_ticket_is_kept(lycee_a):
    token = tickets.issue(member_of(lycee_a), lycee_a.schema_name)
    assert token not in str(list(Ticket.objects.values()))


@pytest.mark.parametrize("token", ["", "x", "é" * 40, "\x00", "a" * 5000])
def test_a_forged_ticket_opens_nothing(lycee_a, token):
    assert _enter(lycee_a, token).status_code == 410


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil",
        "javascript:alert(1)",
        "/a\nb",
        "x",
        "/" + "a" * 600,
    ],
)
def test_a_ticket_only_leads_to_local_pages(path):
    assert tickets.local_path(path) == "/"


def test_the_answer_is_neither_kept_nor_passed_on(lycee_a):
    response = _enter(lycee_a, tickets.issue(member_of(lycee_a), lycee_a.schema_name))
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_somebody_elses_session_is_not_replaced_unasked(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, present := member_of(lycee_a))
    arriving = member_of(lycee_a)
    page = _enter(lycee_a, tickets.issue(arriving, lycee_a.schema_name), client=client)
    assert page.status_code == 200
    assert present.login in page.content.decode()
    assert arriving.login in page.content.decode()
    assert _account_in(client) == present


def test_somebody_elses_session_is_replaced_when_they_agree(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, member_of(lycee_a))
    arriving = member_of(lycee_a)
    _enter(
        lycee_a,
        tickets.issue(arriving, lycee_a.schema_name, path="/connexion/"),
        "/connexion/",
        client=client,
    )
    assert client.post("/entrer/")["Location"] == "/connexion/"
    assert _account_in(client) == arriving


def test_agreeing_to_nothing_does_nothing(sign_in, lycee_a):
    client, _ = sign_in(lycee_a, account := member_of(lycee_a))
    assert client.post("/entrer/").status_code == 410
    assert _account_in(client) == account


def _account_in(client):
    """Who the client is, as the ticket that it is given says."""
    token = parse_qs(urlsplit(client.post("/aller/compte/")["Location"]).query)["ticket"][0]
    ticket = tickets.redeem(token, "public", path="/compte/")
    return ticket.account if ticket else None


def test_the_ticket_carries_that_the_second_factor_was_passed(lycee_a):
    from tests.signing import signed_in_client

    person = make_person(lycee_a, "management", account=True)
    client = signed_in_client(lycee_a, person)
    there = client_for(None)
    there.get(path_of(client.post("/aller/compte/")["Location"]))
    assert there.session["mfa_at"]


def test_the_update_decides_who_uses_a_ticket(lycee_a):
    token = tickets.issue(member_of(lycee_a), lycee_a.schema_name)
    won = [tickets.redeem(token, lycee_a.schema_name, path="/") for _ in range(5)]
    assert len([ticket for ticket in won if ticket]) == 1

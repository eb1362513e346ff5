from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import provisioning
from tenants.schemas.models import ProvisioningStep
from tests.factories import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("eager")]


def text(response) -> str:
    return response.content.decode()


def state(school) -> str:
    return Establishment.objects.get(pk=school.pk).lifecycle


def fail_at(school, key: str) -> None:
    provisioning.request(school, actor=None)
    ProvisioningStep.objects.filter(uai=school.uai, key=key).update(state="failed", error="Boum: plus de place")


def test_one_button_opens_a_school(regional, row, django_capture_on_commit_callbacks):
    school, client = row(slug="neuf"), regional()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/console/etablissements/{school.uai}/preparer/")
    assert state(school) == Lifecycle.ACTIVE
    assert client_for(school).get("/").status_code in {200, 302}


def test_the_host_waits_while_the_school_is_prepared(regional, row):
    school = row(slug="neuf")
    regional().post(f"/console/etablissements/{school.uai}/preparer/")
    assert client_for(school).get("/").status_code == 503


def test_the_steps_are_shown_as_they_go(regional, row):
    school, client = row(), regional()
    provisioning.request(school, actor=None)
    page = text(client.get(f"/console/etablissements/{school.uai}/preparation/"))
    assert "Espace de l’établissement" in page
    assert 'hx-trigger="load delay:250ms"' in page


def test_the_steps_can_be_followed_without_scripts(regional, row):
    school = row()
    provisioning.request(school, actor=None)
    page = text(regional().get(f"/console/etablissements/{school.uai}/preparation/"))
    assert '<noscript><meta http-equiv="refresh"' in page


def test_a_failed_step_is_told_and_offers_to_begin_again(regional, row):
    school = row()
    fail_at(school, "space")
    page = text(regional().get(f"/console/etablissements/{school.uai}/preparation/"))
    assert "Boum" in page
    assert "Recommencer" in page
    assert "hx-trigger" not in page


def test_beginning_again_ends_the_work(regional, row, django_capture_on_commit_callbacks):
    school, client = row(), regional()
    fail_at(school, "space")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/console/etablissements/{school.uai}/preparer/")
    assert state(school) == Lifecycle.ACTIVE


def test_an_open_school_is_not_prepared_again(regional, row):
    school = row(lifecycle="active")
    assert regional().post(f"/console/etablissements/{school.uai}/preparer/").status_code == 422


def test_many_are_counted_before_they_are_prepared(regional, row):
    row(display_name="Collège d’ici")
    row(9002, type="ecole")
    page = text(regional().get("/console/etablissements/preparer/", {"type": "college", "departement": "067"}))
    assert "Préparer 1\u00a0établissement" in page
    assert "Collège d’ici" in page


def test_many_are_prepared_when_the_count_is_the_one_shown(regional, row, django_capture_on_commit_callbacks):
    school, other = row(), row(9002, type="ecole")
    with django_capture_on_commit_callbacks(execute=True):
        regional().post("/console/etablissements/preparer/?type=college&departement=067", {"count": "1"})
    assert (state(school), state(other)) == (Lifecycle.ACTIVE, Lifecycle.KNOWN)


@pytest.mark.parametrize("count", ["2", "", "x", "0"])
def test_nothing_starts_when_the_count_is_another(regional, row, count):
    school = row()
    response = regional().post("/console/etablissements/preparer/?departement=067", {"count": count})
    assert response.status_code == 409
    assert state(school) == Lifecycle.KNOWN


def test_many_stay_within_ones_scope(regional, row, django_capture_on_commit_callbacks):
    school = row()
    client = regional("administrator", "departement", "057")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/console/etablissements/preparer/", {"count": "1"})
    assert state(school) == Lifecycle.KNOWN


def test_a_preparation_whose_worker_died_can_be_asked_again(regional, row):
    school = row()
    provisioning.request(school, actor=None)
    Establishment.objects.filter(pk=school.pk).update(lifecycle_since=timezone.now() - timedelta(minutes=6))
    assert "Relancer" in text(regional().get(f"/console/etablissements/{school.uai}/preparation/"))


def test_a_preparation_that_moves_is_left_alone(regional, row):
    school = row()
    provisioning.request(school, actor=None)
    assert "Relancer" not in text(regional().get(f"/console/etablissements/{school.uai}/preparation/"))

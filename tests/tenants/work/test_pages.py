"""The region's page of works."""

import pytest
from celery import shared_task
from django.utils import timezone
from redis import Redis

from tenants.audit.models import RegionalAuditEntry
from tenants.establishments.models import ImportRun
from tenants.policies.models import Rollout
from tenants.schemas.models import Upgrade
from tenants.schemas.tasks import RegionalTask
from tenants.work import health
from tenants.work.models import JobRun, RegionalWork, TaskFailure

pytestmark = pytest.mark.django_db
PAGE = "/console/travaux/"


@shared_task(base=RegionalTask, retryable=True)
def again(pk):
    """Sent twice, it does no more than once."""


@pytest.fixture
def sent(monkeypatch):
    found = []
    monkeypatch.setattr(again, "apply_async", lambda args, headers, retry: found.append((args, headers)))
    return found


def page(client):
    return client.get(PAGE).content.decode()


def test_page_says_that_all_is_well(regional, alive):
    assert "Tout fonctionne" in page(regional())


def test_page_says_that_redis_is_down(regional, monkeypatch):
    monkeypatch.setattr(health, "client", lambda: Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2))
    assert "La file de travail ne répond pas" in page(regional())


def test_page_lists_long_works_of_other_tables(regional, row):
    Upgrade.objects.create(state="running", total=30, done=12, started_at=timezone.now(), beat_at=timezone.now())
    ImportRun.objects.create(file_name="a.csv", size=1, actor_name="x", state="applying", lines_done=4, lines_total=9)
    Rollout.objects.create(uai="0679981K", module="news", state="waiting")
    row(9001, lifecycle="preparing", display_name="Lycée des Sources")
    html = page(regional())
    for label in ("Mise à jour des établissements", "Chargement de l’annuaire", "Mise en place de"):
        assert label in html
    assert "Préparation de Lycée des Sources" in html


def test_page_asks_again_only_while_something_moves(regional):
    client = regional()
    assert 'hx-trigger="every 2s"' not in page(client)
    RegionalWork.objects.create(label="Préparation", state="running", beat_at=timezone.now())
    assert 'hx-trigger="every 2s"' in page(client)


def test_fragment_says_to_load_the_page_once_nothing_moves(regional):
    answer = regional().get(PAGE, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


def test_upgrade_that_is_paused_does_not_make_the_page_ask_again(regional):
    Upgrade.objects.create(state="paused", total=30, done=12)
    html = page(regional())
    assert "Mise à jour des établissements" in html
    assert 'hx-trigger="every 2s"' not in html


def test_jobs_of_schools_are_summed(regional, row):
    for number, ok in ((9001, True), (9002, False)):
        JobRun.objects.create(uai=row(number).uai, job="files.sweep", ran_at=timezone.now(), seconds=2, ok=ok)
    html = page(regional())
    assert "Effacer les contenus que plus rien ne désigne" in html
    assert "1\u00a0établissement" in html


def test_failures_elsewhere_are_not_seen(regional, row):
    TaskFailure.objects.create(task="core.x.y", uai=row(9001, "067").uai, error="SecretError")
    assert "SecretError" not in page(regional("support", "departement", "057"))


def test_failure_is_shown_by_kind_and_place(regional, row):
    TaskFailure.objects.create(task="core.x.y", uai=row(9001).uai, error="KeyError", place="core/x.py:3 y", attempts=4)
    html = page(regional())
    assert "KeyError core/x.py:3 y" in html
    assert "4 fois" in html


def test_failed_job_of_a_school_is_named(regional, row):
    TaskFailure.objects.create(
        task="core.modules.tasks.run_job", uai=row(9001).uai, error="E", retryable=True, arguments=["files", "sweep"]
    )
    assert "Effacer les contenus que plus rien ne désigne" in page(regional()).split("Tâches en échec")[1]


def test_failed_task_is_sent_again_into_its_school(regional, row, sent, django_capture_on_commit_callbacks):
    school = row(9001)
    failure = TaskFailure.objects.create(
        task=again.name, uai=school.uai, error="KeyError", retryable=True, arguments=[7]
    )
    client = regional()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{PAGE}echecs/{failure.pk}/relancer/")
        client.post(f"{PAGE}echecs/{failure.pk}/relancer/")
    assert sent == [([7], {"preau_school": school.schema_name})]
    assert RegionalAuditEntry.objects.filter(action="work.retry").count() == 1


def test_broken_work_is_sent_again(regional, sent, django_capture_on_commit_callbacks):
    work = RegionalWork.objects.create(
        label="Préparation", task=again.name, arguments=[3], retryable=True, state="interrupted"
    )
    with django_capture_on_commit_callbacks(execute=True):
        regional().post(f"{PAGE}{work.pk}/relancer/")
    assert sent == [([3], {"preau_work": work.pk})]


def test_work_is_called_off(regional):
    work = RegionalWork.objects.create(label="Préparation", state="running", beat_at=timezone.now())
    regional().post(f"{PAGE}{work.pk}/annuler/")
    work.refresh_from_db()
    assert work.state == "cancelled"


def test_part_of_the_region_does_not_touch_what_concerns_all(regional):
    work = RegionalWork.objects.create(label="Préparation", state="running", beat_at=timezone.now())
    assert regional("administrator", "academie", "Strasbourg").post(f"{PAGE}{work.pk}/annuler/").status_code == 404

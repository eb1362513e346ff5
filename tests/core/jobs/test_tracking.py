"""A long work and its row."""

from datetime import timedelta

import pytest
from celery import shared_task
from celery.exceptions import Ignore, Retry
from django.db import OperationalError
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.jobs import services
from core.jobs.models import Run
from core.permissions.viewer import viewer_as
from tenants.work import health, tracking
from tests.factories import make_person

pytestmark = pytest.mark.usefixtures("inside")


@shared_task(retryable=True)
def again(pk):
    """Sent twice, it does no more than once."""


@shared_task
def once(pk):
    """May not be sent twice."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(tracking, "_BETWEEN_WRITES", 0)


@pytest.fixture
def sent(monkeypatch):
    """What is sent to Celery: (arguments, headers)."""
    found = []
    for task in (again, once):
        monkeypatch.setattr(task, "apply_async", lambda args, headers, retry: found.append((args, headers)))
    return found


def failed(error=None):
    with pytest.raises(type(error or ValueError())), services.track("Liste"):
        raise error or ValueError("Léa Martin")
    return Run.objects.get()


def test_work_is_done_with_its_bar_full(lycee_a):
    with services.track("Liste", total=3) as job:
        job.advance(2, message="Classe 3")
    run = Run.objects.get()
    assert (run.state, run.done, run.total, run.message, run.attempts) == ("done", 3, 3, "Classe 3", 1)


def test_bar_moves_while_it_runs(lycee_a):
    with services.track("Liste", total=3) as job:
        job.advance()
        run = Run.objects.get()
        assert (run.state, run.done) == ("running", 1)


def test_progress_is_written_twice_a_second_at_most(lycee_a, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(tracking, "_BETWEEN_WRITES", 0.5)
    with services.track("Liste") as job, django_assert_num_queries(0):
        for _ in range(1000):
            job.advance()


def test_failure_says_where_and_never_what(lycee_a):
    run = failed()
    assert (run.state, run.error) == ("failed", "ValueError")
    assert "Léa" not in run.sentence + run.place + run.message


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("x"), "La base de données n’a pas répondu."),
        (DomainError("x", "Le fichier est vide."), "Le fichier est vide."),
        (ValueError("x"), "Une erreur inattendue. La région en a le détail technique."),
    ],
)
def test_failure_is_said_in_a_sentence(lycee_a, error, said):
    assert failed(error).sentence == said


def test_retry_of_celery_waits_again(lycee_a):
    with pytest.raises(Retry), services.track("Liste"):
        raise Retry
    assert Run.objects.get().state == "waiting"


def test_work_called_off_stops_at_its_next_report(lycee_a):
    viewer = viewer_as(make_person(lycee_a, "management"), lycee_a)
    with services.track("Liste") as job:
        services.cancel(viewer=viewer, run=job.row)
        with pytest.raises(Ignore):
            job.advance()
    assert Run.objects.get().state == "cancelled"


def test_work_that_is_over_cannot_be_called_off(lycee_a):
    with services.track("Liste") as job:
        pass
    viewer = viewer_as(make_person(lycee_a, "management"), lycee_a)
    with pytest.raises(Conflict):
        services.cancel(viewer=viewer, run=job.row)


def test_start_keeps_a_row_and_sends_the_task_with_it(lycee_a, sent, django_capture_on_commit_callbacks):
    person = make_person(lycee_a, "teacher")
    with django_capture_on_commit_callbacks(execute=True):
        run = services.start(again, 7, label="Archive", actor=person)
    assert sent == [([7], {"preau_work": run.pk, "preau_school": lycee_a.schema_name})]
    assert (run.state, run.retryable, run.actor) == ("waiting", True, person)


def test_broken_work_is_sent_again_as_it_was(lycee_a, sent, django_capture_on_commit_callbacks):
    run = services.start(again, 7, label="Archive", actor=None)
    Run.objects.update(state="failed", error="ValueError")
    with django_capture_on_commit_callbacks(execute=True):
        services.retry(viewer=viewer_as(make_person(lycee_a, "management"), lycee_a), run=run)
    assert [args for args, _headers in sent] == [[7]]
    assert Run.objects.get().state == "waiting"


@pytest.mark.parametrize(("task", "state"), [(once, "failed"), (again, "running"), (again, "done")])
def test_other_works_are_not_sent_again(lycee_a, sent, task, state):
    run = services.start(task, 7, label="Archive", actor=None)
    Run.objects.update(state=state)
    run.refresh_from_db()
    with pytest.raises(Conflict):
        services.retry(viewer=viewer_as(make_person(lycee_a, "management"), lycee_a), run=run)


def test_message_of_a_work_that_is_done_is_dropped(lycee_a, monkeypatch):
    run = Run.objects.create(label="Archive", state="done")
    monkeypatch.setattr(tracking, "find", lambda model: run)
    with pytest.raises(Ignore), services.track():
        pytest.fail("it is done already")


# --- killed workers --------------------------------------------------------------------------------------
@pytest.fixture
def running(lycee_a):
    """`running("celery@a", minutes=2)`: a work that has said nothing since."""

    def make(worker="celery@gone", minutes=2):
        at = timezone.now() - timedelta(minutes=minutes)
        return Run.objects.create(label="Archive", state="running", worker=worker, beat_at=at)

    return make


def test_work_of_a_worker_that_is_gone_is_interrupted(running):
    running()
    assert services.settle_silent() == 1
    assert Run.objects.get().state == "interrupted"


def test_work_of_a_worker_that_lives_goes_on(running):
    health._marked = 0
    health.mark_worker("celery@here")
    running("celery@here")
    assert services.settle_silent() == 0


def test_work_that_spoke_a_moment_ago_goes_on(running):
    running(minutes=0)
    assert services.settle_silent() == 0


def test_work_may_not_run_longer_than_any_task(running):
    health._marked = 0
    health.mark_worker("celery@here")
    running("celery@here", minutes=40)
    assert services.settle_silent() == 1

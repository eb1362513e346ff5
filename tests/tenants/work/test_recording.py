"""What is kept of jobs and failures: names, times, kinds of error, and never what they were about."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.errors import DomainError
from tenants.work import errors, recording, services
from tenants.work.models import JobDay, JobRun, RegionalWork, TaskFailure

pytestmark = pytest.mark.django_db
UAI = "0679981K"


def fail(**fields):
    try:
        raise ValueError("Léa Martin, 4 rue Basse")
    except ValueError as error:
        told = {"task": "core.x", "uai": UAI, "attempts": 1, "error": error, "arguments": None}
        return recording.failure(**(told | fields))


def test_job_keeps_its_last_run():
    recording.job("news.housekeeping", UAI, seconds=2.5, error=None)
    recording.job("news.housekeeping", UAI, seconds=1.5, error=None)
    run = JobRun.objects.get()
    assert (run.ok, run.seconds, run.failures, run.failed_at) == (True, 1.5, 0, None)


def test_failures_in_a_row_are_counted_and_the_last_is_remembered():
    for error in (KeyError("x"), KeyError("x")):
        recording.job("news.housekeeping", UAI, seconds=1, error=error)
    assert JobRun.objects.get().failures == 2
    recording.job("news.housekeeping", UAI, seconds=1, error=None)
    run = JobRun.objects.get()
    assert (run.ok, run.failures, run.failed_at is None) == (True, 0, False)


def test_day_sums_all_schools():
    for uai in (UAI, "0579982R"):
        recording.job("news.housekeeping", uai, seconds=2, error=None)
    recording.job("news.housekeeping", UAI, seconds=3, error=KeyError("x"))
    day = JobDay.objects.get()
    assert (day.runs, day.failures, day.seconds) == (3, 1, 7)


def test_failure_says_kind_and_place_and_never_the_words():
    failure = fail()
    assert failure.error == "ValueError"
    assert "Léa" not in f"{failure.error} {failure.place} {failure.arguments}"


def test_place_is_the_innermost_line_of_ours():
    from core.modules import jobs

    try:
        jobs.find("news", "nothing")
    except KeyError as error:
        place = errors.place(error)
    assert place.startswith("core/modules/jobs.py:")
    assert place.endswith(" find")


def test_same_failure_within_an_hour_is_one_line():
    fail()
    assert fail().attempts == 2
    assert TaskFailure.objects.count() == 1


def test_failures_that_may_be_sent_again_stay_apart():
    fail(arguments=[1])
    fail(arguments=[2])
    assert sorted(TaskFailure.objects.values_list("arguments", flat=True)) == [[1], [2]]


def test_old_rows_are_forgotten():
    old = timezone.now() - timedelta(days=31)
    TaskFailure.objects.create(task="x", error="E", at=old)
    RegionalWork.objects.create(label="x", state="done", created_at=old)
    RegionalWork.objects.create(label="y", state="running", created_at=old)
    JobDay.objects.create(job="x", day=old.date())
    assert services.forget() == 3
    assert RegionalWork.objects.get().label == "y"


def test_regional_work_is_tracked():
    with services.track("Préparation", total=2) as job:
        job.advance()
    work = RegionalWork.objects.get()
    assert (work.state, work.done, work.total) == ("done", 2, 2)


def test_regional_work_that_fails_keeps_a_sentence():
    with pytest.raises(DomainError), services.track("Préparation"):
        raise DomainError("x", "Le fichier est vide.")
    assert RegionalWork.objects.get().sentence == "Le fichier est vide."

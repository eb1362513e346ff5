"""Going from school to school over several connections."""

import threading

import pytest
from django.db import OperationalError

from tenants.establishments.models import Establishment
from tenants.schemas import loops
from tenants.schemas.loops import spread

SCHOOLS = [Establishment(uai=f"{n:07d}A") for n in range(20)]


@pytest.mark.django_db
@pytest.mark.parametrize("jobs", [1, 3])
def test_every_school_is_taken_once(jobs):
    outcomes = list(spread(SCHOOLS, lambda school: None, jobs=jobs))
    assert sorted(school.uai for school, _error in outcomes) == [school.uai for school in SCHOOLS]


@pytest.mark.django_db
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_failure_is_told_and_the_others_go_on(jobs):
    def work(school):
        if school is SCHOOLS[3]:
            raise ValueError("broken")

    failed = {school.uai: error for school, error in spread(SCHOOLS, work, jobs=jobs) if error}
    assert list(failed) == [SCHOOLS[3].uai]
    assert isinstance(failed[SCHOOLS[3].uai], ValueError)


@pytest.mark.django_db
def test_schools_are_taken_side_by_side():
    both = threading.Barrier(2, timeout=10)
    assert [error for _school, error in spread(SCHOOLS[:2], lambda school: both.wait() and None, jobs=2)] == [None] * 2


@pytest.mark.django_db
def test_who_stops_listening_stops_the_work():
    taken = []
    running = spread(SCHOOLS, taken.append, jobs=2)
    next(running)
    running.close()
    number = len(taken)
    assert threading.active_count() == len(threading.enumerate())
    assert len(taken) == number


@pytest.mark.django_db
def test_a_fault_of_one_school_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(loops.time, "sleep", lambda seconds: pytest.fail("waited"))

    def work(school):
        raise OperationalError("the disk is full")

    assert [str(error) for _school, error in spread(SCHOOLS[:1], work, jobs=1)] == ["the disk is full"]


@pytest.mark.django_db
def test_nobody_is_no_work():
    assert list(spread([], lambda school: None, jobs=2)) == []

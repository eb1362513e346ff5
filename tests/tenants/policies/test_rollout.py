"""Putting a required module in place in many schools, slice after slice."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tenants.errors import Conflict
from tenants.policies import rollout
from tenants.policies.models import Policy, Rollout
from tenants.schemas import engine
from tenants.schemas.models import InstalledApp

pytestmark = pytest.mark.django_db


@pytest.fixture
def required(lycee_a, college_b):
    """The canteen, required everywhere and gone from both schools."""
    for establishment in (lycee_a, college_b):
        engine.purge(establishment, "dummy")
    Policy.objects.create(module="dummy", effect="require")
    rollout.plan("dummy", [lycee_a.uai, college_b.uai])
    return lycee_a, college_b


def states():
    return dict(Rollout.objects.values_list("uai", "state"))


def slices(monkeypatch):
    sent = []
    monkeypatch.setattr("tenants.policies.tasks.put_in_place.delay", lambda *args: sent.append(args))
    return sent


def test_one_task_takes_many_schools(required):
    assert rollout.put_in_place("dummy", [school.uai for school in required]) == []
    assert set(states().values()) == {"done"}
    assert all("dummy" in engine.installed_labels(school.uai) for school in required)


def test_schools_are_sent_in_slices(monkeypatch):
    sent = slices(monkeypatch)
    rollout.send("news", [f"{n:07d}A" for n in range(250)])
    assert [len(uais) for _module, uais in sent] == [100, 100, 50]


def test_what_is_there_costs_no_query_of_its_own(required):
    lycee, college = required
    for school in required:
        engine.install(school, ["dummy"])
    with CaptureQueriesContext(connection) as one:
        rollout.put_in_place("dummy", [lycee.uai])
    Rollout.objects.update(state="waiting")
    with CaptureQueriesContext(connection) as both:
        rollout.put_in_place("dummy", [lycee.uai, college.uai])
    assert len(one) == len(both)
    assert set(states().values()) == {"done"}


def test_a_failing_school_is_noted_and_the_others_go_on(required, monkeypatch):
    lycee, college = required
    real = engine.install

    def install(establishment, labels):
        if establishment.uai == college.uai:
            raise OperationalError("the disk is full")
        real(establishment, labels)

    monkeypatch.setattr(engine, "install", install)
    rollout.put_in_place("dummy", [lycee.uai, college.uai])
    assert states() == {lycee.uai: "done", college.uai: "failed"}
    assert "the disk is full" in Rollout.objects.get(uai=college.uai).error


def test_a_busy_school_is_given_back(required, monkeypatch):
    lycee, college = required
    real = engine.install

    def install(establishment, labels):
        if establishment.uai == lycee.uai:
            raise Conflict("schema-busy", "Occupé.")
        real(establishment, labels)

    monkeypatch.setattr(engine, "install", install)
    assert rollout.put_in_place("dummy", [lycee.uai, college.uai]) == [lycee.uai]
    assert states() == {lycee.uai: "waiting", college.uai: "done"}


def test_a_busy_school_is_taken_again(required, monkeypatch):
    from tenants.policies.tasks import put_in_place

    lycee, college = required
    again = []
    monkeypatch.setattr(rollout, "put_in_place", lambda module, uais: [lycee.uai])
    monkeypatch.setattr(put_in_place, "retry", lambda **options: again.append(options["args"]) or RuntimeError)
    with pytest.raises(RuntimeError):
        put_in_place("dummy", [lycee.uai, college.uai])
    assert again == [("dummy", [lycee.uai])]


def test_a_school_that_is_no_longer_open_is_forgotten(required):
    lycee, college = required
    type(lycee).objects.filter(pk=lycee.pk).update(lifecycle="archived")
    rollout.put_in_place("dummy", [lycee.uai, college.uai])
    assert states() == {college.uai: "done"}


def test_a_module_that_is_gone_is_forgotten(lycee_a):
    rollout.plan("gone", [lycee_a.uai])
    rollout.put_in_place("gone", [lycee_a.uai])
    assert not Rollout.objects.exists()


def test_what_a_killed_task_did_without_saying_so_is_noted(required):
    engine.install(required[0], ["dummy"])
    rollout.ensure()
    assert states() == {required[0].uai: "done", required[1].uai: "waiting"}


def test_tables_that_were_never_made_are_missing(required):
    InstalledApp.objects.create(uai=required[0].uai, app_label="dummy", version="e3b0c44298fc1c14", state="failed")
    assert required[0].uai in rollout.missing()["dummy"]

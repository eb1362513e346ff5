"""Scheduled jobs reach the schools where their module is on, and no other."""

import pytest
from django.conf import settings

from config.celery import app
from core.modules import jobs, registry
from core.modules.models import ModuleChoice
from core.modules.tasks import run_job
from tenants.schemas.context import school
from tenants.schemas.loops import each_school

pytestmark = pytest.mark.django_db


def test_every_job_of_a_manifest_is_scheduled():
    wanted = {f"{m.slug}.{j.slug}" for m in registry.manifests().values() for j in m.jobs}
    assert wanted <= set(app.conf.beat_schedule)


def test_an_unknown_job_is_an_error():
    with pytest.raises(KeyError, match="no job"):
        jobs.find(settings.CORE_MANIFESTS[0].rpartition(".")[2], "lunch")


def test_a_job_is_not_wanted_where_its_module_is_off(lycee_a):
    manifest = next(iter(registry.modules().values()))
    with school(lycee_a):
        ModuleChoice.objects.filter(slug=manifest.slug).update(enabled=False)
        assert not jobs.is_wanted(manifest)


def test_a_job_runs_in_the_school_where_its_module_is_on(lycee_a):
    with school(lycee_a):
        for manifest in registry.modules().values():
            for job in manifest.jobs:
                run_job(manifest.slug, job.slug)


def test_one_schools_failure_does_not_hold_up_the_others(lycee_a, college_b):
    seen = []

    def work() -> None:
        from tenants.schemas.context import current_uai

        seen.append(current_uai())
        if current_uai() == college_b.uai:
            raise ZeroDivisionError

    tour = each_school(work, uais=[college_b.uai, lycee_a.uai], name="test")
    assert (tour.done, tour.failed) == ([lycee_a.uai], {college_b.uai: "ZeroDivisionError"})
    assert seen == [college_b.uai, lycee_a.uai]

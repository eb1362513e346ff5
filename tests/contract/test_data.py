"""What a module does with people's data, its demo, its widgets and its jobs."""

import json
import random

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from django.utils.module_loading import import_string

from core.modules.state import Modules
from core.people.choices import Role
from core.people.models import Person
from tenants.schemas.context import school
from tests.contract.helpers import suited
from tests.factories import make_class, make_guardian, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(module, lycee_a, college_b):
    return suited(module, lycee_a, college_b)


@pytest.fixture
def crowd(place):
    """One person of each role, a class, and a family: what demo data find."""
    people = {role: make_person(place, role) for role in Role.values}
    make_class(place, "", people["pupil"])
    make_guardian(place, people["pupil"], people["guardian"])
    return people


def run_demo(module, place, seed=1):
    if not module.demo:
        pytest.skip("no demo data")
    import_string(module.demo)(place, random.Random(seed))  # noqa: S311 -- demo data


def counts(module):
    models = apps.get_app_config(module.slug).get_models(include_auto_created=True)
    return {model._meta.label: model.objects.count() for model in models}


def naming(module, person):
    """The rows of the module that refer to the person."""
    for model in apps.get_app_config(module.slug).get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model is Person:
                yield from model.objects.filter(**{field.name: person})


def test_demo_makes_something(module, place, crowd):
    with school(place):
        run_demo(module, place)
        assert any(counts(module).values())


def test_demo_runs_twice_without_doubling(module, place, crowd):
    with school(place):
        run_demo(module, place)
        before = counts(module)
        run_demo(module, place)
        assert counts(module) == before


def test_export_is_plain_data(module, place, crowd):
    if not module.export_person:
        pytest.skip("no personal data")
    with school(place):
        run_demo(module, place)
        for person in crowd.values():
            assert isinstance(json.loads(json.dumps(import_string(module.export_person)(person))), dict)


def test_erasing_leaves_no_row_that_names_the_person(module, place, crowd):
    if not module.erase_person:
        pytest.skip("no personal data")
    with school(place):
        run_demo(module, place)
        for person in crowd.values():
            touched = import_string(module.erase_person)(person, actor=None)
            assert isinstance(touched, int)
            assert list(naming(module, person)) == []


def test_erasing_leaves_others_alone(module, place, crowd):
    if not module.erase_person:
        pytest.skip("no personal data")
    with school(place):
        run_demo(module, place)
        stranger = make_person(place, "teacher")
        before = counts(module)
        import_string(module.erase_person)(stranger, actor=None)
        assert counts(module) == before


def test_jobs_run_twice(module, place, crowd):
    with school(place):
        for job in [*module.jobs, *module.jobs]:
            import_string(job.task)()


def test_banner_is_a_list_for_anybody(module, place, crowd, viewer_request):
    if not module.banner:
        pytest.skip("no banner")
    with school(place):
        for role in Role.values:
            assert isinstance(import_string(module.banner)(viewer_request(place, role)), list)


def test_every_area_exports_plain_data(manifest, lycee_a):
    if not manifest.export_person:
        pytest.skip("no personal data")
    person = make_person(lycee_a, "teacher")
    with school(lycee_a):
        assert isinstance(json.loads(json.dumps(import_string(manifest.export_person)(person))), dict)


def test_every_audience_answers_for_what_is_gone(module, place, crowd):
    """An event outlives what it tells of: its audience is then nobody, and never an error."""
    from core.notifications import rules
    from core.notifications.expansion import recipients_of
    from core.notifications.models import Event

    with school(place):
        modules = Modules(place)
        for kind in module.notifications:
            rule = rules.rule_of(modules, f"{module.slug}.{kind.slug}")
            event = Event(kind=rule.code, importance=rule.importance, data={key: 0 for key in kind.sample})
            assert recipients_of(event, rule).pairs() == []

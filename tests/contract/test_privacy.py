"""What every manifest owes to the people whose data it holds."""

import json
import random
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from core.modules.state import Modules
from core.people.choices import Role
from core.permissions.viewer import viewer_as
from core.privacy.exporting.gathering import areas
from core.privacy.exporting.telling import called, told
from core.privacy.register import lines
from core.privacy.services.erasing import preview
from core.privacy.terms import terms
from tenants.schemas.context import school
from tests.contract.helpers import suited
from tests.factories import make_class, make_guardian, make_person

pytestmark = pytest.mark.django_db
OTHER_ADDRESS, OTHER_PHONE, OTHER_EMAIL = "9 rue Haute", "0633333333", "pere@example.org"


@pytest.fixture
def place(manifest, lycee_a, college_b):
    if not manifest.personal_models:
        pytest.skip("no personal data")
    return suited(manifest, lycee_a, college_b)


@pytest.fixture
def crowd(place):
    """A person of each role; the pupil's parents are separated, he lives with his mother."""
    people = {role: make_person(place, role) for role in Role.values if role not in ("pupil", "guardian")}
    people["pupil"] = make_person(place, "pupil", address="1 rue du Puits")
    people["guardian"] = make_person(place, "guardian", address="1 rue du Puits")
    people["father"] = make_person(
        place, "guardian", address=OTHER_ADDRESS, phone=OTHER_PHONE, email=OTHER_EMAIL
    )
    make_class(place, "", people["pupil"])
    for one in ("guardian", "father"):
        make_guardian(place, people["pupil"], people[one])
    return people


@pytest.fixture
def full(manifest, place, crowd):
    if manifest.demo:
        with school(place):
            import_string(manifest.demo)(place, random.Random(1))  # noqa: S311 -- demo data
    return crowd


def keys_in(value):
    if isinstance(value, dict):
        return set(value) | {key for item in value.values() for key in keys_in(item)}
    if isinstance(value, list):
        return {key for item in value for key in keys_in(item)}
    return set()


def test_every_retention_finds_rows_that_are_past_their_time(manifest, place, full):
    with school(place):
        for term in terms(Modules(place)):
            if term.manifest is manifest and term.rule.expired:
                found = term.expired(timezone.now() - timedelta(days=30))
                assert isinstance(found, QuerySet)
                assert found.model is apps.get_model(term.model)
                found.order_by("pk").count()


def test_erasing_what_is_past_its_time_leaves_none_of_it(manifest, place, full):
    """A century later everything that ends with time is over; erased in batches, it is gone."""
    with school(place):
        limit = timezone.now() + timedelta(days=36500)
        for term in terms(Modules(place)):
            if term.manifest is not manifest or not term.rule.expired:
                continue
            rows = term.expired(limit)
            if term.rule.erase:
                import_string(term.rule.erase)(apps.get_model(term.model).objects.filter(pk__in=rows.values("pk")))
            else:
                apps.get_model(term.model).objects.filter(pk__in=rows.values("pk")).delete()
            assert not term.expired(limit).exists()


def test_the_exports_keys_are_said_in_french(manifest, place, full):
    with school(place):
        for person in full.values():
            data = import_string(manifest.export_person)(person) if manifest.export_person else {}
            assert keys_in(data) <= set(manifest.export_labels)
            assert told(data, manifest.export_labels)
    for key, label in manifest.export_labels.items():
        assert called(key, manifest.export_labels) == str(label) != key


def test_a_guardian_learns_nothing_of_the_other_ones_address(manifest, place, full):
    """Neither in their own export nor in the child's."""
    with school(place):
        viewer = viewer_as(full["guardian"], place)
        for person in (full["guardian"], full["pupil"]):
            said = json.dumps([area.data for area in areas(viewer, person)], ensure_ascii=False, default=str)
            for secret in (OTHER_ADDRESS, OTHER_PHONE, OTHER_EMAIL):
                assert secret not in said


def test_the_other_guardian_does_not_learn_where_the_child_lives(manifest, place, full):
    with school(place):
        said = [area.data for area in areas(viewer_as(full["father"], place), full["pupil"])]
        assert "1 rue du Puits" not in json.dumps(said, ensure_ascii=False, default=str)


def test_it_stands_in_the_register(manifest, place):
    with school(place):
        line = next(line for line in lines(Modules(place)) if line.slug == manifest.slug)
    assert line.processing is manifest.processing
    assert len(line.durations) == len(manifest.retention)
    assert all(duration.how_long for duration in line.durations)


def test_erasing_is_shown_before_it_is_done(manifest, place, full):
    with school(place):
        for person in full.values():
            losses = {loss.manifest.slug: loss for loss in preview(person)}
            assert all(loss.rows is None or loss.rows > 0 for loss in losses.values())
        assert {loss for loss in losses} <= {slug for slug in Modules(place).states}

"""Parts of the first page: what each may cost, and that it stands alone for everybody it is made for."""

import random
import time

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from core.dashboard.arrangement import arrangement_of
from core.people.choices import Role
from tenants.schemas.context import school
from tests.contract.helpers import suited
from tests.factories import make_class, make_guardian, make_person

pytestmark = pytest.mark.django_db
QUERIES = 10
SECONDS = 0.4  # of this process's own work, so that a busy machine fails nobody


@pytest.fixture
def place(manifest, lycee_a, college_b):
    return suited(manifest, lycee_a, college_b)


@pytest.fixture
def crowd(manifest, place):
    """One person of each role and a family, among what the demo data lay out."""
    people = {role: make_person(place, role, account=True) for role in Role.values}
    make_class(place, "", people["pupil"])
    make_guardian(place, people["pupil"], people["guardian"])
    if manifest.demo and not manifest.core:
        with school(place):
            import_string(manifest.demo)(place, random.Random(1))  # noqa: S311 -- demo data
    return people


def test_each_widget_is_made_within_its_budget(manifest, place, crowd, viewer_request):
    for widget in manifest.widgets:
        for role in (*widget.roles, *widget.on_request):
            with school(place), CaptureQueriesContext(connection) as queries:
                request = viewer_request(place, role)
                assert request.viewer.can(widget.permission), (widget.slug, role)
                begun, before = time.process_time(), len(queries)
                context = import_string(widget.render)(request)
                if context is not None:
                    assert render_to_string(widget.template, context, request=request).strip()
                spent = time.process_time() - begun
            assert len(queries) - before <= QUERIES, [q["sql"] for q in queries.captured_queries[before:]]
            assert spent <= SECONDS, (widget.slug, role)


def test_each_widget_stands_alone(manifest, place, crowd):
    from tests.signing import signed_in_client

    for widget in manifest.widgets:
        for role in (*widget.roles, *widget.on_request):
            client = signed_in_client(place, crowd[role])
            url = f"/accueil/parties/{manifest.slug}/{widget.slug}/"
            page, fragment = client.get(url), client.get(url, headers={"hx-request": "true"})
            assert (page.status_code, fragment.status_code) == (200, 200), (url, role)
            assert "n’a pas répondu" not in page.content.decode(), (url, role)
            assert "<html" not in fragment.content.decode()


def test_widgets_are_hidden_from_all_others(manifest, place, crowd):
    from tests.signing import signed_in_client

    for widget in manifest.widgets:
        for role in set(Role.values) - {*widget.roles, *widget.on_request}:
            client = signed_in_client(place, crowd[role])
            assert client.get(f"/accueil/parties/{manifest.slug}/{widget.slug}/").status_code == 404, role


def test_widgets_stand_on_the_page_from_the_start(manifest, place, viewer_request):
    for widget in manifest.widgets:
        usual = not widget.school_types or place.type in widget.school_types
        for role in (*widget.roles, *widget.on_request):
            with school(place):
                shown = [offer.slug for offer in arrangement_of(viewer_request(place, role).viewer).shown]
            assert (f"{manifest.slug}.{widget.slug}" in shown) == (usual and role in widget.roles)

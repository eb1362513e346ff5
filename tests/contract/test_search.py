"""What every manifest lets people find: exactly what they may see, said in words, kept up with the rows."""

import random

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from core.people.choices import Role
from core.search import services
from core.search.kinds import everything
from core.search.models import IndexEntry
from core.search.selectors import find, find_kind
from core.search.text import words_of
from tenants.schemas.context import school
from tests.contract.helpers import suited
from tests.factories import make_class, make_guardian, make_person

pytestmark = pytest.mark.django_db
# Of one kind: the finds, and what their lines are made from.
QUERIES = 10


@pytest.fixture
def place(manifest, lycee_a, college_b):
    if not manifest.search:
        pytest.skip("nothing to be found")
    return suited(manifest, lycee_a, college_b)


@pytest.fixture
def full(manifest, place):
    """A person of each role, a class, a family, and the demo data of the module."""
    people = {role: make_person(place, role) for role in Role.values}
    make_class(place, "", people["pupil"])
    make_guardian(place, people["pupil"], people["guardian"])
    if manifest.demo:
        with school(place):
            import_string(manifest.demo)(place, random.Random(1))  # noqa: S311 -- demo data
    return people


def kinds_of(manifest):
    return [kind for kind in everything().values() if kind.key.startswith(f"{manifest.slug}.")]


def titles(kind, viewer):
    """Words that some row of the kind holds, whoever may see it."""
    if kind.declared.is_indexed:
        return list(IndexEntry.objects.filter(kind=kind.key).values_list("title", flat=True)[:20])
    visible = import_string(kind.declared.visible)(viewer)
    return [hit.title for hit in import_string(kind.declared.shown)(viewer, list(visible[:5]))]


def test_everyone_finds_only_what_they_may_see(manifest, place, full, viewer_request):
    with school(place):
        everybody = viewer_request(place, *Role.values).viewer
        searched = {kind.key: {w for t in titles(kind, everybody) for w in words_of(t)} for kind in kinds_of(manifest)}
        for role in Role.values:
            viewer = viewer_request(place, role).viewer
            for kind in kinds_of(manifest):
                visible = set(import_string(kind.declared.visible)(viewer).order_by().values_list("pk", flat=True))
                for word in searched[kind.key]:
                    assert {hit.pk for hit in find_kind(viewer, kind, [word], limit=500).hits} <= visible


def test_what_may_be_seen_is_found_by_its_title(manifest, place, full, viewer_request):
    with school(place):
        viewer = viewer_request(place, *Role.values).viewer
        for kind in kinds_of(manifest):
            if not kind.declared.is_indexed:
                continue
            pks = import_string(kind.declared.visible)(viewer).order_by().values_list("pk", flat=True)
            for entry in IndexEntry.objects.filter(kind=kind.key, object_id__in=pks)[:10]:
                hits = find_kind(viewer, kind, words_of(entry.title), limit=50).hits
                assert entry.object_id in {hit.pk for hit in hits}


def test_strangers_see_nothing_to_find(manifest, place, full, viewer_request):
    with school(place):
        viewer = viewer_request(place).viewer
        viewer.person = None
        viewer.roles = frozenset()
        for kind in kinds_of(manifest):
            assert not import_string(kind.declared.visible)(viewer).exists()
            assert find(viewer, ["a"], limit=5) == []


def test_services_keep_the_index_up(manifest, place, full):
    """After the demo, which goes through the services, there is nothing left to write."""
    with school(place):
        for kind in kinds_of(manifest):
            if kind.declared.is_indexed:
                assert services.reconcile(kind.key) == 0


def test_rows_that_are_gone_leave_the_index(manifest, place, full):
    with school(place):
        for kind in kinds_of(manifest):
            if kind.declared.is_indexed:
                apps.get_model(kind.declared.model).objects.all().delete()
                services.reconcile(kind.key)
                assert not IndexEntry.objects.filter(kind=kind.key).exists()


def test_finding_takes_the_same_queries_for_one_and_for_many(manifest, place, full, viewer_request):
    with school(place):
        viewer = viewer_request(place, *Role.values).viewer
        assert viewer.codes
        for kind in kinds_of(manifest):
            for title in titles(kind, viewer)[:3]:
                for limit in (1, 50):
                    with CaptureQueriesContext(connection) as queries:
                        find_kind(viewer, kind, words_of(title)[:1], limit=limit)
                    assert len(queries) <= QUERIES, [query["sql"] for query in queries]

"""Cache entries and stored files carry the school."""

import pytest
from django.core.cache import cache

from tenants.schemas.context import school

pytestmark = pytest.mark.django_db


def test_two_schools_do_not_share_a_cache_entry(lycee_a, college_b):
    with school(lycee_a):
        cache.set("menu", "quiche")
    with school(college_b):
        assert cache.get("menu") is None


def test_every_key_in_redis_names_its_schema(lycee_a):
    with school(lycee_a):
        cache.set("menu", "quiche")
        assert cache.make_key("menu").split(":")[1] == lycee_a.schema_name


def test_the_front_door_does_not_read_a_schools_entry(lycee_a):
    with school(lycee_a):
        cache.set("menu", "quiche")
    assert cache.get("menu") is None

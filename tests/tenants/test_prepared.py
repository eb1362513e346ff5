"""Statements that are made once a process and used with other values."""

import pytest
from django.db.models import Q

from core.people.models import Person
from tenants.prepared import Among, Written, prepared
from tenants.schemas.context import school
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(lycee_a):
    return [make_person(lycee_a, "pupil", last_name=name) for name in ("Aubry", "Blaise", "Colin")]


@pytest.fixture
def keys_named():
    made = []

    @prepared
    def keys(names):
        made.append(names)
        return Person.objects.filter(Among("last_name", names)).values("pk")

    return keys, made


def found(condition):
    return [*Person.objects.filter(condition).order_by("last_name").values_list("last_name", flat=True)]


def test_each_use_has_its_own_values(lycee_a, three, keys_named):
    keys, made = keys_named
    with school(lycee_a):
        assert found(Q(pk__in=keys(names=["Aubry", "Colin"]))) == ["Aubry", "Colin"]
        assert found(Q(pk__in=keys(names=["Blaise"]))) == ["Blaise"]
    assert len(made) == 1


def test_two_uses_in_one_statement_do_not_mix(lycee_a, three, keys_named):
    keys, _made = keys_named
    with school(lycee_a):
        assert found(Q(pk__in=keys(names=["Aubry"])) | Q(pk__in=keys(names=["Colin"]))) == ["Aubry", "Colin"]


def test_no_value_finds_nothing(lycee_a, three, keys_named):
    keys, _made = keys_named
    with school(lycee_a):
        assert found(Q(pk__in=keys(names=[]))) == []


def test_the_same_statement_serves_every_school(lycee_a, college_b, three, keys_named):
    keys, _made = keys_named
    with school(lycee_a):
        assert len(keys(names=["Aubry"]).rows()) == 1
    with school(college_b):
        assert keys(names=["Aubry"]).rows() == []


def test_a_value_that_is_missing_is_refused(lycee_a, keys_named):
    keys, _made = keys_named
    with school(lycee_a), pytest.raises(KeyError):
        keys()


def test_a_written_condition_follows_its_column_into_a_nested_statement(lycee_a, three):
    later = Person.objects.filter(Written("{0} > %s", "last_name", values=["B"]))
    with school(lycee_a):
        assert found(Q(pk__in=later.values("pk"), last_name__in=["Aubry", "Colin"])) == ["Colin"]


def test_an_or_that_is_written_does_not_reach_beyond(lycee_a, three):
    either = Written("{0} = %s OR {0} = %s", "last_name", values=["Aubry", "Blaise"])
    with school(lycee_a):
        assert found(Q(last_name="Colin") & Q(either)) == []
        assert found(~Q(either)) == ["Colin"]

import pytest

from tenants.errors import DomainError
from tenants.establishments import services
from tests.tenants.establishments.conftest import valid_uai

pytestmark = pytest.mark.django_db
FACTS = {"name": "COLLEGE NEUF", "type": "college", "sector": "public", "commune": "METZ"}


def register(**facts: str):
    return services.register(facts={"uai": valid_uai(9001), **FACTS, **facts}, actor=None)


def test_a_school_added_by_hand_follows_the_rules_of_the_directory():
    made = register()
    assert (made.display_name, made.slug, made.lifecycle) == ("Collège Neuf", "college-neuf", "known")


def test_a_wrong_letter_is_refused_with_the_right_one():
    with pytest.raises(DomainError) as refusal:
        register(uai="0679001Z")
    assert valid_uai(9001) in refusal.value.message


def test_a_known_school_is_not_added_twice():
    register()
    with pytest.raises(DomainError) as refusal:
        register()
    assert "uai" in refusal.value.fields

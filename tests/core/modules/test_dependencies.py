"""A module that stands on another: on together, off together."""

from dataclasses import replace

import pytest

from core.errors import DomainError
from core.modules import registry, services
from core.modules.state import Modules, settle
from tenants.policies.models import Policy
from tenants.schemas.context import region

pytestmark = pytest.mark.django_db


@pytest.fixture
def news_on_dummy(monkeypatch):
    """As if `news` stood on the canteen."""
    real = registry.manifests()
    changed = {
        **real,
        "news": replace(real["news"], depends_on=("dummy",), school_types=("college", "lycee")),
    }
    monkeypatch.setattr(registry, "manifests", lambda: changed)


def switch(establishment, slug, *, on):
    return services.change(establishment, {slug: {"enabled": on}}, actor=None)


def test_switching_on_brings_what_it_stands_on(inside, news_on_dummy):
    switch(inside, "dummy", on=False)
    switch(inside, "news", on=True)
    assert Modules(inside)["dummy"].enabled


def test_switching_off_takes_what_stands_on_it(inside, news_on_dummy):
    diff, _proposal = services.propose(Modules(inside), {"dummy": {"enabled": False}})
    assert {line.module for line in diff.lines} == {"Actualités", "Cantine d’essai"}


def test_undo_brings_both_back(inside, news_on_dummy):
    services.undo(inside, switch(inside, "dummy", on=False), actor=None)
    assert Modules(inside)["news"].enabled


def test_required_module_requires_what_it_stands_on(inside, news_on_dummy):
    with region():
        Policy.objects.create(module="news", effect="require")
    with pytest.raises(DomainError, match="impose"):
        switch(inside, "dummy", on=False)


def test_forbidden_ground_takes_the_module_with_it(inside, news_on_dummy):
    with region():
        Policy.objects.create(module="dummy", effect="forbid")
    assert not Modules(inside)["news"].enabled


def test_settling_changes_nothing_without_dependencies(inside):
    states = Modules(inside).states
    assert settle(states) == states

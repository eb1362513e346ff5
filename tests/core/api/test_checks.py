"""A manifest that offers something to programs and is broken in its way is found."""

from dataclasses import replace

import pytest

from core.modules import registry
from core.modules.checks import api, problems
from core.modules.checks.common import Subject
from core.modules.contract import Callout, Scope
from tenants.api import operations

DUMMY = registry.get("dummy")
CALLOUT = DUMMY.webhooks[0]


def found(manifest, slug="dummy"):
    return {problem.id.removeprefix("modules.") for problem in problems(Subject(manifest, registry.packages()[slug]))}


BROKEN = [
    ("E118", {"scopes": (*DUMMY.scopes, DUMMY.scopes[0])}),
    ("E118", {"scopes": (replace(DUMMY.scopes[0], label=" "), DUMMY.scopes[1])}),
    ("E118", {"scopes": (replace(DUMMY.scopes[0], permissions=("fly",)), DUMMY.scopes[1])}),
    ("E118", {"scopes": (*DUMMY.scopes, Scope(slug="unused", label="Rien"))}),
    ("E118", {"scopes": DUMMY.scopes[:1]}),
    ("E118", {"api": "tests.contract.dummy.nothing"}),
    ("E118", {"api": "tests.contract.dummy.rules"}),
    ("E118", {"permissions": DUMMY.permissions[:1]}),
    ("E125", {"webhooks": (CALLOUT, CALLOUT)}),
    ("E125", {"webhooks": (replace(CALLOUT, kind="nothing"),)}),
    ("E125", {"webhooks": (replace(CALLOUT, label=""),)}),
    ("E125", {"webhooks": (Callout(kind="planned", label="x", address="nowhere/{id}"),)}),
]


@pytest.mark.parametrize(("code", "fields"), BROKEN)
def test_broken_manifest_is_found(code, fields):
    assert code in found(replace(DUMMY, **fields))


def test_view_without_operation_is_found(monkeypatch):
    monkeypatch.setattr(api, "operations_of", lambda view: {})
    assert "E118" in found(registry.get("api"), "api")


def test_writing_with_a_scope_that_reads_is_found(monkeypatch):
    real = operations.operations_of

    def slipped(view):
        return {method: replace(declared, scope="dummy.read") for method, declared in real(view).items()}

    monkeypatch.setattr(api, "operations_of", slipped)
    assert "E118" in found(registry.get("api"), "api")


def test_two_operations_of_one_name_are_found(monkeypatch):
    real = operations.operations_of
    monkeypatch.setattr(
        api, "operations_of", lambda view: {method: replace(o, name="one") for method, o in real(view).items()}
    )
    assert "E118" in found(registry.get("api"), "api")


def test_what_this_installation_offers_holds():
    assert found(registry.get("api"), "api") == found(DUMMY) == found(registry.get("news"), "news") == set()

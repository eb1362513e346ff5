"""Every operation of both descriptions, called as it allows and as it does not, as each role: no mistake of ours, and
no answer that the description does not tell.

Deterministic: what is generated depends on the description alone. Each call is undone before the next.
"""

from contextlib import suppress
from functools import cache

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi import checks as openapi_checks

from core.api.endpoints.general import described
from tenants.api.endpoints import _described as described_region
from tests.isolation.world import region_world, school_world

# One worker runs them all: what is sent is generated once.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("conformance")]

EXAMPLES = 5
load_all_checks()
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
REFUSING = [*CHECKS, openapi_checks.negative_data_rejection]
# What a path's parameter may name in the school, beside what is generated.
REAL = {
    "/api/v1/people/{id}": "pupil", "/api/v1/classes/{id}": "class", "/api/v1/groups/{id}": "group",
    "/api/v1/webhooks/{id}": "webhook", "/api/v1/news/articles/{id}": "published",
    "/api/v1/liaison/notes/{id}": "note", "/api/v1/liaison/notes/{id}/publish": "note_draft",
    "/api/v1/liaison/received/{id}/answer": "copy", "/api/v1/liaison/words/{id}": "word",
    "/api/v1/liaison/words/{id}/treat": "word",
    "/api/v1/news/articles/{id}/submit": "draft", "/api/v1/news/articles/{id}/publish": "submitted",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _no_limit(settings):
    settings.API_PER_MINUTE = settings.API_STRANGERS_PER_MINUTE = 10**9
    settings.LOGGING_CONFIG = None


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """A request line for each of thousands of calls would only slow them."""
    caplog.set_level("CRITICAL")


@cache
def cases(side):
    """What is sent: (case, checks), right and wrong values of every operation, the same for every role."""
    schema = schemathesis.openapi.from_dict(described() if side == "school" else described_region())
    schema.app = get_wsgi_application()
    found = []
    for result in schema.get_all_operations():
        found += [(case, CHECKS) for case in generated(result.ok(), GenerationMode.POSITIVE)]
        found += [(case, REFUSING) for case in generated(result.ok(), GenerationMode.NEGATIVE)]
    return found


def generated(operation, mode):
    found = []

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(mode))
    def collect(case):
        found.append(case)

    with suppress(Unsatisfiable):  # an operation that takes nothing cannot be given anything wrong
        collect()
    return found


def call_everything(side, host, client, ids):
    headers = {"Authorization": client.defaults["HTTP_AUTHORIZATION"], "Accept-Encoding": "identity"}
    for number, (case, checks) in enumerate(cases(side)):
        made_up = case.path_parameters
        if number % 2 and checks is CHECKS:  # every other time, of what is really there
            case.path_parameters = {**made_up, **ids(case.operation.path)}
        with transaction.atomic():
            response = case.call(base_url=f"http://{host}", headers=headers)
            transaction.set_rollback(True)
        case.validate_response(response, checks=checks)
        case.path_parameters = made_up


def test_every_operation_is_called():
    for side, description in (("school", described()), ("region", described_region())):
        called = {(case.operation.path, case.operation.method.upper()) for case, _checks in cases(side)}
        assert called == {(path, name.upper()) for path, methods in description["paths"].items() for name in methods}


@pytest.mark.parametrize("letter", "pgtmd")
def test_school_answers_each_role_as_it_is_described(letter, lycee_a, college_b):
    world = school_world(lycee_a, college_b)
    world.for_programs()
    objects = {"delivery": world.objects["delivery"]}

    def ids(path):
        own = REAL.get(path, "webhook" if "webhooks" in path else "published")
        return {name: objects.get(name, world.objects[own]) for name in ("id", "delivery") if f"{{{name}}}" in path}

    call_everything("school", f"{lycee_a.slug}.localhost", world.programs[letter], ids)


@pytest.mark.parametrize("letter", "rku")
def test_region_answers_each_role_as_it_is_described(letter, lycee_a):
    world = region_world(lycee_a)

    def ids(path):
        return {"uai": world.objects["uai"]} if "{uai}" in path else {}

    call_everything("region", "localhost", world.programs[letter], ids)

"""Every manifest in turn: core areas, the modules of this installation, and the canteen of the tests."""

from types import SimpleNamespace

import pytest

from core.modules import registry


def pytest_generate_tests(metafunc):
    if "manifest" in metafunc.fixturenames:
        everything = list(registry.manifests().values())
        metafunc.parametrize("manifest", everything, ids=[manifest.slug for manifest in everything])
    if "module" in metafunc.fixturenames:
        modules = list(registry.modules().values())
        metafunc.parametrize("module", modules, ids=[manifest.slug for manifest in modules])


@pytest.fixture
def viewer_request(db):
    """`viewer_request(school, "teacher")`: a request as core takes it, to be used standing in the school."""
    from django.test import RequestFactory

    from core.permissions.viewer import Viewer
    from tests.factories import make_person

    def make(establishment, *roles):
        request = RequestFactory().get("/")
        request.school = establishment
        person = make_person(establishment, *roles)
        request.user = SimpleNamespace(is_authenticated=True, pk=0)
        request.viewer = Viewer(request)
        request.viewer.person = person
        return request

    return make

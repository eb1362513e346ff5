"""Every manifest in turn: core areas, the modules of this installation, and the canteen of the tests."""

from core.modules import registry


def pytest_generate_tests(metafunc):
    if "manifest" in metafunc.fixturenames:
        everything = list(registry.manifests().values())
        metafunc.parametrize("manifest", everything, ids=[manifest.slug for manifest in everything])
    if "module" in metafunc.fixturenames:
        modules = list(registry.modules().values())
        metafunc.parametrize("module", modules, ids=[manifest.slug for manifest in modules])

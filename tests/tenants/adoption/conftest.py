from tests.tenants.portal.conftest import regional, row, visitor  # noqa: F401 -- fixtures

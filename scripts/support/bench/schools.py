"""scripts/bench schools: the whole measure, in order."""

import argparse
import json
import tempfile
import time
from pathlib import Path

from scripts.support.bench import living, lonely, making, report, run, upgrading
from scripts.support.bench.cluster import cluster
from scripts.support.terminal import Stop, say


def main(options: argparse.Namespace, data: Path) -> int:
    """Returns 1 when a part could not be measured."""
    directory = _directory(options, data)
    output = options.output or data / "bench-schools.json"
    begun = time.monotonic()
    say("Démarrage d’une base neuve, avec la durabilité ordinaire…")
    with cluster(data / "bench", keep=options.keep) as server, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        bench = run.Bench(server, Path(folder), quick=options.quick)
        bench.report.raw["machine"] = report.machine(server.settings())
        run.prepare(server)
        bench.uais = run.load(directory, bench.folder, limit=options.limit or (run.QUICK if options.quick else 0))
        say(f"{len(bench.uais)} établissements publics.")
        chosen = set(options.only.split(",")) if options.only else None
        for name, work in parts():
            if chosen is None or name in chosen or name == "création":
                bench.part(name, lambda work=work: work(bench))
                bench.report.write(output)
        bench.report.raw["minutes"] = round((time.monotonic() - begun) / 60, 1)
        bench.report.write(output)
    print(bench.report.table(), flush=True)
    say(f"\n{(time.monotonic() - begun) / 60:.0f} min. Toutes les valeurs : {output}")
    return 1 if bench.report.mishaps else 0


def parts() -> list[tuple[str, object]]:
    """Name and work of each part, in the order in which they run."""
    return [
        ("création", making.measure),
        ("poids", lonely.weight),
        ("rien", upgrading.nothing),
        ("migrations", upgrading.migrations),
        ("module", living.module),
        ("console", living.console),
        ("requêtes", living.requests),
        ("rôles", living.many_roles),
        ("mémoire", living.memory),
        ("un-seul", lonely.one_school),
        ("arrêt", lonely.crash),
    ]


def show(path: Path) -> int:
    """The table of a former run."""
    content = json.loads(path.read_text(encoding="utf-8"))
    figures = [
        report.Figure(**{name: value for name, value in figure.items() if name != "reached"})
        for figure in content["figures"]
    ]
    print(report.Report(figures, content["raw"], content["mishaps"]).table())
    return 0


def _directory(options: argparse.Namespace, data: Path) -> Path | None:
    """The list of schools: the one given, else one in the data folder, else none for a quick run."""
    if options.directory:
        if not options.directory.is_file():
            raise Stop(f"{options.directory} n’existe pas.", 2)
        return options.directory.resolve()
    kept = data / "etablissements.csv"
    if options.quick:
        return None
    if not kept.is_file():
        raise Stop(f"Donnez l’annuaire par --directory FICHIER, ou rangez-le dans {kept} ; ou essayez --quick.", 2)
    return kept

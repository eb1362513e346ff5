"""scripts/bench people: a generated AAF of 100,000 people over 100 schools, and the real one, imported and measured.

In one run, on one base: reading, applying, a plain COPY of the very rows that came of it into empty schools, the same
source again (known by its digest, and read anew), statements for two sizes of school, memory.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from scripts.support import paths
from scripts.support.bench import people_source, report, run
from scripts.support.bench.cluster import Cluster, cluster
from scripts.support.bench.report import Figure, Report
from scripts.support.terminal import say

TODAY = date(2026, 11, 2)
MB = 1024 * 1024
MOST_MB, LEAST_SHARE, MOST_AGAIN = 200, 1 / 3, 1 / 4
# What an import writes in a school, in an order in which a COPY finds what rows point to
TABLES = (
    "structure_schoolyear", "people_person", "people_guardianlink", "structure_schoolclass", "structure_group",
    "structure_group_classes", "structure_subject", "structure_classmembership", "structure_groupmembership",
    "structure_teachingservice", "imports_run", "imports_identity", "imports_change",
)  # fmt: skip
# And in the region, so that the same human in two schools has one account
_KNOWN = "uai, person_id, key_hash"
_WRITTEN = """
    SELECT coalesce(sum(n_tup_ins), 0), coalesce(sum(n_tup_upd), 0), coalesce(sum(n_tup_del), 0)
    FROM pg_stat_user_tables WHERE starts_with(schemaname, 'e_')
"""


def main(options: argparse.Namespace, data: Path) -> int:
    """Returns 1 when a goal is missed."""
    found = Report()
    say("Démarrage d’une base neuve…")
    with cluster(data / "people", keep=options.keep) as server, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        run.prepare(server)
        found.raw["machine"] = report.machine(server.settings())
        _whole(options, server, Path(folder), found)
        _two_sizes(Path(folder), found)
        if options.real:
            _real(options.real, Path(folder), found)
        if options.million:
            _million(options.million, Path(folder), found)
    output = options.output or data / "bench-people.json"
    found.write(output)
    print(_table(found), flush=True)
    say(f"\nToutes les valeurs : {output}")
    return int(any(figure.reached is False for figure in found.figures))


# --- one region -----------------------------------------------------------------------------------------
def _whole(options: argparse.Namespace, server: Cluster, folder: Path, found: Report) -> None:
    schools = people_source.invented_schools(options.schools)
    twins = people_source.invented_schools(options.schools * 2)[options.schools :]
    _open([school.uai for school in (*schools, *twins)])
    begun = time.perf_counter()
    written = people_source.write_export(folder / "aaf", people_source.Plan(options.people, schools))
    say(f"{written.people} personnes écrites en {time.perf_counter() - begun:.0f} s.")
    with server.admin() as admin:
        admin.execute("VACUUM ANALYZE")
    first, parts = _import(folder, "first")
    say(f"Lecture {first['reading']:.1f} s, application {first['applying']:.1f} s.")
    floor, processor, rows = _plain_copy([s.uai for s in schools], [s.uai for s in twins])
    first["copy_processor"] = processor
    say(f"COPY des mêmes {rows} lignes : {floor:.1f} s.")
    shutil.rmtree(parts)
    known = _known(folder, [s.uai for s in schools])
    parted, parts = _import(folder, "parted")
    shutil.rmtree(parts)
    _distrust([s.uai for s in schools])
    before = _counters(server)
    again, parts = _import(folder, "again")
    touched = [after - earlier for after, earlier in zip(_counters(server), before, strict=True)]
    shutil.rmtree(parts)
    again["parted"] = parted["applying"]
    _figures(found, first, again, known, floor, rows, written.people, touched)


def _figures(
    found: Report, first: dict[str, Any], again: dict[str, Any], known: float, floor: float, rows: int, people: int,
    touched: list[int],
) -> None:  # fmt: skip
    whole = first["reading"] + first["applying"]
    found.add(Figure("memory", f"Mémoire, {people} personnes", first["memory"] / MB, "MB", MOST_MB))
    found.add(
        Figure("throughput", "Application contre COPY", floor / first["applying"], "x", LEAST_SHARE, at_least=True,
               ours=first["applying"] * 1000, floor=floor * 1000, note=f"{rows} lignes")
    )  # fmt: skip
    found.add(
        Figure("throughput_processor", "Le même, en temps de processeur", first["copy_processor"] / first["processor"],
               "x", ours=first["processor"] * 1000, floor=first["copy_processor"] * 1000)
    )  # fmt: skip
    found.add(
        Figure("throughput_whole", "Lecture et application contre COPY", floor / whole, "x", ours=whole * 1000,
               floor=floor * 1000)
    )  # fmt: skip
    parted = again["parted"]
    found.add(
        Figure("again_parted", "Chaque établissement, reconnu", parted / first["applying"], "x", MOST_AGAIN,
               ours=parted * 1000)
    )  # fmt: skip
    second = again["reading"] + again["applying"]
    taken = known * 1000
    found.add(Figure("again_known", "La même source, reconnue", known / whole, "x", MOST_AGAIN, ours=taken))
    found.add(
        Figure("again_applying", "La même source, comparée ligne à ligne", again["applying"] / first["applying"], "x",
               ours=again["applying"] * 1000)
    )  # fmt: skip
    found.add(Figure("again_whole", "La même source, relue et comparée", second / whole, "x", ours=second * 1000))
    found.add(Figure("again_writes", "Lignes écrites la seconde fois", sum(touched), "", 0))
    found.raw |= {"first": first, "again": again, "copy": floor, "rows": rows, "touched": touched}


def _import(folder: Path, name: str) -> tuple[dict[str, Any], Path]:
    """Read the export, then apply it school by school, as `import_people --region` does."""
    from core.imports import regional
    from core.imports.engine.reading import Wanted
    from core.imports.neutral import Format

    parts = folder / f"parts-{name}"
    parts.mkdir()
    wanted = Wanted(paths=(folder / "aaf",), format=Format.AAF, open_schools=regional.open_schools())
    with peak() as reading, timed() as reading_time:
        info, sorted_ = regional.sort(wanted, parts, today=TODAY)
    states: dict[str, int] = {}
    with peak() as applying, timed() as applying_time, worked() as processor, counted() as statements:
        told = regional.tour(info, sorted_, parts, sorted(sorted_.schools), confirmed=False, dry=False, today=TODAY)
        for _uai, one in told:
            states[str(one.state)] = states.get(str(one.state), 0) + 1
    return {
        "reading": reading_time[0], "applying": applying_time[0], "memory": max(reading[0], applying[0]),
        "memory_reading": reading[0], "processor": processor[0], "statements": statements[0], "states": states,
    }, parts  # fmt: skip


def _known(folder: Path, uais: list[str]) -> float:
    """The same source at the door of every school: its digest is enough."""
    from core.imports import regional
    from core.imports.engine import reading
    from core.imports.engine.reading import Wanted
    from core.imports.neutral import Format

    wanted = Wanted(paths=(folder / "aaf",), format=Format.AAF)
    with timed() as seconds, reading.opened(wanted, TODAY) as source:
        if not regional.is_known(source.info.digest, "aaf", uais):
            raise RuntimeError("the source is not known again")
    return seconds[0]


def _distrust(uais: list[str]) -> None:
    """Forget what the parts of the source were, so that every row is compared."""
    from core.imports.models import Run
    from tenants.schemas.context import school

    for uai in uais:
        with school(uai):
            Run.objects.update(report={})


def _plain_copy(uais: list[str], twins: list[str]) -> tuple[float, float, int]:
    """The rows of each school out, and into its empty twin: one transaction a school, COPY and nothing else.

    Seconds, seconds of processor, rows.
    """
    from django.db import connection, transaction

    from tenants.schemas.context import region, school

    seconds, processor, rows = 0.0, 0.0, 0
    for uai, twin in zip(uais, twins, strict=True):
        held: dict[str, bytes] = {}
        with school(uai), connection.cursor() as cursor:
            for table in TABLES:
                with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                    held[table] = b"".join(bytes(piece) for piece in copy)
        with region(), connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMP TABLE twin AS SELECT %s::varchar, person_id, key_hash FROM accounts_knownidentity"
                " WHERE uai = %s",
                [twin, uai],
            )
            with cursor.copy("COPY twin TO STDOUT") as copy:
                known = b"".join(bytes(piece) for piece in copy)
            cursor.execute("DROP TABLE twin")
        begun, spent = time.perf_counter(), _processor()
        with school(twin), transaction.atomic(), connection.cursor() as cursor:
            for table, data in held.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(data)
                rows += cursor.rowcount
        with region(), connection.cursor() as cursor:
            with cursor.copy(f"COPY accounts_knownidentity ({_KNOWN}) FROM STDIN") as copy:
                copy.write(known)
            rows += cursor.rowcount
        seconds += time.perf_counter() - begun
        processor += _processor() - spent
    return seconds, processor, rows


def _open(uais: list[str]) -> None:
    from tenants.establishments.models import Establishment
    from tenants.schemas.bulk import provision_many

    Establishment.objects.bulk_create(
        Establishment(
            uai=uai, official_name=f"COLLEGE {uai}", display_name=f"Collège {uai}", type="college", sector="public",
            commune="Strasbourg", departement_code="067", departement="Bas-Rhin", academie="Strasbourg",
            slug=f"banc-{uai.lower()}", schema_name=f"e_{uai.lower()}",
        )
        for uai in uais
    )  # fmt: skip
    for uai, wrong in provision_many(uais, jobs=run.JOBS):
        if wrong:
            raise RuntimeError(f"{uai}: {wrong}")


# --- the rest -------------------------------------------------------------------------------------------
def _two_sizes(folder: Path, found: Report) -> None:
    """Statements for a school of 500 and for one of 4,000 people."""
    numbers = {}
    for place, size in enumerate((500, 4_000)):
        schools = people_source.invented_schools(2_000 + place)[-1:]
        _open([schools[0].uai])
        target = folder / f"size-{size}"
        target.mkdir()
        people_source.write_export(target / "aaf", people_source.Plan(size, schools))
        numbers[size] = _import(target, "size")[0]["statements"]
    small, large = numbers.values()
    note = f"{small} requêtes pour 500 personnes, {large} pour 4 000"
    found.add(Figure("statements", "Requêtes : 4 000 personnes contre 500", large / small, "x", 1.05, note=note))
    found.raw["statements"] = numbers


def _real(source: Path, folder: Path, found: Report) -> None:
    """The shared anonymised export: its two structures lead to two schools of this base."""
    from core.imports import regional
    from core.imports.engine.reading import Wanted
    from core.imports.neutral import Format

    schools = people_source.invented_schools(1_990)[-2:]
    _open([school.uai for school in schools])
    routes = dict(zip(("52003", "52008"), (school.uai for school in schools), strict=True))
    open_schools = frozenset(routes.values())
    seconds = []
    for name in ("first", "again"):
        parts = folder / f"real-{name}"
        parts.mkdir()
        wanted = Wanted(paths=(source,), format=Format.AAF, open_schools=open_schools, structures=routes)
        with timed() as taken:
            info, sorted_ = regional.sort(wanted, parts, today=TODAY)
            told = dict(
                regional.tour(info, sorted_, parts, sorted(sorted_.schools), confirmed=False, dry=False, today=TODAY)
            )
        seconds.append(taken[0])
        found.raw[f"real_{name}"] = {uai: one.kinds for uai, one in told.items()}
    found.add(Figure("real", "L’export réel, deux structures", seconds[0] * 1000, "ms", note="lecture et application"))
    found.add(Figure("real_again", "L’export réel, une seconde fois", seconds[1] * 1000, "ms"))


def _million(people: int, folder: Path, found: Report) -> None:
    """Reading and sorting alone, in a process of its own."""
    target = folder / "million"
    written = people_source.write_export(target, people_source.Plan(people, people_source.invented_schools(1_000)))
    done = subprocess.run(
        [sys.executable, "-m", "scripts.support.bench.people", str(target)], cwd=paths.ROOT, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    shutil.rmtree(target)
    found.raw["million"] = told
    found.add(Figure("million", f"Mémoire, lecture de {written.people} personnes", told["memory"] / MB, "MB", MOST_MB,
                     note=f"{told['seconds']:.0f} s"))  # fmt: skip


def _reading_alone(source: Path) -> int:
    """Sort an export by its own structures; prints what it took as JSON."""
    import django

    django.setup()
    from core.imports.engine import reading, spool
    from core.imports.engine.reading import Wanted
    from core.imports.neutral import Format

    wanted = Wanted(paths=(source,), format=Format.AAF)
    folder = tempfile.TemporaryDirectory()
    with folder as parts, peak() as memory, timed() as seconds, reading.opened(wanted, TODAY) as opened:
        found = spool.sort(opened, Path(parts), lambda structure: structure.uai, today=TODAY)
    print(json.dumps({"memory": memory[0], "seconds": seconds[0], "read": dict(found.read)}), flush=True)
    return 0


# --- measuring ------------------------------------------------------------------------------------------
@contextmanager
def timed() -> Iterator[list[float]]:
    found = [0.0]
    begun = time.perf_counter()
    yield found
    found[0] = time.perf_counter() - begun


@contextmanager
def worked() -> Iterator[list[float]]:
    """Seconds of processor, ours and the server's for us: others on the machine do not count."""
    found, begun = [0.0], _processor()
    yield found
    found[0] = _processor() - begun


def _processor() -> float:
    from django.db import connection

    connection.ensure_connection()
    fields = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def peak() -> Iterator[list[int]]:
    """How far the memory of this process rose above what it was, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    found, before = [0], _memory("VmRSS")
    yield found
    found[0] = _memory("VmHWM") - before


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(name)


@contextmanager
def counted() -> Iterator[list[int]]:
    """Statements that are sent through Django, those that enter a school apart."""
    from django.db import connection

    found = [0]

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield found


def _counters(server: Cluster) -> list[int]:
    """Rows inserted, changed and deleted so far in all schools."""
    from django.db import connection

    connection.close()  # a backend tells what it counted when it ends
    time.sleep(1.5)
    return [int(number) for number in server.ask(_WRITTEN)[0]]


def _table(found: Report) -> str:
    lines = ["| measure | value | goal | ours | COPY | note |", "|---|--:|--:|--:|--:|---|"]
    for figure in found.figures:
        goal = "" if figure.goal is None else f"{'≥' if figure.at_least else '≤'} {figure.goal:.2f}"
        ours, floor = (f"{one:.0f} ms" if one is not None else "" for one in (figure.ours, figure.floor))
        lines.append(
            f"| {figure.title} | {figure.value:.2f} {figure.unit} | {goal} | {ours} | {floor} | {figure.note} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(_reading_alone(Path(sys.argv[1])))

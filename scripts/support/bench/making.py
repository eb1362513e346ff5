"""Making schools: ours in slices, and between them what stock and psql need at that point."""

import time
from collections.abc import Sequence
from typing import Any

from scripts.support.bench import floor
from scripts.support.bench.report import Figure, median
from scripts.support.bench.run import JOBS, Bench, slices
from scripts.support.bench.stock import PREFIX, Stock
from scripts.support.terminal import say

SLICE = 144  # three handfuls for each of two connections
FLOOR_SAMPLE = 24
STOCK_SAMPLE = 3
WHOLE_REGION = 2000  # schools from which on the goals of a whole region mean something


def measure(bench: Bench) -> None:
    """Make all schools. Fills bench.stock_names with those that stock made meanwhile."""
    raw: dict[str, Any] = {"ours": [], "floor": [], "stock": []}
    bench.report.raw["making"] = raw
    raw["capture_s"] = _capture()
    floor.make_empty(bench.cluster)
    size = 30 if bench.quick else SLICE
    parts = list(slices(bench.uais, size))
    points = {0: "few", len(parts) // 2: "middle", len(parts) - 1: "all"}
    with Stock(bench.environment()) as one, Stock(bench.environment()) as two:
        made = 0
        for number, part in enumerate(parts):
            written = bench.cluster.written()
            seconds = _ours(part)
            written = bench.cluster.written() - written
            raw["ours"].append({"present": made, "schools": len(part), "seconds": seconds, "wal_bytes": written})
            sample = _floor(bench, part, made)
            raw["floor"].append(sample)
            made += len(part)
            say(
                f"    {made}/{len(bench.uais)} : {1000 * seconds / len(part):.1f} ms,"
                f" psql {1000 * sample['seconds'] / sample['schools']:.1f} ms"
            )
            if number in points:
                raw["stock"].append(_stock(bench, one, two, points[number], made))
    _conclude(bench, raw)


def _capture() -> float:
    """Blueprints are captured once a release; what is measured afterwards finds them."""
    from tenants.schemas import graph
    from tenants.schemas.blueprint import store

    begun = time.perf_counter()
    store.for_labels(graph.current().labels)
    return time.perf_counter() - begun


def _ours(uais: Sequence[str]) -> float:
    """Seconds of the command `provision` for these schools."""
    from tenants.schemas.bulk import provision_many

    begun = time.perf_counter()
    failed = {uai: reason for uai, reason in provision_many(uais, jobs=JOBS) if reason}
    seconds = time.perf_counter() - begun
    if failed:
        raise RuntimeError(f"{len(failed)} établissements en échec : {next(iter(failed.items()))}")
    return seconds


def _floor(bench: Bench, uais: Sequence[str], present: int) -> dict[str, Any]:
    """The same statements for as many schools of the same kinds, by psql."""
    from tenants.establishments.models import Establishment
    from tenants.schemas.kit import kit_for, plans_for

    chosen = list(Establishment.objects.filter(uai__in=uais[:FLOOR_SAMPLE]))
    plans = plans_for(chosen)
    names = [floor.name_of(present + number) for number in range(len(chosen))]
    files = [
        floor.write(bench.folder / "floor", name, floor.school_statements(name, kit_for(plans[school.uai])))
        for name, school in zip(names, chosen, strict=True)
    ]
    owners = floor.write(bench.folder / "floor", "owners", floor.role_statements(names))
    seconds = floor.replay(bench.cluster, [owners], connections=1)
    empty = seconds + floor.replay(bench.cluster, files, database=floor.EMPTY)
    seconds += floor.replay(bench.cluster, files)
    floor.drop(bench.cluster, names)
    for file in [owners, *files]:
        file.unlink()
    return {"present": present, "schools": len(files), "seconds": seconds, "empty_seconds": empty}


def _stock(bench: Bench, one: Stock, two: Stock, point: str, present: int) -> dict[str, Any]:
    """Stock's own way, one school after another, then two processes at once; and what it takes to do nothing."""
    named = [f"{PREFIX}{point}_{number}" for number in range(STOCK_SAMPLE + 4)]
    if point == "few":
        one.create([f"{PREFIX}warm"])
        two.create([f"{PREFIX}warm_too"])
    alone = one.create(named[:STOCK_SAMPLE])
    begun = time.perf_counter()
    one.begin("create", named[STOCK_SAMPLE : STOCK_SAMPLE + 2])
    two.begin("create", named[STOCK_SAMPLE + 2 :])
    one.finish()
    two.finish()
    together = (time.perf_counter() - begun) / 4
    nothing = one.migrate(named[:STOCK_SAMPLE])
    bench.stock_names += named
    say(f"    stock : {median(alone):.2f} s, à deux processus {together:.2f} s, rien à migrer {median(nothing):.2f} s")
    return {"point": point, "present": present, "alone": alone, "two_processes": together, "nothing": nothing}


def _conclude(bench: Bench, raw: dict[str, Any]) -> None:
    ours = [1000 * part["seconds"] / part["schools"] for part in raw["ours"] if part["schools"] >= FLOOR_SAMPLE]
    floors = [1000 * part["seconds"] / part["schools"] for part in raw["floor"] if part["schools"] >= FLOOR_SAMPLE]
    tenth = max(1, len(ours) // 10)
    first, last = median(ours[:tenth]), median(ours[-tenth:])
    raw["per_school_ms"] = {"ours": ours, "floor": floors, "first_tenth": first, "last_tenth": last}
    stocks = {part["point"]: part for part in raw["stock"]}
    whole_region = len(bench.uais) >= WHOLE_REGION
    _against_stock(bench, stocks["few"], first, median(floors[:tenth]), "few", "peu sont là", 10)
    present = f"{len(bench.uais)} sont là"
    _against_stock(bench, stocks["all"], last, median(floors[-tenth:]), "all", present, 20 if whole_region else None)
    ratio = median([mine / low for mine, low in zip(ours, floors, strict=True)])
    add = bench.report.add
    add(Figure("bulk_floor", "créer en masse, face à psql", ratio, "x", 1.15, ours=median(ours), floor=median(floors)))
    # The machine is not equally fast all along: each slice counts in units of the same work in an empty database.
    empty = [1000 * part["empty_seconds"] / part["schools"] for part in raw["floor"] if part["schools"] >= FLOOR_SAMPLE]
    units = [mine / control for mine, control in zip(ours, empty, strict=True)]
    growth = median(units[-tenth:]) / median(units[:tenth])
    raw["per_school_ms"]["empty"] = empty
    note = f"{first:.0f} ms, puis {last:.0f} ms ; psql dans une base vide, aux mêmes moments :"
    note += f" {median(empty[:tenth]):.0f} ms, puis {median(empty[-tenth:]):.0f} ms."
    goal = 1.2 if whole_region else None
    add(Figure("bulk_growth", "créer le dernier dixième, face au premier", growth, "x", goal, note=note))
    whole = sum(part["seconds"] for part in raw["ours"])
    wal = sum(part["wal_bytes"] for part in raw["ours"]) / len(bench.uais) / 1e6
    note = f"{60 * len(bench.uais) / whole:.0f} par minute ; {wal:.1f} Mo de journal chacun."
    add(Figure("bulk_whole", f"les {len(bench.uais)} établissements, une commande", whole, "s", note=note))


def _against_stock(
    bench: Bench, stock: dict[str, Any], ours: float, low: float, key: str, when: str, goal: float | None
) -> None:  # fmt: skip
    """Against stock as it goes, one school after another, and on as many connections as ours."""
    alone, two = 1000 * median(stock["alone"]), 1000 * stock["two_processes"]
    bench.report.add(
        Figure(f"bulk_{key}", f"créer en masse, {when}, face à stock", alone / ours, "x", goal, True, ours, alone, low)
    )
    bench.report.add(
        Figure(f"bulk_{key}_two", "   le même, face à deux processus de stock", two / ours, "x", None, True, ours, two)
    )

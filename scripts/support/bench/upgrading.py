"""Taking all schools along: nothing to do, one column, one index, one migration in Python, and back again."""

import time
from typing import Any

from scripts.support.bench import more_migrations
from scripts.support.bench.report import Figure, median
from scripts.support.bench.run import Bench, told
from scripts.support.bench.stock import Stock
from scripts.support.bench.visitor import Reader
from scripts.support.terminal import say

GOALS = {"field": 5.0, "index": 5.0, "python": 10.0}
TITLES = {
    "field": "une colonne de plus (AddField), par établissement",
    "index": "un index de plus, par établissement",
    "python": "une migration en Python (RunPython), par établissement",
}
QUIET_SECONDS, QUIET_SECONDS_QUICK = 15, 6


def nothing(bench: Bench) -> None:
    """A deployment in which no school has anything to migrate."""
    from tenants.schemas.upgrades import services

    times, queries = [], []
    services.pending()
    for _ in range(5):
        output, seconds = bench.manage("migrate_schools", "--json")
        if told(output)["total"]:
            raise RuntimeError(f"il restait à faire : {output.strip()}")
        times.append(seconds)
        begun = time.perf_counter()
        services.pending()
        queries.append(time.perf_counter() - begun)
    stock = bench.report.raw.get("making", {}).get("stock", [{}])[-1].get("nothing", [])
    bench.report.raw["nothing"] = {"process_s": times, "query_s": queries}
    per_school = median(stock) if stock else None
    note = f"la requête seule : {1000 * median(queries):.0f} ms ; le reste est le démarrage de Python."
    if per_school:
        note += f" stock : {per_school:.2f} s par établissement, {per_school * len(bench.uais) / 60:.0f} min en tout."
    bench.report.add(
        Figure("nothing", f"rien à migrer, {len(bench.uais)} établissements, tout compris", median(times), "s", 2.0,
               ours=median(times), stock=per_school * len(bench.uais) if per_school else None, note=note)
    )  # fmt: skip


def migrations(bench: Bench) -> None:
    """Three new migrations, one after the other, with someone reading meanwhile."""
    chosen = more_migrations.packages(bench.folder, list(GOALS))
    raw: dict[str, Any] = {}
    bench.report.raw["migrations"] = raw
    reader = Reader(bench.environment())
    quiet = time.time()
    try:
        time.sleep(QUIET_SECONDS_QUICK if bench.quick else QUIET_SECONDS)
        raw["quiet"] = [quiet + 1, time.time()]
        for kind, environment in chosen.items():
            raw[kind] = _upgrade(bench, environment)
            say(f"    {kind} : {raw[kind]['per_school_ms']:.2f} ms")
    finally:
        raw["reads"] = reader.end()
    for kind, environment in chosen.items():
        raw[kind]["stock_s"] = _stock(bench, environment)
        _conclude(bench, kind, raw)
    _back(bench, chosen["python"], raw)
    raw["reads"] = len(raw["reads"])


def _upgrade(bench: Bench, environment: dict[str, str]) -> dict[str, Any]:
    output, whole = bench.manage("migrate_schools", "--json", **environment)
    ended = time.time()
    found = told(output)
    if found["done"] != len(bench.uais):
        raise RuntimeError(f"{found}")
    return {
        "per_school_ms": 1000 * found["seconds"] / found["total"], "seconds": found["seconds"], "process_s": whole,
        "window": [ended - found["seconds"], ended],
    }  # fmt: skip


def _stock(bench: Bench, environment: dict[str, str]) -> list[float]:
    with Stock(bench.environment(**environment)) as stock:
        return stock.migrate(bench.stock_names[-3:])


def _conclude(bench: Bench, kind: str, raw: dict[str, Any]) -> None:
    found = raw[kind]
    stock = 1000 * median(found["stock_s"])
    ratio = stock / found["per_school_ms"]
    bench.report.add(
        Figure(kind, TITLES[kind], found["per_school_ms"], "ms", GOALS[kind], ours=found["per_school_ms"], stock=stock,
               note=f"×{ratio:.0f} ; {found['seconds']:.1f} s pour tous, compilation comprise.")
    )  # fmt: skip
    quiet, busy = _p95(raw["reads"], raw["quiet"]), _p95(raw["reads"], found["window"])
    found["reads_p95_ms"] = {"quiet": quiet, "busy": busy}
    if quiet and busy and kind != "python":
        bench.report.add(
            Figure(f"{kind}_readers", f"lecteurs pendant ce temps ({kind}) : 95e centile sur celui au calme",
                   busy / quiet, "x", 2.0, note=f"{quiet:.1f} ms au calme, {busy:.1f} ms pendant.")
        )  # fmt: skip


def _p95(reads: list[tuple[float, float]], window: list[float]) -> float | None:
    taken = sorted(ms for moment, ms in reads if window[0] <= moment <= window[1])
    return taken[int(len(taken) * 0.95)] if len(taken) >= 20 else None


def _back(bench: Bench, environment: dict[str, str], raw: dict[str, Any]) -> None:
    """All three undone, so that the schools are again as the code has them."""
    back_to = more_migrations.own_last()
    output, _ = bench.manage("migrate_schools", "--json", "--app", more_migrations.APP, "--to", back_to, **environment)
    found = told(output)
    raw["back"] = {"per_school_ms": 1000 * found["seconds"] / found["total"], "seconds": found["seconds"]}
    bench.report.add(
        Figure("back", "les trois annulées (retour), par établissement", raw["back"]["per_school_ms"], "ms")
    )

"""What a run has found: figures beside their goals, as a table and as JSON."""

import json
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

NBSP = "\u00a0"


@dataclass
class Figure:
    """One line. `value` is what the goal speaks of, in `unit` (x: a ratio); `goal` is the most that it may be, or
    the least (`at_least`); None where there is none.
    """

    key: str
    title: str
    value: float | None = None
    unit: str = "ms"
    goal: float | None = None
    at_least: bool = False
    ours: float | None = None
    stock: float | None = None
    floor: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.goal is None:
            return None
        if self.value is None:
            return False
        return self.value >= self.goal if self.at_least else self.value <= self.goal


@dataclass
class Report:
    """All figures of a run, and everything measured behind them."""

    figures: list[Figure] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)
    mishaps: dict[str, str] = field(default_factory=dict)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)

    def as_json(self) -> dict[str, Any]:
        figures = [{**asdict(figure), "reached": figure.reached} for figure in self.figures]
        return {"figures": figures, "mishaps": self.mishaps, "raw": self.raw}

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_json(), indent=1, ensure_ascii=False, default=str)
        path.write_text(text, encoding="utf-8")

    def table(self) -> str:
        """The figures as a Markdown table, which reads well in a terminal too."""
        head = ["mesure", "Préau", "stock", "psql", "résultat", "but", "atteint"]
        rows = [_row(figure) for figure in self.figures]
        widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
        lines = [_line(head, widths), _line(["-" * width for width in widths], widths)]
        lines += [_line(row, widths) for row in rows]
        lines += [f"\n{title}{NBSP}: n’a pas pu être mesuré. {why}" for title, why in self.mishaps.items()]
        notes = [f"- {figure.title}{NBSP}: {figure.note}" for figure in self.figures if figure.note]
        return "\n".join([*lines, *(["", *notes] if notes else [])])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) if number == 0 else cell.rjust(width)
              for number, (cell, width) in enumerate(zip(cells, widths, strict=True))]  # fmt: skip
    return f"| {' | '.join(padded)} |"


def _row(figure: Figure) -> list[str]:
    sides = "ms" if figure.unit == "x" else figure.unit
    goal = ""
    if figure.goal is not None:
        goal = f"{'≥' if figure.at_least else '≤'}{NBSP}{shown(figure.goal, figure.unit)}"
    return [
        figure.title,
        shown(figure.ours, sides),
        shown(figure.stock, sides),
        shown(figure.floor, sides),
        shown(figure.value, figure.unit),
        goal,
        {True: "oui", False: "non", None: ""}[figure.reached],
    ]


def shown(value: float | None, unit: str) -> str:
    """A number with three digits that count: `0,65 ms`, `×12,3`, `1 850 ms`."""
    if value is None:
        return ""
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 or not size else 3
    text = f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")
    return f"×{text}" if unit == "x" else f"{text}{NBSP}{unit}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def machine(settings: dict[str, str]) -> dict[str, Any]:
    """What the figures were measured on."""
    model, memory = "", ""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
        memory = Path("/proc/meminfo").read_text(encoding="utf-8").split("\n")[0].split(":")[1].strip()
    except (OSError, IndexError):
        pass
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": model, "memory": memory, "system": platform.platform(), "python": platform.python_version(),
        "load_before": os.getloadavg(), "postgresql": settings,
    }  # fmt: skip

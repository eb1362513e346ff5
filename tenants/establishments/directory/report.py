"""The refused lines, as a file to correct and load again; the difference, as data to show."""

import csv
import io
from typing import Any

from tenants.establishments.directory.difference import Plan, by_departement

REASON = "motif"


def refused_csv(plan: Plan) -> bytes:
    """The file's own columns and separator, then the reason. With the mark that spreadsheets need."""
    header = list(plan.header)
    keeps_reason = bool(header) and header[-1].casefold() == REASON
    width = len(header) - keeps_reason
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=plan.separator, lineterminator="\r\n")
    writer.writerow([*header[:width], REASON])
    for refusal in plan.refused:
        cells = [_harmless(cell) for cell in _fitted(refusal.cells, len(header), width, plan.separator)]
        writer.writerow([*cells, *([""] * (width - len(cells))), refusal.reason])
    return out.getvalue().encode("utf-8-sig")


def _fitted(cells: tuple[str, ...], expected: int, width: int, separator: str) -> list[str]:
    """The cells in the file's columns; what is too many stays readable in the last one."""
    if len(cells) <= expected:
        return list(cells[:width])
    return [*cells[: width - 1], separator.join(cells[width - 1 :])]


def _harmless(cell: str) -> str:
    """A spreadsheet must not run what came in a cell as a formula."""
    return f" {cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def details(plan: Plan, limit: int | None = None) -> dict[str, Any]:
    """The difference as JSON data; at most `limit` of each list."""
    return {
        "created": [
            {"uai": entry.uai, "name": entry.display_name, "commune": entry.commune} for entry in plan.created[:limit]
        ],
        "updated": [
            {"uai": update.uai, "name": update.label, "changes": update.changes} for update in plan.updated[:limit]
        ],
        "refused": [
            {"line": refusal.line, "reason": refusal.reason, "cells": list(refusal.cells)}
            for refusal in plan.refused[:limit]
        ],
        "departements": by_departement(plan.created),
        "ignored": plan.ignored,
    }

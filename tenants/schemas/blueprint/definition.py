"""The definition of one app's part of a school, as plain data."""

from dataclasses import asdict, dataclass, field
from typing import Any

FORMAT = 2  # raised when what is captured changes: blueprints of before are then captured anew


@dataclass(frozen=True)
class Definition:
    """Statements with unqualified names, run in order with the search path on one schema.

    `structure` makes types, sequences, functions, tables and views; `rows` what migrations inserted; `finish`
    (after the rows) foreign keys that could not be written in a table, indexes, triggers, rights, comments and
    sequence positions. `drops` undoes all of it. `objects` maps "table people_person" and the like to the digest
    of what tenants.schemas.blueprint.fingerprint finds.

    Where a replay would not be the same as running the migrations (rows that differ from school to school, an
    object that the capture does not know), `unfaithful` says why, and the migrations themselves are run.
    """

    label: str
    version: str
    migrations: list[str]
    structure: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)
    finish: list[str] = field(default_factory=list)
    drops: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    objects: dict[str, str] = field(default_factory=dict)
    unfaithful: str = ""

    def statements(self, *, rows: bool = True) -> list[str]:
        return [*self.structure, *(self.rows if rows else ()), *self.finish]

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Definition":
        """Raises ValueError for another format."""
        if data.get("format") != FORMAT:
            raise ValueError(f"blueprint format {data.get('format')!r}, expected {FORMAT}")
        return cls(**{key: value for key, value in data.items() if key != "format"})

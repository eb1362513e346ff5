"""The things that stand in a schema, and the order in which they can be made."""

from collections.abc import Iterable
from dataclasses import dataclass, field

Oid = int


@dataclass
class Object:
    """One thing of a schema. `kind` is table, view, materialized view, sequence, function or type.

    `create` makes it, `late` follows when every table is filled; `needs` are the oids that must be made first,
    `prefers` those whose foreign keys it could hold inline. `called` is how it is named in a DROP or a COMMENT.
    """

    oid: Oid
    kind: str
    name: str
    create: str = ""
    columns: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    foreign: list[tuple[Oid, str]] = field(default_factory=list)
    suffix: str = ""
    late: list[str] = field(default_factory=list)
    needs: set[Oid] = field(default_factory=set)
    called: str = ""
    goes_with: bool = False  # dropped together with the table that owns it

    @property
    def identity(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def text(self) -> str:
        """All of it, to be compared."""
        return "\n".join(
            [self.create, *self.columns, *self.inline, *(sql for _oid, sql in self.foreign), self.suffix, *self.late]
        )


class Unreadable(Exception):
    """The schema holds something that the capture cannot write down."""


def ordered(objects: Iterable[Object]) -> list[Object]:
    """In an order in which they can be made: what is needed first, and what foreign keys point to if possible."""
    there = {thing.oid: thing for thing in objects}
    order: list[Object] = []
    seen: set[Oid] = set()

    def place(thing: Object) -> None:
        if thing.oid in seen:
            return
        seen.add(thing.oid)
        for oid in [*sorted(thing.needs), *(target for target, _sql in thing.foreign)]:
            if oid in there:
                place(there[oid])
        order.append(thing)

    for thing in sorted(there.values(), key=lambda t: (t.kind != "type", t.identity)):
        place(thing)
    return order

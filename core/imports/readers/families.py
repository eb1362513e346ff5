"""Guardians where the source numbers nobody: the same names and a common contact or child are the same person.

Two parents of the same name whose families have nothing in common stay two people: seeing another's child would be
worse than having two records, which the school can merge.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from core.imports.neutral import PersonInfo, PersonKind, Relation
from core.people.choices import Authority, Kinship
from core.people.text import fold


@dataclass(slots=True)
class Adult:
    """What one row says of a guardian of one child or several."""

    last_name: str
    first_name: str
    children: list[str]  # keys
    civility: str = ""
    email: str = ""
    phones: tuple[str, ...] = ()
    address: str = ""
    birth_name: str = ""
    identifier: str = ""
    kinship: Kinship = Kinship.OTHER
    authority: Authority = Authority.LEGAL
    # Given by `Families`
    key: str = field(default="", init=False)

    @property
    def names(self) -> str:
        return f"{fold(self.last_name)} {fold(self.first_name)}"

    def traces(self) -> set[str]:
        """By what another row is of the same person."""
        contacts = {f"@{self.email.lower()}"} if self.email else set()
        contacts |= {number.replace(" ", "") for number in self.phones}
        if self.address:
            contacts.add(f"a{fold(self.address)}")
        return contacts | {f"c{child}" for child in self.children}


class Families:
    """The guardians of a source. Keys are made of names and of the first child's key: weak, and never another's."""

    def __init__(self, space: str) -> None:
        self._space = space
        self._adults: list[Adult] = []

    def add(self, adult: Adult) -> None:
        self._adults.append(adult)

    def settle(self) -> None:
        """Finds who is whom; once, when all rows have been read."""
        by_names: dict[str, list[Adult]] = {}
        for adult in self._adults:
            by_names.setdefault(adult.identifier or adult.names, []).append(adult)
        for name, adults in by_names.items():
            for group in [adults] if adults[0].identifier else _groups(adults):
                key = f"{self._space}:{name}"
                if not adults[0].identifier:
                    first = min(child for adult in group for child in adult.children)
                    key += f" / {first.partition(':')[2]}"
                for adult in group:
                    adult.key = key

    def relations(self, child: str) -> list[Relation]:
        """The guardians of a child, once each."""
        if not hasattr(self, "_by_child"):
            self._by_child: dict[str, dict[str, Adult]] = {}
            for adult in self._adults:
                for one in adult.children:
                    self._by_child.setdefault(one, {}).setdefault(adult.key, adult)
        ranked = sorted(self._by_child.get(child, {}).values(), key=lambda adult: adult.authority != Authority.LEGAL)
        return [
            Relation(child, adult.key, adult.kinship, adult.authority, priority=priority)
            for priority, adult in enumerate(ranked, start=1)
        ]

    def people(self) -> Iterator[PersonInfo]:
        """Each guardian once, with what any of the rows says."""
        groups: dict[str, list[Adult]] = {}
        for adult in self._adults:
            groups.setdefault(adult.key, []).append(adult)
        for key, rows in groups.items():
            phones = tuple(dict.fromkeys(number for row in rows for number in row.phones))
            yield PersonInfo(
                PersonKind.GUARDIAN, key, rows[0].last_name, rows[0].first_name, weak=not rows[0].identifier,
                civility=_first(row.civility for row in rows), birth_name=_first(row.birth_name for row in rows),
                email=_first(row.email for row in rows), phones=phones or None,
                address=_first(row.address for row in rows),
            )  # fmt: skip

    def homonyms(self) -> list[str]:
        """Names that several guardians bear, whom nothing shows to be one."""
        keys: dict[str, set[str]] = {}
        for adult in self._adults:
            if not adult.identifier:
                keys.setdefault(f"{adult.first_name} {adult.last_name}", set()).add(adult.key)
        return [name for name, found in keys.items() if len(found) > 1]


def _first(values: Iterator[str]) -> str | None:
    return next((value for value in values if value), None)


def _groups(adults: list[Adult]) -> list[list[Adult]]:
    """Rows of the same names, together where they have something in common, one by one or by another."""
    groups: list[tuple[set[str], list[Adult]]] = []
    for adult in adults:
        traces, together = adult.traces(), [adult]
        apart = []
        for other_traces, others in groups:
            if traces & other_traces:
                traces, together = traces | other_traces, others + together
            else:
                apart.append((other_traces, others))
        groups = [*apart, (traces, together)]
    return [together for _traces, together in groups]

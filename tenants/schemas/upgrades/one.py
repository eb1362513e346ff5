"""One school, from what it holds to what the code wants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from django.db import InterfaceError, OperationalError

from tenants.errors import DomainError
from tenants.establishments.models import Establishment
from tenants.schemas import engine, graph, ledger
from tenants.schemas.lanes.apply import Failed, Moved, explained, take
from tenants.schemas.lanes.chains import SQL, Ahead, Step, chain, route

_LOOKS = 5  # how often the ledger may move under us before it is somebody's mistake


@dataclass(frozen=True)
class Target:
    """Where to go: everything as the code has it, or one app at one of its migrations."""

    label: str = ""
    migration: str = ""


@dataclass
class Work:
    """What one school lacks, in order: steps of chains, and apps to add whole."""

    parts: list[list[Step] | list[str]] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.parts)


class Unplannable(Exception):
    """A migration does not pass on a template: it is the release that fails, not a school."""


def planned(held: Mapping[str, str], labels: tuple[str, ...], target: Target | None) -> Work:
    """`same_work`; whatever a migration raises on its template becomes Unplannable.

    RuntimeError (an app without what it stands on), DomainError and a lost connection stay what they are.
    """
    try:
        return same_work(held, labels, target)
    except (RuntimeError, DomainError, OperationalError, InterfaceError):
        raise
    except Exception as error:
        raise Unplannable(f"{type(error).__name__}: {error}".strip()) from error


def same_work(held: Mapping[str, str], labels: tuple[str, ...], target: Target | None) -> Work:
    """`work_for`, found once for all schools that hold the same."""
    return _work(tuple(sorted(held.items())), labels, target, graph.current())


@lru_cache(maxsize=4096)
def _work(
    held: tuple[tuple[str, str], ...], labels: tuple[str, ...], target: Target | None, known: graph.Graph
) -> Work:
    return work_for(dict(held), labels, target)


def work_for(held: Mapping[str, str], labels: Iterable[str] = (), target: Target | None = None) -> Work:
    """What a school that holds these versions lacks. Raises RuntimeError for an app whose needs are not held.

    Every state in between is one that Django could have made: apps follow each other in the order of their
    dependencies.
    """
    known = graph.current()
    now = {label: version for label, version in held.items() if label in known.versions}
    missing = {label for label in {*known.core, *labels} if now.get(label, graph.NOTHING) == graph.NOTHING}
    missing -= {label for label in now if known.versions[label] == graph.NOTHING}
    work = Work()
    for label in known.ordered({*now, *missing}):
        if target is not None and target.label:
            if label == target.label:
                _steps(work, label, now, target.migration)
        elif label in missing:
            _add(work, label)
            now[label] = known.versions[label]
        elif now[label] != known.versions[label]:
            _steps(work, label, now, "")
    return work


def _steps(work: Work, label: str, now: dict[str, str], migration: str) -> None:
    try:
        way = route(label, now[label], migration)
    except Ahead:
        work.ahead.append(label)
        return
    if way.start == way.end:
        return
    steps = chain(way, now)
    if work.parts and isinstance(work.parts[-1][0], Step):
        work.parts[-1] = [*work.parts[-1], *steps]
    else:
        work.parts.append(steps)
    now[label] = way.end


def _add(work: Work, label: str) -> None:
    if work.parts and isinstance(work.parts[-1][0], str):
        work.parts[-1] = [*work.parts[-1], label]
    else:
        work.parts.append([label])


def bring_up(
    establishment: Establishment,
    labels: Iterable[str] = (),
    target: Target | None = None,
    held: Mapping[str, str] | None = None,
    looks: int = _LOOKS,
) -> Work:
    """Do what the school lacks. Raises Failed or Busy; what came before stays done, and is noted.

    `held` is what the caller has just read of the ledger. Each transaction makes sure that it is still so; after
    `looks` times that it was not, Moved is raised.
    """
    wanted = tuple(labels)
    for _look in range(looks):
        if held is None:
            held = ledger.versions(establishment.uai)
        if ledger.has_unknown(held):
            ledger.adopt(establishment)
            held = ledger.versions(establishment.uai)
        work = planned(held, wanted, target)
        try:
            return _do(establishment, work)
        except Moved:
            held = None
    raise Moved(f"{establishment.uai} changes as fast as it is read")


def _whole(labels: list[str]) -> Step:
    """What is told of apps that are added whole, when that fails."""
    return Step(labels[0], "", SQL, False, graph.NOTHING, graph.current().versions[labels[0]])


def _do(establishment: Establishment, work: Work) -> Work:
    for part in work.parts:
        if isinstance(part[0], Step):
            take(establishment, part)
        else:
            with explained(establishment, [_whole(part)]):
                engine.add(establishment, part)
    return work


__all__ = ["Failed", "Target", "Work", "bring_up", "work_for"]

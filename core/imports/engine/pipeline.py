"""One import of one school from its parts on disk: staged, matched, compared, kept, applied, in one transaction."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import SYSTEM_NAME, record
from core.errors import Conflict
from core.imports.engine import applying, changes, matching, people, places, spool, staging, years
from core.imports.engine.changes import Counts
from core.imports.engine.staging import Scope
from core.imports.models import Merge, Pairing, Run, State
from core.imports.neutral import SourceInfo
from core.people.choices import PRIVILEGED, Role
from core.people.models import Person
from core.structure.models import SchoolYear
from core.structure.services import refresh_rule_groups
from tenants.schemas.context import current_schema

# A complete source that would take away more than this share waits for somebody to say so again.
LIMIT = 0.05
# Refused records that an outcome tells one by one; the file of refused records has all
MOST_TOLD = 200
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('imports:' || %s, 0))"
SOURCE_OF = {"aaf": "aaf", "siecle": "siecle", "sts": "sts", "onde": "onde", "csv": "csv"}


@dataclass
class Order:
    """What is to be imported: the head of the source, the folder of its parts, and how many people it has here."""

    info: SourceInfo
    folder: Path
    uai: str
    read: dict[str, int]
    actor: Person | None = None
    # A command or a regional import may do anything; a person no more than their rank allows
    by_system: bool = False
    today: date = field(default_factory=timezone.localdate)
    # The number of the region's import that this is a part of
    regional: int | None = None
    # Whether a part that says just what the last import here said is taken as known, without comparing
    trusting: bool = False
    # The keys of the structures of the source that are this school
    structures: tuple[str, ...] = ()


@dataclass
class Outcome:
    """What came of it. `state`: of `State`, "unchanged" where there was nothing to write."""

    state: str = "unchanged"
    counts: Counts = field(default_factory=dict)
    refused: Counts = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)
    sentence: str = ""
    run: int | None = None
    # The first refused records, as remarks
    told: list[dict[str, Any]] = field(default_factory=list)
    # Whether it was only shown
    dry: bool = False

    def kinds(self) -> dict[str, dict[str, Any]]:
        """By kind, as reports show it: every number, and why records were refused."""
        names = ("read", "created", "updated", "unchanged", "suspended", "returned", "held")
        found: dict[str, dict[str, Any]] = {}
        for kind in [*self.counts, *(kind for kind in self.refused if kind not in self.counts)]:
            numbers = self.counts.get(kind, {})
            reasons = self.refused.get(kind, {})
            found[kind or "other"] = {name: numbers.get(name, 0) for name in names} | {
                "refused": sum(reasons.values()),
                "reasons": reasons,
            }
        return found


def lock() -> None:
    """One import of a school at a time, for the length of the transaction. Raises Conflict."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [current_schema()])
        if not cursor.fetchone()[0]:
            sentence = _("Un autre import de cet établissement est en cours\u00a0: attendez qu’il se termine.")
            raise Conflict("busy", sentence)


@transaction.atomic
def show(order: Order, run: Run | None) -> Outcome:
    """Only compute the difference; it is kept with the run, if there is one."""
    lock()
    year = years.find(order.info.school_year, order.today) or years.proposed(order.info.school_year, order.today)
    scope = _scope(order, year, dry=True)
    outcome, told = _compare(order, scope)
    outcome.sentence, outcome.dry = too_much_sentence(scope), True
    if run is not None:
        scope.run = run.pk
        changes.store(run, scope, told)
        _note(run, outcome, year)
    staging.drop()
    return outcome


@transaction.atomic
def apply(order: Order, *, confirmed: bool, run: Run | None = None, shown: dict[str, Any] | None = None) -> Outcome:
    """Compare, and apply. Nothing is written where nothing changes; without `run` one is made where something does.

    With `shown` (the counts that somebody saw): applied only if it removes no more than that, else the difference is
    kept anew with the run, which waits to be read again.
    """
    lock()
    part = spool.digest(order.folder, order.uai)
    if order.trusting and run is None and is_known(part, SOURCE_OF[order.info.format], part=True):
        return Outcome(counts={kind: {"read": n, "unchanged": n} for kind, n in order.read.items()})
    scope = _scope(order, years.ensure(order.info.school_year, order.today), dry=False)
    outcome, told = _compare(order, scope)
    too_much = too_much_sentence(scope)
    if shown is not None and _removes_more(shown, outcome):
        outcome.state = State.WAITING if too_much else State.READY
        outcome.sentence = _("Des fiches ont changé depuis la vérification\u00a0: relisez ce qui va changer.")
    elif too_much and not confirmed:
        outcome.state, outcome.sentence = State.WAITING, too_much
    elif run is not None or changes.is_something(scope) or changes.has_new_pairs(scope):
        run = run or _new_run(order)
        outcome.state = State.APPLIED
    if run is not None:
        scope.run = outcome.run = run.pk
        if outcome.state == State.APPLIED:
            _write(run, scope, order)
        changes.store(run, scope, told)
        run.report = {**run.report, "part": part, "structures": list(order.structures)}
        _note(run, outcome, scope.year)
    staging.drop()
    return outcome


def _scope(order: Order, year: years.Year | None, *, dry: bool) -> Scope:
    kinds = [kind for kind, number in order.read.items() if number]
    blocked = [] if order.by_system or order.actor is None else _blocked(order.actor)
    return Scope(
        source=SOURCE_OF[order.info.format], complete=order.info.complete, today=order.today, year=year, kinds=kinds,
        blocked=blocked, dry=dry,
    )  # fmt: skip


def _blocked(actor: Person) -> list[str]:
    """The roles that this person may neither give nor touch (`core.people.services.ranks`)."""
    if Role.MANAGEMENT in actor.roles:
        return []
    heads = Person.objects.filter(roles__contains=[Role.MANAGEMENT], left_on=None, account_id__isnull=False)
    if Role.DIGITAL_REFERENT in actor.roles:
        return [Role.MANAGEMENT.value] if heads.exists() else []
    return sorted(PRIVILEGED)


def _compare(order: Order, scope: Scope) -> tuple[Outcome, list[dict[str, Any]]]:
    """Fill the temporary tables; how many of what, and everything that must be told."""
    staging.load(order.folder, order.uai)
    found = [*matching.match(scope), *people.difference(scope), *places.difference(scope)]
    changes.gather(scope)
    told = [*spool.remarks(spool.path_of(order.folder, order.uai)), *map(changes.as_dict, found)]
    counts = changes.counts(scope)
    for kind, number in order.read.items():
        counts.setdefault(kind, {})["read"] = number
    outcome = Outcome(counts=counts, refused=changes.refused(told), told=changes.first_refused(told, MOST_TOLD))
    for one in told:
        name = f"{one['level']}:{one['code']}"
        outcome.remarks[name] = outcome.remarks.get(name, 0) + 1
    return outcome, told


def too_much_sentence(scope: Scope) -> str:
    """Why a complete source needs a confirmation; "" when it needs none."""
    if not scope.complete:
        return ""
    leave, people_of, end, links_of = changes.shares(scope)
    if leave > LIMIT * people_of:
        return _("%(n)s personnes sur %(of)s seraient retirées\u00a0: vérifiez que le fichier est complet.") % {
            "n": leave, "of": people_of,
        }  # fmt: skip
    if end > LIMIT * links_of:
        return _("%(n)s liens de responsabilité sur %(of)s prendraient fin\u00a0: vérifiez le fichier.") % {
            "n": end, "of": links_of,
        }  # fmt: skip
    return ""


def _removes_more(shown: dict[str, Any], outcome: Outcome) -> bool:
    now = outcome.kinds()
    return any(of["suspended"] > shown.get(kind, {}).get("suspended", 0) for kind, of in now.items())


def _new_run(order: Order) -> Run:
    info = order.info
    return Run.objects.create(
        source=SOURCE_OF[info.format], label=info.label[:200], digest=info.digest, complete=info.complete,
        made_on=info.made_on, actor=order.actor, regional=order.regional,
    )  # fmt: skip


def _write(run: Run, scope: Scope, order: Order) -> None:
    name = order.actor.full_name if order.actor else SYSTEM_NAME
    applying.apply(run, scope, order.actor, name)
    refresh_rule_groups()
    record("imports.apply", actor=order.actor, target=run)


def _note(run: Run, outcome: Outcome, year: years.Year | None) -> None:
    """Bring the run's row to what came of it."""
    run.counts = outcome.kinds()
    run.report = {**run.report, "remarks": outcome.remarks}
    run.sentence = outcome.sentence[:400]
    run.year = SchoolYear.objects.filter(pk=year[0]).first() if year else None
    written = ["label", "digest", "complete", "made_on", "counts", "report", "sentence", "year"]
    if outcome.state != "unchanged":
        run.state = outcome.state
        run.applied_at = timezone.now() if outcome.state == State.APPLIED else run.applied_at
        written += ["state", "applied_at"]
    run.save(update_fields=written)


def is_known(digest: str, source: str, *, part: bool = False) -> bool:
    """Whether the school's people are just as this very source left them: nothing to read again.

    It was the last import here, nobody took it back, and nobody decided or merged anything since. `part`: the digest
    is that of what the source says of this school alone.
    """
    last = Run.objects.exclude(applied_at=None).order_by("-applied_at", "-pk").first()
    if not digest or last is None or last.state != State.APPLIED or last.source != source:
        return False
    if digest != (last.report.get("part") if part else last.digest):
        return False
    since = last.applied_at
    decided = Pairing.objects.filter(decided_at__gt=since)
    merged = Merge.objects.filter(Q(merged_at__gt=since) | Q(undone_at__gt=since))
    return not decided.exists() and not merged.exists()

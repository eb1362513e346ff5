"""One source of the whole region: read once, then applied school by school, each in its own transaction.

What is read lies sorted on disk, and how far it came in the region's own tables: a killed import goes on where it was.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import DomainError
from core.imports.engine import pipeline, reading, spool
from core.imports.engine.pipeline import SOURCE_OF, Order, Outcome
from core.imports.engine.reading import Wanted
from core.imports.engine.spool import Sorted
from core.imports.models import State
from core.imports.neutral import Format, Level, SourceInfo
from core.imports.services import files
from tenants.accounts import identities
from tenants.establishments.models import Establishment, Lifecycle
from tenants.imports import selectors, services
from tenants.imports.models import RegionalImport, SchoolImport
from tenants.schemas.context import current_uai, region
from tenants.schemas.loops import each_school
from tenants.work import services as work
from tenants.work.tracking import Progress, Unwanted

_HEAD = "sorted.json"
_STATES = {
    State.APPLIED: SchoolImport.State.APPLIED, State.WAITING: SchoolImport.State.CONFIRM,
    "unchanged": SchoolImport.State.UNCHANGED,
}  # fmt: skip


@dataclass
class Told:
    """What came of one school, as reports show it. `state` is one of SchoolImport.State."""

    state: str
    name: str = ""
    structures: list[str] = field(default_factory=list)
    people: int = 0
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)
    sentence: str = ""
    # The school's own row of it, where it wrote one
    run: int | None = None
    # The first refused records: {"kind", "code", "sentence", "file", "line", "key"}
    refusals: list[dict[str, Any]] = field(default_factory=list)


def open_schools() -> frozenset[str]:
    """UAI of the schools that are active."""
    with region():
        found = Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE).values_list("uai", flat=True)
        return frozenset(found)


def sort(wanted: Wanted, folder: Path, *, today: date, step: reading.Step | None = None) -> tuple[SourceInfo, Sorted]:
    """Read the source into the folder, once: what an earlier attempt has read is taken as it is."""
    head = folder / _HEAD
    if head.exists():
        data = json.loads(head.read_text())
        return _info(data["info"]), Sorted.from_json(data["sorted"])
    for left in folder.glob("*.part"):
        left.unlink()
    with reading.opened(wanted, today) as source:
        info, found = reading.sort(source, wanted, folder, today=today, step=step)
    _find_scattered(folder, found, wanted.open_schools)
    data = {"info": asdict(info), "sorted": found.as_json()}
    head.write_text(json.dumps(data, default=str))
    return info, found


def _info(data: dict[str, Any]) -> SourceInfo:
    made_on = date.fromisoformat(data["made_on"]) if data["made_on"] else None
    return SourceInfo(**data | {"format": Format(data["format"]), "made_on": made_on})


def _find_scattered(folder: Path, found: Sorted, wanted: frozenset[str]) -> None:
    """Records that name no structure (removals, corrections) concern the schools that know their keys."""
    keys: list[str] = []
    for table, data in spool.blocks(spool.path_of(folder, spool.EVERYWHERE)):
        if table in "PX":
            keys += [line.split("\t", 2)[1] for line in data.decode().splitlines() if "\t" in line]
    for uai in identities.schools_knowing(keys) & wanted:
        found.schools[uai].update()


def school_apply(
    info: SourceInfo, found: Sorted, folder: Path, *, confirmed: bool, dry: bool, today: date, number: int | None = None
) -> Outcome:
    """One school, where it stands: the difference alone, or applied. `number` is the region's import."""
    uai = current_uai()
    order = Order(
        info=info, folder=folder, uai=uai, read=dict(found.schools[uai]), by_system=True, today=today, regional=number,
        trusting=True, structures=found.structures_of(uai),
    )  # fmt: skip
    if dry:
        return pipeline.show(order, None)
    return pipeline.apply(order, confirmed=confirmed)


def tour(
    info: SourceInfo,
    found: Sorted,
    folder: Path,
    uais: list[str],
    *,
    confirmed: bool,
    dry: bool,
    today: date,
    number: int | None = None,
) -> Iterator[tuple[str, Told]]:
    """Each school in turn; what fails in one is told, and the others go on."""
    for uai in uais:
        outcomes: list[Outcome] = []
        refused: list[str] = []

        def one(outcomes: list[Outcome] = outcomes, refused: list[str] = refused) -> None:
            try:
                outcomes.append(
                    school_apply(info, found, folder, confirmed=confirmed, dry=dry, today=today, number=number)
                )
            except DomainError as error:
                refused.append(str(error.message))

        done = each_school(one, uais=[uai], name="import")
        yield uai, _told(uai, found, outcomes, refused, failed=uai in done.failed)


def told(uai: str, found: Sorted, outcome: Outcome) -> Told:
    """What came of a school, as reports show it."""
    return _told(uai, found, [outcome], [], failed=False)


def _told(uai: str, found: Sorted, outcomes: list[Outcome], refused: list[str], *, failed: bool) -> Told:
    told = Told(
        state=SchoolImport.State.FAILED,
        name=found.names.get(uai, ""),
        structures=[key for key, where in found.structures.items() if where == uai],
        people=sum(found.schools[uai].values()),
        sentence=_("Une erreur a tout arrêté ici\u00a0: rien n’a été changé.") if failed else "",
    )
    if refused:
        told.state, told.sentence = SchoolImport.State.REFUSED, refused[0]
    if outcomes:
        told.state = _STATES.get(outcomes[0].state, SchoolImport.State.UNCHANGED)
        if outcomes[0].dry:
            told.state = SchoolImport.State.CONFIRM if outcomes[0].sentence else SchoolImport.State.WAITING
        told.sentence, told.kinds, told.run = outcomes[0].sentence, outcomes[0].kinds(), outcomes[0].run
        told.refusals = outcomes[0].told
    return told


def elsewhere(found: Sorted) -> dict[str, Told]:
    """Structures that lead to no open school, by key, and why."""
    with region():
        known = dict(Establishment.objects.filter(uai__in=_uais(found)).values_list("uai", "lifecycle"))
    told: dict[str, Told] = {}
    for key, uai in found.structures.items():
        people = found.elsewhere.get(key, 0)
        if uai or not people:
            continue
        named = found.structure_names.get(key, "")
        code = named.rpartition("(")[2].rstrip(")") if named.endswith(")") else ""
        state = SchoolImport.State.INACTIVE if code in known else SchoolImport.State.UNKNOWN
        sentence = (
            ngettext(
                "Cet établissement n’est pas ouvert dans Préau\u00a0: %(n)s personne est laissée de côté.",
                "Cet établissement n’est pas ouvert dans Préau\u00a0: ses %(n)s personnes sont laissées de côté.",
                people,
            )
            if code in known
            else ngettext(
                "Aucun établissement ne répond à cette structure\u00a0: dites lequel (%(n)s personne).",
                "Aucun établissement ne répond à cette structure\u00a0: dites lequel (%(n)s personnes).",
                people,
            )
        )
        told[key] = Told(state, named, [key], people, sentence=sentence % {"n": people})
    return told


def _uais(found: Sorted) -> list[str]:
    return [name.rpartition("(")[2].rstrip(")") for name in found.structure_names.values() if name.endswith(")")]


def is_known(digest: str, source: str, uais: list[str]) -> bool:
    """Whether every one of these schools is just as this very source left it."""
    answers: list[bool] = []
    for uai in uais:
        each_school(lambda: answers.append(pipeline.is_known(digest, source)), uais=[uai], name="import")
        if not answers or not answers[-1]:
            return False
    return len(answers) == len(uais)


# --- in the background ----------------------------------------------------------------------------------
def run_by_task(pk: int) -> None:
    """The task of `tenants.imports.services.start`. Run again after a kill, it goes on."""
    with region():
        row = RegionalImport.objects.filter(pk=pk).first()
    if row is None or row.state in {RegionalImport.State.DONE, RegionalImport.State.CANCELLED}:
        return
    with work.track(_("Import de la région")) as job, ending(row), files.opened(row.folder) as paths:
        run(row, tuple(paths), parts_of(row), job)


def run(row: RegionalImport, paths: tuple[Path, ...], folder: Path, job: Progress | None = None) -> None:
    """Read what was not read, then apply what was not applied. `folder` holds the parts, and outlives a kill."""
    today = timezone.localdate()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = row.options
    wanted = Wanted(
        paths=paths, format=Format(row.format) if row.format else None, open_schools=open_schools(),
        structures=options.get("structures"), mapping=options.get("mapping"), academy=options.get("academy", ""),
    )  # fmt: skip
    services.move(row, RegionalImport.State.READING)
    if not (folder / _HEAD).exists() and (uais := _all_known(row, wanted, today)):
        services.note_schools(row, {uai: asdict(Told(SchoolImport.State.UNCHANGED)) for uai in uais})
    else:
        info, found = sort(wanted, folder, today=today, step=job.advance if job else None)
        report = _report(found, folder)
        services.note_read(row, label=info.label, digest=info.digest, complete=info.complete, report=report)
        _note_schools(row, found)
        services.learn_routes({key: uai for key, uai in found.structures.items() if uai})
        _apply(row, info, found, folder, job, today)
    services.move(row, RegionalImport.State.DONE)
    shutil.rmtree(folder, ignore_errors=True)


def _all_known(row: RegionalImport, wanted: Wanted, today: date) -> list[str]:
    """The schools of the very same source, where each is as it left them: then it is not even read."""
    with reading.opened(wanted, today) as source:
        digest, label, kind = source.info.digest, source.info.label, source.info.format
    with region():
        before = RegionalImport.objects.filter(digest=digest, state=RegionalImport.State.DONE, options=row.options)
        last = before.exclude(pk=row.pk).exclude(digest="").first()
        rows = list(SchoolImport.objects.filter(regional=last).exclude(uai="")) if last else []
    if not rows or any(one.state not in (SchoolImport.State.APPLIED, SchoolImport.State.UNCHANGED) for one in rows):
        return []
    uais = [one.uai for one in rows]
    if not is_known(digest, SOURCE_OF[kind], uais):
        return []
    services.note_read(row, label=label, digest=digest, complete=row.complete, report=last.report if last else {})
    return uais


def _apply(
    row: RegionalImport, info: SourceInfo, found: Sorted, folder: Path, job: Progress | None, today: date
) -> None:
    services.move(row, RegionalImport.State.APPLYING)
    with region():
        uais = selectors.remaining(row)
    if job is not None:
        job.expect(len(uais))
        job.row.done = 0
    confirmed, dry = bool(row.options.get("confirm")), bool(row.options.get("dry_run"))
    for uai, told in tour(info, found, folder, uais, confirmed=confirmed, dry=dry, today=today, number=row.pk):
        services.note_school(row, uai, asdict(told), refusals=told.refusals)
        if job is not None:
            job.advance(1, message=uai)


def _note_schools(row: RegionalImport, found: Sorted) -> None:
    rows = {
        uai: asdict(_told(uai, found, [], [], failed=False)) | {"state": SchoolImport.State.WAITING}
        for uai in found.schools
    }
    services.note_schools(row, rows, elsewhere=[asdict(one) for one in elsewhere(found).values()])


def _report(found: Sorted, folder: Path) -> dict[str, Any]:
    """Numbers, and the first remarks that fit no school."""
    remarks: list[dict[str, Any]] = []
    for one in spool.remarks(spool.path_of(folder, spool.EVERYWHERE)):
        if len(remarks) < 200 and one["level"] != Level.NOTE:
            remarks.append({name: one[name] for name in ("level", "code", "sentence", "file", "line")})
    return {"read": dict(found.read), "remarks": dict(found.remarks), "told": remarks}


def parts_of(row: RegionalImport) -> Path:
    """Where the sorted parts lie: on this machine, beside what was sent."""
    return Path(files.storage().path(f"{row.folder}-parts"))


@contextmanager
def ending(row: RegionalImport) -> Iterator[None]:
    """However it ends, the row says so."""
    try:
        yield
    except DomainError as error:
        services.move(row, RegionalImport.State.REFUSED, str(error.message))
    except Unwanted:
        services.move(row, RegionalImport.State.CANCELLED)
        raise
    except Exception:
        sentence = _("Une erreur a tout arrêté\u00a0: relancez l’import, il reprendra où il en était.")
        services.move(row, RegionalImport.State.FAILED, sentence)
        raise

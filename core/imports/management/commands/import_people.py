"""`scripts/manage import_people SOURCE… --format aaf --school 0670079Z`, or `--region` for every open school."""

import json
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from core.imports import regional
from core.imports.engine import pipeline, reading
from core.imports.engine.pipeline import Order
from core.imports.engine.reading import Wanted
from core.imports.models import Kind
from core.imports.neutral import Format
from core.imports.readers.academies import academy_code
from tenants.establishments.models import Establishment, Lifecycle
from tenants.imports import selectors, services
from tenants.imports.models import RegionalImport, SchoolImport
from tenants.schemas.context import region, school

REFUSED, TO_CONFIRM, PARTLY = 1, 3, 4
_COLUMNS = {
    "read": "lus", "created": "créés", "updated": "modifiés", "unchanged": "inchangés", "suspended": "retirés",
    "returned": "revenus", "held": "à décider", "refused": "refusés",
}  # fmt: skip
_SAID = {state.value: str(state.label) for state in SchoolImport.State}


class Command(BaseCommand):
    help = (
        "Importe des personnes d’une source de l’État ou d’un tableau. Code de sortie : 0 fait, 1 refusé, "
        "3 à confirmer (--confirm), 4 des établissements n’ont pas été importés."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", nargs="+", type=Path, help="fichier, dossier ou archive")
        parser.add_argument("--format", choices=[one.value for one in Format], help="sinon reconnu au contenu")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--school", metavar="UAI", help="un établissement")
        where.add_argument("--region", action="store_true", help="tous les établissements ouverts")
        parser.add_argument("--dry-run", action="store_true", help="montrer sans rien changer")
        parser.add_argument("--confirm", action="store_true", help="retirer plus de 5 %% s’il le faut")
        parser.add_argument("--json", action="store_true", help="le compte rendu en JSON")
        parser.add_argument(
            "--structure", action="append", default=[], metavar="JOINTURE=UAI", help="de quel établissement elle est"
        )
        parser.add_argument("--academie", default="", help="code ou nom, quand le fichier AAF ne le dit pas")
        parser.add_argument("--mapping", type=Path, help="fichier JSON {colonne: champ}, pour un tableau")

    def handle(self, *args: Any, **options: Any) -> None:
        structures = _structures(options["structure"])
        mapping = json.loads(options["mapping"].read_text(encoding="utf-8")) if options["mapping"] else None
        wanted = Wanted(
            paths=tuple(options["source"]), format=Format(options["format"]) if options["format"] else None,
            uai=(options["school"] or "").upper(), structures=structures, mapping=mapping,
            open_schools=regional.open_schools(), academy=_academy(options["academie"]),
        )  # fmt: skip
        try:
            report = _region(wanted, options) if options["region"] else _school(wanted, options)
        except DomainError as error:
            self._refuse(error, as_json=options["json"])
        else:
            self._tell(report, as_json=options["json"])

    def _refuse(self, error: DomainError, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"refused": error.code, "sentence": str(error.message)}, ensure_ascii=False))
            raise SystemExit(REFUSED)
        raise CommandError(str(error.message), returncode=REFUSED)

    def _tell(self, report: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1, default=str))
        else:
            self.stdout.write("\n".join(_lines(report)))
        states = {one["state"] for one in report["schools"].values()}
        if SchoolImport.State.CONFIRM in states:
            raise SystemExit(TO_CONFIRM)
        if SchoolImport.State.REFUSED in states and len(states) == 1:
            raise SystemExit(REFUSED)
        if states & {SchoolImport.State.FAILED, SchoolImport.State.REFUSED}:
            raise SystemExit(PARTLY)


def _academy(given: str) -> str:
    code = academy_code(given, given) if given else ""
    if given and not code:
        raise CommandError("--academie attend un code (15) ou un nom (Strasbourg).")
    return code


def _structures(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if any(not (key and uai) for key, _equals, uai in pairs):
        raise CommandError("--structure s’écrit JOINTURE=UAI, par exemple 52008=0670079Z.")
    return {key: uai for key, _equals, uai in pairs}


# --- one school -----------------------------------------------------------------------------------------
def _school(wanted: Wanted, options: dict[str, Any]) -> dict[str, Any]:
    establishment = Establishment.objects.filter(uai=wanted.uai).first()
    if establishment is None or establishment.lifecycle != Lifecycle.ACTIVE:
        raise DomainError("no-school", f"L’établissement {wanted.uai} n’est pas ouvert dans Préau.")
    today = timezone.localdate()
    parts = TemporaryDirectory(prefix="preau-parts-")
    with school(establishment), parts as folder, reading.opened(wanted, today) as source:
        head = source.info
        if not options["dry_run"] and pipeline.is_known(head.digest, pipeline.SOURCE_OF[head.format]):
            told = regional.Told(SchoolImport.State.UNCHANGED, establishment.display_name)
            return _report(head.label, {wanted.uai: told}, shortcut=True)
        info, found = reading.sort(source, wanted, Path(folder), today=today)
        order = Order(
            info, Path(folder), wanted.uai, dict(found.schools[wanted.uai]), by_system=True, today=today,
            structures=found.structures_of(wanted.uai),
        )  # fmt: skip
        if options["dry_run"]:
            outcome = pipeline.show(order, None)
        else:
            outcome = pipeline.apply(order, confirmed=options["confirm"])
        told = regional.told(wanted.uai, found, outcome)
    told.name = establishment.display_name
    return _report(info.label, {wanted.uai: told}, remarks=outcome.remarks, refusals=outcome.told)


# --- the region -----------------------------------------------------------------------------------------
def _region(wanted: Wanted, options: dict[str, Any]) -> dict[str, Any]:
    if options["dry_run"]:
        return _region_shown(wanted)
    with region():
        row = _row(wanted, options)
        folder = regional.parts_of(row)
    with regional.ending(row):
        regional.run(row, wanted.paths, folder)
    with region():
        if row.state == RegionalImport.State.REFUSED:
            raise DomainError("refused", row.sentence)
        rows = list(selectors.schools(row))
    schools = {
        one.uai: regional.Told(one.state, one.name, one.structures, one.people, one.counts, one.sentence)
        for one in rows
        if one.uai
    }
    others = [
        regional.Told(one.state, one.name, one.structures, one.people, one.counts, one.sentence)
        for one in rows
        if not one.uai
    ]
    refusals = [*row.report.get("told", []), *row.report.get("refusals", [])]
    return _report(row.label, schools, others=others, remarks=row.report.get("remarks", {}), refusals=refusals)


def _row(wanted: Wanted, options: dict[str, Any]) -> RegionalImport:
    """The same command again after a kill goes on with what is left."""
    asked = {"confirm": options["confirm"], "structures": dict(wanted.structures or {}), "mapping": wanted.mapping}
    asked |= {"academy": wanted.academy} if wanted.academy else {}
    label = ", ".join(str(path.resolve()) for path in wanted.paths)[:200]
    left = RegionalImport.objects.filter(
        state__in=(RegionalImport.State.READING, RegionalImport.State.APPLYING, RegionalImport.State.FAILED),
        options=asked | {"source": label}, work=None,
    ).first()  # fmt: skip
    if left is not None:
        return left
    with transaction.atomic():
        named = wanted.format.value if wanted.format else ""
        made = services.begin(format=named, label=label, options=asked | {"source": label}, actor=None)
        made.folder = f"region/{made.pk}"
        made.save(update_fields=["folder"])
    return made


def _region_shown(wanted: Wanted) -> dict[str, Any]:
    today = timezone.localdate()
    with TemporaryDirectory(prefix="preau-parts-") as folder:
        info, found = regional.sort(wanted, Path(folder), today=today)
        uais = sorted(found.schools)
        shown = dict(regional.tour(info, found, Path(folder), uais, confirmed=False, dry=True, today=today))
    refusals = [{"uai": uai} | one for uai, told in shown.items() for one in told.refusals][: services.MOST_REFUSALS]
    others = list(regional.elsewhere(found).values())
    return _report(info.label, shown, others=others, remarks=dict(found.remarks), refusals=refusals)


# --- telling --------------------------------------------------------------------------------------------
def _report(
    label: str,
    schools: dict[str, regional.Told],
    *,
    others: list[regional.Told] | None = None,
    remarks: dict[str, int] | None = None,
    refusals: list[dict[str, Any]] | None = None,
    shortcut: bool = False,
) -> dict[str, Any]:
    """The shape of the JSON: per school and kind, every number, and the reasons; the first refusals one by one."""
    return {
        "source": label,
        "same_source": shortcut,
        "schools": {
            uai: {
                "state": str(told.state),
                "name": told.name,
                "structures": told.structures,
                "sentence": told.sentence,
                "kinds": told.kinds,
            }
            for uai, told in sorted(schools.items())
        },
        "elsewhere": [
            {
                "state": str(one.state),
                "structures": one.structures,
                "name": one.name,
                "people": one.people,
                "sentence": one.sentence,
            }
            for one in others or []
        ],
        "remarks": remarks or {},
        "refusals": refusals or [],
    }


def _lines(report: dict[str, Any]) -> list[str]:
    lines = [report["source"]]
    if report["same_source"]:
        lines.append("La même source a déjà été importée : rien à changer.")
    for uai, told in report["schools"].items():
        lines.append(f"\n{uai} {told['name']} : {_SAID.get(told['state'], told['state']).lower()}")
        if told["sentence"]:
            lines.append(f"  {told['sentence']}")
        if told["kinds"]:
            lines += _table(told["kinds"])
    lines += [f"\n{one['name'] or one['structures'][0]} : {one['sentence']}" for one in report["elsewhere"]]
    lines += [f"  {one['file']}, ligne {one['line']} : {one['sentence']}" for one in report["refusals"]]
    if report["remarks"]:
        lines.append("\nRemarques : " + ", ".join(f"{name} {n}" for name, n in sorted(report["remarks"].items())))
    return lines


def _table(kinds: dict[str, dict[str, Any]]) -> list[str]:
    named = {kind: str(Kind(kind).label) if kind in Kind.values else kind for kind in kinds}
    width = max(len(name) for name in named.values()) + 2
    lines = ["  " + " " * width + " ".join(f"{title:>9}" for title in _COLUMNS.values())]
    for kind, numbers in kinds.items():
        cells = " ".join(f"{numbers.get(column, 0):>9}" for column in _COLUMNS)
        lines.append(f"  {named[kind]:<{width}}{cells}")
        lines += [f"    {reason} : {n}" for reason, n in numbers.get("reasons", {}).items()]
    return lines

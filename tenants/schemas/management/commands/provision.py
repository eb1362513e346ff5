"""Make the spaces of schools: one, a département's, or all of them."""

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.utils.translation import ngettext

from tenants.establishments.models import Establishment, Lifecycle, Sector
from tenants.schemas.bulk import provision_many

_WAITING = (Lifecycle.KNOWN, Lifecycle.PREPARING)
_SECTORS = {"public": Sector.PUBLIC, "prive": Sector.PRIVATE}


class Command(BaseCommand):
    help = "Prépare et ouvre des établissements. Interrompue, la commande se relance et finit le travail."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--uai", action="append", help="cet établissement (répétable)")
        which.add_argument("--departement", action="append", help="tous ceux du département, par exemple 67")
        which.add_argument("--all", action="store_true", help="tous les établissements connus")
        parser.add_argument("--secteur", choices=sorted(_SECTORS), help="seulement ce secteur")
        parser.add_argument("--jobs", type=int, default=2, help="nombre de connexions (2 par défaut)")
        parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["jobs"] <= 32:
            raise CommandError("--jobs va de 1 à 32.")
        self.quiet = options["json"]
        chosen = self._chosen(options)
        todo = list(chosen.filter(lifecycle__in=_WAITING).order_by("uai").values_list("uai", flat=True))
        already = chosen.filter(lifecycle=Lifecycle.ACTIVE).count()
        started = time.monotonic()
        failed = self._run(todo, options["jobs"])
        self._tell(len(todo) - len(failed), already, failed, time.monotonic() - started)
        if failed:
            raise CommandError(
                f"{len(failed)} échecs. Relancez la même commande pour reprendre.", returncode=1
            )

    def _chosen(self, options: dict[str, Any]) -> QuerySet[Establishment]:
        schools = Establishment.objects.all()
        if options["uai"]:
            schools = schools.filter(uai__in=[uai.upper() for uai in options["uai"]])
            self._all_there(options["uai"], schools)
        if options["departement"]:
            codes = [code.upper().zfill(3) for code in options["departement"]]
            schools = schools.filter(departement_code__in=codes)
        if options["secteur"]:
            schools = schools.filter(sector=_SECTORS[options["secteur"]])
        if not schools.exists():
            raise CommandError("Aucun établissement ne correspond. Chargez d’abord l’annuaire.", returncode=2)
        return schools

    def _all_there(self, asked: list[str], schools: QuerySet[Establishment]) -> None:
        states = dict(schools.values_list("uai", "lifecycle"))
        for uai in (uai.upper() for uai in asked):
            if uai not in states:
                raise CommandError(f"{uai} n’est pas dans l’annuaire.", returncode=2)
            if states[uai] not in {*_WAITING, Lifecycle.ACTIVE}:
                state = Lifecycle(states[uai]).label.lower()
                raise CommandError(f"{uai} est {state} : il ne se prépare pas.", returncode=2)

    def _run(self, todo: list[str], jobs: int) -> dict[str, str]:
        """UAI to what went wrong, for those that failed."""
        failed: dict[str, str] = {}
        for done, (uai, error) in enumerate(provision_many(todo, jobs=jobs), start=1):
            if error:
                failed[uai] = error
            self._progress(done, len(todo), len(failed))
        return failed

    def _progress(self, done: int, total: int, failed: int) -> None:
        if self.quiet or not sys.stderr.isatty():
            return
        bar = "█" * (30 * done // total)
        mishaps = f", {failed} en échec" if failed else ""
        self.stderr.write(f"\r{bar:·<30} {done}/{total}{mishaps}", ending="\n" if done == total else "")

    def _tell(self, done: int, already: int, failed: dict[str, str], seconds: float) -> None:
        if self.quiet:
            told = {"provisioned": done, "already": already, "failed": failed, "seconds": round(seconds, 1)}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        opened = ngettext("%d établissement ouvert", "%d établissements ouverts", done) % done
        mishaps = ngettext("%d échec", "%d échecs", len(failed)) % len(failed)
        before = ngettext("%d l’était déjà", "%d l’étaient déjà", already) % already
        self.stdout.write(f"{opened}, {before}, {mishaps}, en {seconds:.1f} s.")
        for uai, error in failed.items():
            self.stdout.write(f"  {uai} : {error}")

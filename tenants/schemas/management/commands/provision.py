"""Make the spaces of schools: one, a département's, or all of them."""

import json
import multiprocessing
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.db.models import QuerySet
from django.utils.translation import ngettext

from tenants.errors import DomainError
from tenants.establishments.models import Establishment, Lifecycle, Sector
from tenants.schemas import provisioning

logger = structlog.get_logger(__name__)
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
        parser.add_argument("--jobs", type=int, default=1, help="nombre de processus (1 par défaut)")
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
        outcomes = _one_by_one(todo) if jobs == 1 or len(todo) < 2 else _side_by_side(todo, jobs)
        for done, (uai, error) in enumerate(outcomes, start=1):
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


def _one_by_one(todo: list[str]) -> Iterator[tuple[str, str]]:
    for uai in todo:
        yield uai, provision_one(uai)


def _side_by_side(todo: list[str], jobs: int) -> Iterator[tuple[str, str]]:
    """Over several processes, each with its own connection. One that dies takes only its school with it."""
    waiting = list(reversed(todo))
    while waiting:
        before = len(waiting)
        yield from _pool(waiting, jobs)
        if len(waiting) == before:
            break
    yield from ((uai, "le processus s’est arrêté") for uai in waiting)


def _pool(waiting: list[str], jobs: int) -> Iterator[tuple[str, str]]:
    """Take from `waiting` until it is empty or a process dies."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    running: dict[Future[str], str] = {}
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_worker) as pool:
        while waiting or running:
            while waiting and len(running) < jobs:
                uai = waiting.pop()
                running[pool.submit(provision_one, uai)] = uai
            ended, _still = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                uai = running.pop(future)
                try:
                    yield uai, future.result()
                except BrokenProcessPool:
                    yield uai, "le processus s’est arrêté"
                    yield from ((other, "le processus s’est arrêté") for other in running.values())
                    return


def _begin_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent stops, and the workers with it
    connections.close_all()


def provision_one(uai: str) -> str:
    """Make one school. Returns what went wrong, or ""."""
    try:
        provisioning.provision(Establishment.objects.get(uai=uai), actor=None)
    except DomainError as error:
        return str(error.message)
    except Exception as error:  # noqa: BLE001 -- one school's failure must not hold up the others; it is told
        return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error).strip() else ''}"
    return ""

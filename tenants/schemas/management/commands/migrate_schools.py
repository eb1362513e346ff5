"""Bring the tables of every provisioned school up to date."""

import json
import sys
import time
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.errors import DomainError
from tenants.schemas import graph, spares
from tenants.schemas.lanes.chains import SQL, Step
from tenants.schemas.ledger import Standing
from tenants.schemas.upgrades import services
from tenants.schemas.upgrades.one import Target, Unplannable, Work, planned, work_for
from tenants.schemas.upgrades.runner import AHEAD, BUSY, DONE, FAILED, Order, Tally

_WORDS = {"sql": "SQL compilé", "python": "Python, états partagés", "outside": "hors transaction"}


class Command(BaseCommand):
    # As Django's migrate: they take longer than learning that there is nothing to do
    requires_system_checks: list[str] = []
    help = (
        "Met à jour les tables de tous les établissements ouverts ou suspendus. Interrompue, la commande se relance "
        "et finit le travail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--uai", action="append", help="seulement cet établissement (répétable)")
        parser.add_argument("--jobs", type=int, default=2, help="nombre de connexions (2 par défaut)")
        parser.add_argument("--canary", type=int, default=3, help="taille du premier groupe (3 ; 0 : aucun)")
        parser.add_argument("--app", help="seulement cette application, avec --to")
        parser.add_argument("--to", help="jusqu’à cette migration, en avant ou en arrière (0002, ou son nom)")
        parser.add_argument("--plan", action="store_true", help="montre ce qui serait fait, sans rien changer")
        parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self.quiet, self.silent = options["json"], options["verbosity"] == 0
        target = self._target(options)
        standings = self._standings(options, target)
        if options["plan"]:
            self._plan(standings, target)
            return
        if not standings:
            self._tell(Tally(total=0), 0.0)
            return
        started = time.monotonic()
        order = Order(jobs=options["jobs"], canary=options["canary"], target=target, watch=self._progress)
        try:
            if target.label:
                work_for(standings[0].versions, target=target)  # a target that does not exist is told at once
            tally = services.work(services.begin(len(standings)), standings, order)
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        self._tell(tally, time.monotonic() - started)
        if not tally.reason:
            spares.refill()
        if tally.reason or tally.counts[FAILED] or tally.counts[BUSY] or tally.paused:
            raise CommandError(self._conclusion(tally))

    # --- what to do ----------------------------------------------------------------------------------------
    def _target(self, options: dict[str, Any]) -> Target:
        if bool(options["app"]) != bool(options["to"]):
            raise CommandError("--app et --to vont ensemble.", returncode=2)
        if not 1 <= options["jobs"] <= 32 or options["canary"] < 0:
            raise CommandError("--jobs va de 1 à 32, --canary de 0 au nombre d’établissements.", returncode=2)
        if not options["app"]:
            return Target()
        if options["app"] not in graph.current().versions:
            raise CommandError(f"Aucune application d’établissement ne s’appelle {options['app']}.", returncode=2)
        if options["to"] in {"zero", "0"}:
            raise CommandError("Pour retirer un module et ses données : purge_module.", returncode=2)
        return Target(options["app"], options["to"])

    def _standings(self, options: dict[str, Any], target: Target) -> list[Standing]:
        uais = [uai.upper() for uai in options["uai"]] if options["uai"] else None
        try:
            if target.label:
                return services.holding(target.label, target.migration, uais)
            return services.pending(uais)
        except DomainError as error:
            raise CommandError(str(error.message), returncode=2) from error

    # --- telling -------------------------------------------------------------------------------------------
    def _plan(self, standings: list[Standing], target: Target) -> None:
        seen: Counter[tuple[str, str, int]] = Counter()
        ahead: list[str] = []
        for standing in standings:
            try:
                work = planned(standing.versions, (), target)
            except (Unplannable, RuntimeError, DomainError) as error:
                raise CommandError(f"{standing.uai} : {error}") from error
            ahead += [standing.uai] if work.ahead else []
            seen.update(_lines(work))
        if self.quiet:
            lines = [{"what": w, "lane": lane, "statements": n, "schools": c} for (w, lane, n), c in seen.items()]
            told = {"schools": len(standings), "ahead": ahead, "plan": lines}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        if not standings:
            self.stdout.write("Rien à faire : tous les établissements sont à jour.")
        for (what, lane, count), schools in seen.items():
            how = f"{_WORDS.get(lane, lane)}{f', {count} instructions' if lane == SQL else ''}"
            self.stdout.write(f"{what:<50} {schools:>5} établissements  ({how})")
        if ahead:
            self.stdout.write(f"{len(ahead)} établissements sont en avance sur ce code : {', '.join(ahead[:10])}")

    def _progress(self, tally: Tally) -> bool:
        if not self.quiet and sys.stderr.isatty():
            bar = "█" * (30 * tally.taken // max(tally.total, 1))
            mishaps = f", {tally.counts[FAILED]} en quarantaine" if tally.counts[FAILED] else ""
            self.stderr.write(
                f"\r{bar:·<30} {tally.taken}/{tally.total}, {tally.rate:.0f}/s,"
                f" encore {tally.seconds_left:.0f} s{mishaps} ",
                ending="\n" if tally.taken == tally.total else "",
            )
        return True

    def _tell(self, tally: Tally, seconds: float) -> None:
        if self.quiet:
            told = {
                "total": tally.total, **tally.counts, "errors": tally.errors, "reason": tally.reason,
                "paused": tally.paused, "seconds": round(seconds, 2),
            }  # fmt: skip
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        if not tally.total:
            if not self.silent:
                self.stdout.write("Tous les établissements sont à jour.")
            return
        self.stdout.write(
            f"{tally.counts[DONE]} établissements mis à jour, {tally.counts[FAILED]} en quarantaine, "
            f"{tally.counts[BUSY]} occupés, {tally.counts[AHEAD]} en avance, en {seconds:.1f} s."
        )
        for uai, error in list(tally.errors.items())[:20]:
            self.stdout.write(f"  {uai} : {error}")

    def _conclusion(self, tally: Tally) -> str:
        if tally.paused:
            return "Mise en pause. Relancez la même commande pour reprendre."
        if tally.reason:
            return f"{tally.reason} Corrigez, puis relancez la même commande."
        return "Certains établissements ne sont pas à jour. Relancez la même commande pour les reprendre."


def _lines(work: Work) -> list[tuple[str, str, int]]:
    lines: list[tuple[str, str, int]] = []
    for part in work.parts:
        for item in part:
            if isinstance(item, Step):
                arrow = "retour avant " if item.backwards else ""
                lines.append((f"{arrow}{item.name.rstrip('.')}", item.lane, len(item.statements)))
            else:
                lines.append((f"{item} (tables entières)", "plan", 0))
    return lines

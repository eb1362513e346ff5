"""Load a directory of establishments from a file."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from tenants.errors import DomainError
from tenants.establishments import directory
from tenants.establishments.directory.report import details

_SHOWN = 10


class Command(BaseCommand):
    help = "Charge un annuaire d’établissements (fichier partagé ou annuaire national). Ne supprime jamais rien."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier CSV")
        parser.add_argument("--dry-run", action="store_true", help="montre les différences sans rien écrire")
        parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")
        parser.add_argument("--refused", type=Path, help="où écrire les lignes refusées (sinon refus-<date>.csv)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        plan = self._plan(path, quiet=options["json"])
        if not options["dry_run"]:
            try:
                directory.apply(plan, actor=None, source=path.name)
            except DomainError as error:
                raise CommandError(str(error.message), returncode=1) from error
        refused = self._write_refused(plan, options["refused"])
        if options["json"]:
            told = {**plan.counts, "refused_file": str(refused or ""), "details": details(plan)}
            self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))
        else:
            self._tell(plan, refused, dry_run=options["dry_run"])

    def _plan(self, path: Path, *, quiet: bool) -> directory.Plan:
        progress = None if quiet or not sys.stderr.isatty() else self._progress
        try:
            with path.open("rb") as stream:
                return directory.plan(stream, progress)
        except OSError as error:
            raise CommandError(f"{path} ne peut pas être ouvert : {error.strerror}.", returncode=2) from error
        except directory.UnreadableFile as error:
            raise CommandError(f"{path.name} : {error.message}", returncode=2) from error

    def _progress(self, done: int, total: int) -> None:
        filled = 30 * done // max(total, 1)
        self.stderr.write(f"\r{'█' * filled}{'·' * (30 - filled)} {done}/{total}", ending="")
        if done >= total:
            self.stderr.write("")

    def _write_refused(self, plan: directory.Plan, asked: Path | None) -> Path | None:
        if not plan.refused:
            return None
        path = asked or Path.cwd() / f"refus-{timezone.localtime():%Y-%m-%d-%H%M%S}.csv"
        try:
            path.write_bytes(directory.refused_csv(plan))
        except OSError as error:
            raise CommandError(
                f"Les lignes refusées n’ont pas pu être écrites dans {path} : {error.strerror}.", returncode=2
            ) from error
        return path

    def _tell(self, plan: directory.Plan, refused: Path | None, *, dry_run: bool) -> None:
        verb = "seraient " if dry_run else ""
        self.stdout.write(
            f"{len(plan.created)} {verb}créés, {len(plan.updated)} {verb}mis à jour, "
            f"{plan.unchanged} inchangés, {len(plan.refused)} refusés."
        )
        if plan.ignored:
            self.stdout.write(f"{plan.ignored} lignes laissées de côté (services, établissements fermés).")
        for update in plan.updated[:_SHOWN]:
            changes = ", ".join(f"{name} : {before} → {after}" for name, (before, after) in update.changes.items())
            self.stdout.write(f"  {update.uai} {update.label} — {changes}")
        for refusal in plan.refused[:_SHOWN]:
            self.stdout.write(f"  ligne {refusal.line} : {refusal.reason}")
        if refused:
            self.stdout.write(f"Lignes refusées, à corriger et recharger : {refused}")

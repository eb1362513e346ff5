"""What the commands about modules share: which schools, how far, what came of it."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from core.errors import DomainError
from core.modules import registry
from core.modules.contract import Manifest
from tenants.establishments.models import Establishment, SchoolType
from tenants.schemas import ledger
from tenants.schemas.loops import spread

_SHOWN = 20


@dataclass
class Outcome:
    """UAI done, as wished already, refused (with why) and failed (with what went wrong)."""

    done: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        return sum(map(len, (self.done, self.already, self.refused, self.failed)))


class SchoolsCommand(BaseCommand):
    """A command on one module in some schools."""

    # DomainError codes that mean: it is so already
    already_codes = frozenset({"nothing"})

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("module", help="le module, par son nom court (news)")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--uai", action="append", help="cet établissement (répétable)")
        which.add_argument("--type", action="append", choices=SchoolType.values, help="tous ceux de ce type")
        which.add_argument("--departement", action="append", help="tous ceux du département, par exemple 67")
        which.add_argument("--all", action="store_true", help="tous les établissements ouverts")
        parser.add_argument("--jobs", type=int, default=2, help="nombre de connexions (2 par défaut)")
        parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")

    def manifest(self, options: dict[str, Any]) -> Manifest:
        if not 1 <= options["jobs"] <= 32:
            raise CommandError("--jobs va de 1 à 32.", returncode=2)
        found = registry.modules().get(options["module"])
        if found is None:
            raise CommandError(f"Aucun module ne s’appelle {options['module']}.", returncode=2)
        return found

    def schools(self, options: dict[str, Any]) -> list[Establishment]:
        """The open and suspended schools that are meant, in order."""
        found = Establishment.objects.filter(lifecycle__in=ledger.KEPT).order_by("uai")
        if options["uai"]:
            wanted = {uai.upper() for uai in options["uai"]}
            found = found.filter(uai__in=wanted)
            if strangers := wanted - set(found.values_list("uai", flat=True)):
                names = ", ".join(sorted(strangers))
                raise CommandError(f"Ni ouverts ni suspendus\u00a0: {names}.", returncode=2)
        if options["type"]:
            found = found.filter(type__in=options["type"])
        if options["departement"]:
            found = found.filter(departement_code__in=[code.upper().zfill(3) for code in options["departement"]])
        return list(found)

    def run(self, schools: list[Establishment], work: Callable[[Establishment], object], jobs: int) -> Outcome:
        """Each school on its own fate."""
        outcome = Outcome()
        for school, error in spread(schools, work, jobs=jobs):
            if error is None:
                outcome.done.append(school.uai)
            elif isinstance(error, DomainError) and error.code in self.already_codes:
                outcome.already.append(school.uai)
            elif isinstance(error, DomainError) and error.status != 409:
                outcome.refused[school.uai] = str(error.message)
            else:
                outcome.failed[school.uai] = f"{type(error).__name__}: {error}"
            self._progress(outcome, len(schools))
        return outcome

    def _progress(self, outcome: Outcome, total: int) -> None:
        if not sys.stderr.isatty():
            return
        bar = "█" * (30 * outcome.taken // max(total, 1))
        mishaps = f", {len(outcome.failed)} en échec" if outcome.failed else ""
        end = "\n" if outcome.taken == total else ""
        self.stderr.write(f"\r{bar:·<30} {outcome.taken}/{total}{mishaps}", ending=end)

    def tell(self, outcome: Outcome, words: tuple[str, str], options: dict[str, Any], started: float) -> None:
        """`words` say what was done to one school, and to several. Raises CommandError when some failed."""
        seconds = round(time.monotonic() - started, 1)
        if options["json"]:
            told = {
                "done": len(outcome.done), "already": len(outcome.already), "refused": outcome.refused,
                "failed": outcome.failed, "seconds": seconds,
            }  # fmt: skip
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            n = len(outcome.done)
            self.stdout.write(
                f"{n} {ngettext(*words, n)}, {len(outcome.already)} l’étaient déjà, "
                f"{len(outcome.refused)} refus, {len(outcome.failed)} échecs, en {seconds} s."
            )
            for uai, why in [*outcome.refused.items(), *outcome.failed.items()][:_SHOWN]:
                self.stdout.write(f"  {uai}\u00a0: {why}")
        if outcome.failed:
            raise CommandError(f"{len(outcome.failed)} échecs. Relancez la même commande pour reprendre.", returncode=1)

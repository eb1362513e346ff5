"""How the schools stand: by state, by version, and against their blueprints."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from tenants.establishments.models import Establishment, Lifecycle
from tenants.establishments.selectors import counts_by_state
from tenants.schemas import status
from tenants.schemas.models import InstalledApp
from tenants.schemas.status import Overview, Standing
from tenants.schemas.upgrades import services
from tenants.schemas.verification import Divergence, verify

_SHOWN = 20


class Command(BaseCommand):
    help = "Dit où en sont les établissements\u00a0: états, versions, quarantaine, mise à jour en cours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="écrit le résultat en JSON")
        parser.add_argument(
            "--verify", action="store_true", help="compare aussi les tables de chaque établissement à leur plan"
        )
        parser.add_argument("--uai", action="append", help="avec --verify, seulement cet établissement (répétable)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["uai"] and not options["verify"]:
            raise CommandError("--uai va avec --verify.", returncode=2)
        found = status.overview(Establishment.objects.all())
        told = _told(found)
        if not options["json"]:
            self._tell(found, told)
        divergent = self._verified(told, options) if options["verify"] else []
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))
        if divergent:
            raise CommandError(_number(len(divergent), "établissement diverge", "établissements divergent") + ".")

    def _verified(self, told: dict[str, Any], options: dict[str, Any]) -> list[Divergence]:
        uais = [uai.upper() for uai in options["uai"]] if options["uai"] else None
        compared, divergent, unknown = 0, [], []
        for part in verify(uais):
            compared += len(part)
            divergent += [divergence for divergence in part if divergence]
            unknown += [divergence for divergence in part if divergence.unknown]
        if uais is not None and compared < len(set(uais)):
            raise CommandError("Un établissement nommé n’est ni ouvert ni suspendu.", returncode=2)
        told["verified"] = {
            "schools": compared - len(unknown),
            "divergent": [vars(divergence) for divergence in divergent],
            "without_blueprint": {divergence.uai: divergence.unknown for divergence in unknown},
        }
        if not options["json"]:
            done = _number(compared - len(unknown), "établissement comparé", "établissements comparés")
            self.stdout.write(f"\n{done} à leur plan.")
            if unknown:
                others = _number(len(unknown), "établissement n’a pas", "établissements n’ont pas")
                self.stdout.write(f"{others} de plan pour leur version\u00a0: mettez-les d’abord à jour.")
            for divergence in divergent[:_SHOWN]:
                self.stdout.write(f"  {divergence.uai}\u00a0: {_in_words(divergence)}")
            if not divergent:
                self.stdout.write("Aucune différence.")
        return divergent

    # --- telling -------------------------------------------------------------------------------------------
    def _tell(self, found: Overview, told: dict[str, Any]) -> None:
        labels = [(str(Lifecycle(state).label), n) for state, n in told["lifecycle"].items()]
        self._table("États", labels)
        self._table("Versions des établissements ouverts et suspendus",
                    [(str(kind.label), found.counts[kind]) for kind in Standing])  # fmt: skip
        for app in found.apps:
            if app.differs:
                parts = {"à jour": app.current, "en retard": app.behind, "en avance": app.ahead,
                         "en échec": app.failed, "absente": app.missing}  # fmt: skip
                others = ", ".join(f"{name or 'sans version connue'} ({n})" for name, n in app.others.items())
                said = ", ".join(f"{n} {what}" for what, n in parts.items() if n)
                self.stdout.write(f"  {app.label}\u00a0: " + "\u00a0; ".join(filter(None, [said, others])))
        for fault in told["quarantine"][:_SHOWN]:
            self.stdout.write(f"  {fault['uai']}\u00a0: {fault['app']} {fault['migration']}\u00a0: {fault['error']}")
        spares = _number(told["spares"], "espace de réserve", "espaces de réserve")
        erased = _number(told["tombstones"], "établissement effacé", "établissements effacés")
        self.stdout.write(f"\n{spares}, {erased}.")
        if run := told["upgrade"]:
            left = f", encore {run['seconds_left']} s" if run["seconds_left"] is not None else ""
            silent = " (interrompue\u00a0: relancez migrate_schools)" if run["silent"] else ""
            self.stdout.write(f"Mise à jour {run['state']}{silent}\u00a0: {run['taken']} sur {run['total']}{left}.")

    def _table(self, title: str, rows: list[tuple[str, int]]) -> None:
        self.stdout.write(f"{title}\n")
        for label, number in rows:
            if number:
                self.stdout.write(f"  {label:<20} {number:>6}")


def _told(found: Overview) -> dict[str, Any]:
    live = services.live()
    return {
        "lifecycle": counts_by_state(Establishment.objects.all()),
        "schools": found.total,
        "standing": found.counts,
        "apps": {app.label: {key: value for key, value in vars(app).items() if key != "label"} for app in found.apps},
        "quarantine": _quarantine(),
        "spares": status.spares_ready(),
        "tombstones": status.tombstones().count(),
        "upgrade": _upgrade(status.progress_of(live)) if live else None,
    }


def _quarantine() -> list[dict[str, Any]]:
    rows = InstalledApp.objects.filter(state=InstalledApp.State.FAILED).order_by("uai", "app_label")
    return [
        {"uai": row.uai, "app": row.app_label, "migration": row.migration, "error": row.error, "since": row.changed_at}
        for row in rows
    ]


def _upgrade(progress: status.Progress) -> dict[str, Any]:
    upgrade = progress.upgrade
    return {
        "state": str(upgrade.state), "stage": upgrade.stage, "total": upgrade.total, "taken": progress.taken,
        "failed": upgrade.failed, "busy": upgrade.busy, "by": upgrade.actor_name, "silent": progress.silent,
        "rate": progress.rate, "seconds_left": progress.left.total_seconds() if progress.left else None,
    }  # fmt: skip


def _number(n: int, one: str, many: str) -> str:
    return f"{n} {ngettext(one, many, n)}"


def _in_words(divergence: Divergence) -> str:
    if divergence.absent:
        return "pas de tables du tout"
    parts = {"manque": divergence.missing, "en trop": divergence.extra, "diffère": divergence.differing}  # fmt: skip
    return "\u00a0; ".join(f"{what}\u00a0: {', '.join(things[:5])}" for what, things in parts.items() if things)

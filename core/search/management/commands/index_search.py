"""Compare the index of the search with the contents, now."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.search import services
from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas.loops import each_school


class Command(BaseCommand):
    help = "Compare l’index de la recherche avec les contenus des établissements, et écrit ce qui diffère."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--uai", action="append", help="cet établissement (répétable)")
        which.add_argument("--all", action="store_true", help="tous les établissements ouverts")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Establishment.objects.filter(lifecycle=Lifecycle.ACTIVE).order_by("uai")
        if options["uai"]:
            found = found.filter(uai__in=[uai.upper() for uai in options["uai"]])
        uais = list(found.values_list("uai", flat=True))
        if not uais:
            raise CommandError("Aucun établissement ouvert ne correspond.", returncode=2)
        changed, started = 0, time.monotonic()

        def work() -> None:
            nonlocal changed
            changed += services.reconcile_all()

        tour = each_school(work, uais=uais, name="search.reconcile")
        seconds = round(time.monotonic() - started, 1)
        self.stdout.write(f"{len(tour.done)} établissements, {changed} entrées écrites ou retirées, en {seconds} s.")

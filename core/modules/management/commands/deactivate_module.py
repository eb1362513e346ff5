"""Switch a module off in some schools. What it holds is kept."""

import time
from typing import Any

from core.modules import services
from core.modules.management.schools import SchoolsCommand
from tenants.establishments.models import Establishment
from tenants.schemas.context import school


class Command(SchoolsCommand):
    help = (
        "Désactive un module dans des établissements, avec ceux qui s’appuient sur lui. Ce qu’il contient est gardé. "
        "Interrompue, la commande se relance et finit le travail."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        manifest = self.manifest(options)

        def work(establishment: Establishment) -> None:
            with school(establishment):
                services.change(establishment, {manifest.slug: {"enabled": False}}, actor=None)

        started = time.monotonic()
        outcome = self.run(self.schools(options), work, options["jobs"])
        self.tell(outcome, ("établissement désactivé", "établissements désactivés"), options, started)

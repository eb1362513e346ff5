"""Make a module's tables in some schools, and switch it on."""

import time
from typing import Any

from core.modules import services
from core.modules.management.schools import SchoolsCommand
from tenants.establishments.models import Establishment
from tenants.schemas.context import school


class Command(SchoolsCommand):
    help = (
        "Active un module dans des établissements, avec ceux sur lesquels il s’appuie. Interrompue, la commande se "
        "relance et finit le travail."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        manifest = self.manifest(options)
        chosen = self.schools(options)
        if not options["uai"]:
            chosen = [e for e in chosen if e.type in manifest.school_types]

        def work(establishment: Establishment) -> None:
            with school(establishment):
                services.change(establishment, {manifest.slug: {"enabled": True}}, actor=None)

        started = time.monotonic()
        outcome = self.run(chosen, work, options["jobs"])
        self.tell(outcome, ("établissement activé", "établissements activés"), options, started)

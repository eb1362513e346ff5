"""Destroy what a module holds in some schools: in some weeks, or now."""

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from core.errors import DomainError
from core.modules import purging
from core.modules.management.schools import Outcome, SchoolsCommand
from tenants.establishments.models import Establishment
from tenants.policies import purging as regional
from tenants.schemas import purges
from tenants.schemas.models import ModulePurge
from tenants.schemas.purges import Asker


class Command(SchoolsCommand):
    help = (
        "Prévoit la suppression de ce qu’un module désactivé contient dans des établissements, et de ses tables. "
        "Avec --now, la fait aussitôt\u00a0: rien ne la défait. Interrompue, la commande se relance et finit le "
        "travail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--now", action="store_true", help="aussitôt, au lieu d’attendre (avec --confirm)")
        when.add_argument("--cancel", action="store_true", help="annule ce qui est prévu")
        parser.add_argument("--confirm", metavar="MODULE", help="avec --now\u00a0: le module, écrit une seconde fois")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = self.manifest(options).slug
        if options["now"] and options["confirm"] != slug:
            raise CommandError(f"--now détruit pour de bon. Ajoutez --confirm {slug}.", returncode=2)
        started, schools = time.monotonic(), self.schools(options)
        if options["cancel"]:
            self._cancel(slug, schools, options, started)
            return
        asked = regional.ask(slug, schools, actor=None, due_at=timezone.now() if options["now"] else None)
        if not options["now"]:
            outcome = Outcome(done=asked.planned, already=asked.already, refused=asked.refused)
            self.tell(outcome, ("suppression prévue", "suppressions prévues"), options, started)
            return
        wanted = {*asked.planned, *asked.already}
        outcome = self.run([s for s in schools if s.uai in wanted], lambda s: _destroy(s, slug), options["jobs"])
        outcome.refused |= asked.refused
        self.tell(outcome, ("contenu supprimé", "contenus supprimés"), options, started)

    def _cancel(self, slug: str, schools: list[Establishment], options: dict[str, Any], started: float) -> None:
        label = str(self.manifest(options).name)
        stopped = purges.cancel([s.uai for s in schools], slug, label, asker=Asker(name="préau", by_region=True))
        self.tell(Outcome(done=stopped), ("suppression annulée", "suppressions annulées"), options, started)


def _destroy(establishment: Establishment, slug: str) -> None:
    purge = ModulePurge.objects.filter(uai=establishment.uai, module=slug, state__in=purges.LIVE).first()
    if purge is None:
        return  # somebody was faster
    if why := purging.execute(purge):
        raise DomainError("purge", why)

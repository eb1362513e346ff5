"""Bring the tables of every provisioned school up to date."""

from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.establishments.models import Establishment, Lifecycle
from tenants.schemas import engine

logger = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Met à jour les tables de tous les établissements ouverts ou suspendus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--uai", action="append", help="seulement cet établissement (répétable)")

    def handle(self, *args: Any, **options: Any) -> None:
        schools = Establishment.objects.filter(lifecycle__in=[Lifecycle.ACTIVE, Lifecycle.SUSPENDED])
        if options["uai"]:
            schools = schools.filter(uai__in=options["uai"])
        failed = [establishment.uai for establishment in schools.order_by("uai") if not self._migrate(establishment)]
        if failed:
            raise CommandError(f"Échec pour {', '.join(failed)}. Les autres établissements sont à jour.")

    def _migrate(self, establishment: Establishment) -> bool:
        try:
            labels = engine.installed_labels(establishment.uai) | set(engine.core_labels())
            with engine.exclusive(establishment):
                engine.install(establishment, labels)
        except Exception:
            logger.exception("school migration failed", uai=establishment.uai)
            return False
        return True

"""Make the spaces that are kept in advance."""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.schemas import spares


class Command(BaseCommand):
    help = "Prépare les espaces de réserve, et remplace ceux d’une version antérieure."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        made = spares.refill()
        if options["verbosity"]:
            self.stdout.write(f"{made} espaces de réserve préparés." if made else "La réserve est pleine.")

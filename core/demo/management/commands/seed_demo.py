"""Build the demo region where it is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.demo.build import NotADemo, seed


class Command(BaseCommand):
    help = "Construit la région de démonstration (PREAU_DEMO=1). Une seconde fois ne change rien."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            filled = seed()
        except NotADemo as error:
            raise CommandError("Ce lieu n’est pas une démonstration : définissez PREAU_DEMO=1.") from error
        if filled:
            self.stdout.write(f"Région de démonstration : {len(filled)} établissements peuplés.")

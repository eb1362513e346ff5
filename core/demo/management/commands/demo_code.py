"""Print the second-factor code of a demo person."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.demo.second_factor import code_of
from tenants.accounts.models import Account


class Command(BaseCommand):
    help = "Affiche le code à six chiffres d’une personne de la démonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", help="l’identifiant, par exemple samir.belkacem")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Ce lieu n’est pas une démonstration : définissez PREAU_DEMO=1.")
        if not Account.objects.filter(login=options["login"]).exists():
            raise CommandError("Personne n’a cet identifiant. La liste : scripts/manage demo_people")
        self.stdout.write(code_of(options["login"]))

"""Print who can sign in to the demo."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.demo.cast import PASSWORD
from core.demo.roster import roster


class Command(BaseCommand):
    help = "Liste les personnes de la démonstration et leur mot de passe."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="pour un programme")

    def handle(self, *args: Any, **options: Any) -> None:
        entries = roster()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(entry) for entry in entries], ensure_ascii=False, indent=2))
            return
        if not entries:
            return
        self.stdout.write(f"Mot de passe de tous : {PASSWORD}")
        self.stdout.write("Code (*) : scripts/manage demo_code IDENTIFIANT\n")
        for entry in entries:
            where = ", ".join(entry.hosts) or "région"
            star = "*" if entry.second_factor else " "
            self.stdout.write(f"  {star} {entry.login:<22} {where:<46} {entry.says}")

"""Take in one mail that came back; the mail server hands it over on standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.notifications.channels.email import bounces


class Command(BaseCommand):
    help = (
        "Reads a delivery report (RFC 3464) on standard input and notes the address that no longer takes mail, in the "
        "school of the message. Whatever it reads it ends well: the mail server must not answer a report with another."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipient", default="", help="the address that the report was sent to")

    def handle(self, *args: Any, **options: Any) -> None:
        found = bounces.read(sys.stdin.buffer.read(bounces.LIMIT), options["recipient"])
        if isinstance(found, str):
            self.stdout.write(f"passed over: {found}")
        elif bounces.note(found) is None:
            self.stdout.write("passed over: school or person no longer there")
        else:
            self.stdout.write(f"noted: {found.reference.uai}, person {found.reference.person_id}, {found.status}")

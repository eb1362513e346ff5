"""Take in one answer by e-mail; the mail server hands it over on standard input."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError

from modules.messaging.bridge import reading, receiving
from modules.messaging.bridge.outcome import Outcome


class Command(BaseCommand):
    help = (
        "Reads an e-mail on standard input and posts it as the reply that its address says. Ends with a code of "
        "sysexits.h and one sentence, which the mail server sends back to the writer when the reply is not taken: "
        "0 taken or passed over, 65 unreadable, 67 no such address, 69 not wanted here, 75 try again, 77 not allowed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--recipient", default="", help="the address that the e-mail was sent to")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = sys.stdin.buffer.read(reading.LIMIT + 1)
        try:
            outcome = receiving.receive(raw, options["recipient"])
        except (DatabaseError, OSError):
            outcome = Outcome(os.EX_TEMPFAIL, "Réessayez plus tard.")
        self.stdout.write(outcome.sentence)
        if not outcome.is_taken:
            sys.exit(outcome.code)

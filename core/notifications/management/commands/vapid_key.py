"""The key of web push: which one browsers subscribe to here, or a new one for the configuration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.notifications.channels.push import keys


class Command(BaseCommand):
    help = (
        "Prints the public key that browsers subscribe to (made and kept in the data folder the first time). "
        "With --new, prints a fresh private key for PREAU_VAPID_PRIVATE_KEY instead, and keeps nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new", action="store_true", help="print a new private key")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(keys.new_private_key() if options["new"] else keys.public_key())

import sys

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Prints its input in capitals and ends with code 7."""

    def handle(self, **options):
        self.stdout.write(sys.stdin.read().upper())
        sys.exit(7)

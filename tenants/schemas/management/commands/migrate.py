"""`migrate` concerns the public schema only; schools are migrated by `migrate_schools`."""

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection


class Command(DjangoMigrate):
    help = "Met à jour les tables de la région (schéma public)."

    def handle(self, *args: object, **options: object) -> None:
        connection.set_schema_to_public()  # type: ignore[attr-defined]
        super().handle(*args, **options)

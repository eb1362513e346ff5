"""Write one school into a signed bundle."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tenants.errors import DomainError
from tenants.establishments.models import Establishment
from tenants.schemas.archive import keys
from tenants.schemas.archive.archiving import archive


class Command(BaseCommand):
    help = "Archive un établissement dans un fichier signé : ses tables, ses fichiers, ses comptes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uai", nargs="?", help="l’établissement")
        parser.add_argument("--output", type=Path, help="le fichier à écrire (par défaut dans archives/)")
        parser.add_argument("--public-key", action="store_true", help="écrit la clé publique de cette plateforme")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["public_key"]:
            self.stdout.write(keys.public_key())
            return
        if not options["uai"]:
            raise CommandError(_("Donnez le code UAI de l’établissement."), returncode=2)
        establishment = Establishment.objects.filter(uai=options["uai"].upper()).first()
        if establishment is None:
            raise CommandError(_("%(uai)s n’est pas dans l’annuaire.") % {"uai": options["uai"]}, returncode=2)
        try:
            done = archive(establishment, actor=None, output=options["output"])
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(
            _("%(path)s\u00a0: %(rows)d lignes de %(tables)d tables, %(files)d fichiers, %(size).1f Mo.")
            % {
                "path": done.path, "rows": done.rows, "tables": done.tables, "files": done.files,
                "size": done.size / 1e6,
            }
        )
        self.stdout.write(_("Empreinte\u00a0: %(sha256)s") % {"sha256": done.sha256})
        if done.gone:
            told = ngettext(
                "%d fichier a été supprimé pendant l’archivage.", "%d fichiers ont été supprimés pendant l’archivage.",
                len(done.gone),
            )  # fmt: skip
            self.stdout.write(told % len(done.gone))

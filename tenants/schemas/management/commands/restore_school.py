"""Make a school again from its bundle, or bring it back from under its tombstone."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from tenants.schemas.archive import beside
from tenants.schemas.archive.restoring import Restored, restore, restore_tombstone


class Command(BaseCommand):
    help = "Restaure un établissement depuis son archive, ou depuis ce qui est gardé 30 jours après un effacement."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", nargs="?", type=Path, help="l’archive")
        what.add_argument("--tombstone", metavar="UAI", help="ramène un établissement effacé ou remplacé")
        what.add_argument("--clean", action="store_true", help="termine ou retire ce qu’un arrêt brutal a laissé")
        parser.add_argument("--uai", default="", help="restaure comme cet autre établissement de l’annuaire")
        parser.add_argument("--replace", action="store_true", help="met de côté l’établissement présent")
        parser.add_argument("--suspended", action="store_true", help="le laisse suspendu")
        parser.add_argument("--dry-run", action="store_true", help="vérifie tout et ne change rien")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["clean"]:
                self._clean()
            elif options["tombstone"]:
                self._tombstone(options)
            else:
                self._tell(
                    restore(
                        options["file"], actor=None, uai=options["uai"], replace=options["replace"],
                        suspended=options["suspended"], dry_run=options["dry_run"],
                    )
                )  # fmt: skip
        except DomainError as error:
            raise CommandError(error.message) from None

    def _clean(self) -> None:
        for name in beside.clean():
            self.stdout.write(_("%(name)s retiré.") % {"name": name})

    def _tombstone(self, options: dict[str, Any]) -> None:
        if options["uai"] or options["dry_run"]:
            raise CommandError(_("--tombstone ne se combine ni avec --uai ni avec --dry-run."), returncode=2)
        tombstone = restore_tombstone(
            options["tombstone"], actor=None, replace=options["replace"], suspended=options["suspended"]
        )
        self.stdout.write(_("%(uai)s est de retour.") % {"uai": tombstone.uai})

    def _tell(self, done: Restored) -> None:
        facts = {
            "uai": done.uai, "from": done.manifest.uai, "at": done.manifest.made_at, "known": done.meeting.known,
            "new": len(done.meeting.new), "rows": sum(table.rows for table in done.manifest.tables),
            "files": len(done.manifest.files),
        }  # fmt: skip
        if done.dry:
            self.stdout.write(_("L’archive est bonne. Rien n’a été changé. La restauration donnerait\u00a0:"))
        self.stdout.write(_("%(uai)s, depuis l’archive de %(from)s du %(at)s.") % facts)
        self.stdout.write(
            _("%(rows)d lignes, %(files)d fichiers, %(known)d comptes retrouvés, %(new)d comptes créés.") % facts
        )
        if done.replaces:
            self.stdout.write(_("L’établissement présent est gardé 30 jours (--tombstone le ramène)."))
        for then, now in done.meeting.renamed:
            self.stdout.write(_("  identifiant déjà pris\u00a0: %(then)s devient %(now)s") % {"then": then, "now": now})
        for sentence, names in (
            (_("  adresse vérifiée par un autre compte, laissée de côté\u00a0: %s"), done.meeting.addresses_left),
            (_("  double vérification à refaire\u00a0: %s"), done.meeting.factors_left),
            (_("  domaine qui mène ailleurs, laissé de côté\u00a0: %s"), done.domains_left),
            (_("  tables mises à jour\u00a0: %s"), done.upgraded),
        ):
            for name in names:
                self.stdout.write(sentence % name)

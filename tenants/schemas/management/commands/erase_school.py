"""Erase one school: thirty days under a tombstone, or at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tenants.errors import DomainError
from tenants.establishments.models import Establishment
from tenants.schemas.archive.erasing import erase


class Command(BaseCommand):
    help = "Efface un établissement fermé. Il est gardé 30 jours, puis détruit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uai", help="l’établissement, suspendu ou archivé")
        parser.add_argument("--confirm", required=True, metavar="UAI", help="le même code, pour confirmer")
        parser.add_argument("--now", action="store_true", help="le détruit tout de suite, avec ce qui en est gardé")

    def handle(self, *args: Any, **options: Any) -> None:
        uai = options["uai"].upper()
        if options["confirm"].upper() != uai:
            raise CommandError(_("--confirm doit répéter %(uai)s. Rien n’a été effacé.") % {"uai": uai}, returncode=2)
        establishment = Establishment.objects.filter(uai=uai).first()
        if establishment is None:
            raise CommandError(_("%(uai)s n’est pas dans l’annuaire.") % {"uai": uai}, returncode=2)
        try:
            destroyed = erase(establishment, actor=None, now=options["now"])
        except DomainError as error:
            raise CommandError(error.message) from None
        if not options["now"]:
            self.stdout.write(
                _("%(uai)s est effacé. «\u00a0restore_school --tombstone %(uai)s\u00a0» le ramène pendant 30 jours.")
                % {"uai": uai}
            )
        for done in destroyed:
            self.stdout.write(
                _("%(uai)s est détruit, avec %(accounts)d comptes qui n’avaient plus d’établissement.")
                % {"uai": uai, "accounts": done.accounts}
            )
            if done.role_stays:
                self.stdout.write(_("Son rôle PostgreSQL reste\u00a0: il possède des objets dans une autre base."))

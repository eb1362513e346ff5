"""`scripts/manage regional_account LOGIN`: the first people of a new region; the rest is done on pages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tenants.accounts import services
from tenants.accounts.models import Account, RegionalRole
from tenants.errors import DomainError

Role, Scope = RegionalRole.Role, RegionalRole.Scope


class Command(BaseCommand):
    help = "Create an account with a regional role, or give the role to one that exists."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login")
        parser.add_argument("--email", default="", help="its verified address, for forgotten passwords")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMINISTRATOR)
        parser.add_argument("--scope", choices=Scope.values, default=Scope.REGION)
        parser.add_argument("--value", default="", help="the académie's name or the département's code")

    def handle(self, *args: Any, login: str, email: str, **options: Any) -> None:
        if (options["scope"] == Scope.REGION) == bool(options["value"]):
            raise CommandError(_("--value accompagne --scope academie ou departement, et seulement eux."))
        account = Account.objects.filter(login=login.lower()).first()
        password = ""
        if account is None:
            password = services.readable_password()
            account = self._created(login, email, password)
        services.grant_role(
            account=account, role=options["role"], scope=options["scope"], value=options["value"], actor=None
        )
        self.stdout.write(_("%(login)s a le rôle «\u00a0%(role)s\u00a0».") % {
            "login": account.login, "role": Role(options["role"]).label,
        })  # fmt: skip
        if password:
            self.stdout.write(_("Mot de passe, à changer à la première connexion\u00a0: %s") % password)

    def _created(self, login: str, email: str, password: str) -> Account:
        try:
            return services.create_account(
                login=login, email=email, verified=bool(email), password=password, actor=None
            )
        except DomainError as error:
            raise CommandError(error.message) from error

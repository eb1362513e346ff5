"""The base of every address of the region's API."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from tenants.accounts.models import RegionalRole
from tenants.accounts.scopes import establishments_in_scope
from tenants.api import throttles, tokens
from tenants.api.description import describe
from tenants.api.models import RegionalToken
from tenants.api.operations import Operation
from tenants.api.problems import Refused
from tenants.api.views import ApiView, bearer_of
from tenants.establishments.models import Establishment

TEXT = """L’interface de programmation de la région.

Chaque demande porte un jeton («\u00a0Mon compte\u00a0», puis «\u00a0Mes jetons\u00a0»), dans l’en-tête
`Authorization: Bearer …` et nulle part ailleurs. Il agit au nom d’un compte qui a un rôle dans la région,
dans l’étendue de ce rôle.

Les listes viennent en morceaux\u00a0: suivez `next`. Les réponses portent un `ETag`\u00a0: redemandez avec
`If-None-Match`. Les erreurs sont des «\u00a0problem details\u00a0» (RFC 9457), avec un `code` stable.
"""


class RegionalView(ApiView):
    """An address on the region's host. `self.token` is the token, `self.roles` the roles of its account."""

    def identify(self, request: Request) -> None:
        if request._request.school is not None:  # type: ignore[attr-defined]
            raise Http404("not at the front door")
        try:
            self.token = tokens.recognise(RegionalToken.objects.select_related("account"), bearer_of(request))
            self.roles = _roles_of(self.token)
        except Refused:
            throttles.count_stranger(request._request)
            raise
        throttles.count_token(str(self.token.pk))
        tokens.note_use(self.token)

    def refuse_unless_allowed(self, request: Request, operation: Operation) -> None:
        if operation.scope and operation.scope not in self.token.scopes:
            sentence = _("Ce jeton n’a pas la portée %(scope)s.") % {"scope": operation.scope}
            raise Refused(403, "scope-missing", sentence)

    def schools(self) -> QuerySet[Establishment]:
        """The establishments that the account's roles extend to."""
        return establishments_in_scope(self.token.account)


def _roles_of(token: RegionalToken) -> list[RegionalRole]:
    """Raises Refused (401) for an account that is closed, or has no role any more."""
    if not token.account.is_active:
        raise Refused(401, "account-closed", _("Le compte de ce jeton est fermé."))
    roles = list(RegionalRole.objects.filter(account=token.account))
    if not roles:
        raise Refused(401, "no-role", _("Le compte de ce jeton n’a plus de rôle dans la région."))
    return roles


def described_region() -> dict[str, Any]:
    """OpenAPI 3.1 of the region's API, as plain data."""
    tags = {
        "me": _("Qui agit"),
        "establishments": _("Les établissements"),
        "modules": _("Les modules"),
        "schema": _("Cette description"),
    }
    return describe(settings.PUBLIC_SCHEMA_URLCONF, title=str(_("Préau\u00a0: la région")), text=TEXT, tags=tags)

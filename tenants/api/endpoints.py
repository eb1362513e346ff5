"""What the region offers to programs: its establishments and the modules they use."""

from functools import cache
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.accounts.models import RegionalRole
from tenants.api import scopes, throttles
from tenants.api.operations import PageQuery, operation
from tenants.api.regional import RegionalView, described_region
from tenants.establishments import selectors
from tenants.establishments.hosts import school_url
from tenants.establishments.models import Establishment, Lifecycle, LyceeType, SchoolType, Sector
from tenants.policies.catalogue import catalogue
from tenants.policies.models import EnabledModule


class RoleShown(serializers.Serializer):
    """Un rôle dans la région, et son étendue."""

    role = serializers.ChoiceField(RegionalRole.Role.choices)
    scope = serializers.ChoiceField(RegionalRole.Scope.choices)
    scope_value = serializers.CharField(help_text="L’académie ou le code du département\u00a0; vide pour la région.")


class RegionalTokenShown(serializers.Serializer):
    """Le jeton de la demande."""

    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class RegionalMe(serializers.Serializer):
    """Qui agit, et avec quels droits."""

    login = serializers.CharField()
    roles = RoleShown(many=True)
    token = RegionalTokenShown()


class RegionalMeView(RegionalView):
    @operation(
        name="me",
        summary=_("Qui suis-je\u00a0?"),
        description=_("Le compte du jeton et ses rôles dans la région. Tout jeton y a droit."),
        answers=RegionalMe,
    )
    def get(self, request: Request) -> Response:
        return self.reply({"login": self.token.account.login, "roles": self.roles, "token": self.token})


class EstablishmentShown(serializers.Serializer):
    """Un établissement de la région."""

    uai = serializers.CharField()
    name = serializers.CharField(source="display_name")
    official_name = serializers.CharField()
    type = serializers.ChoiceField(SchoolType.choices)
    lycee_type = serializers.ChoiceField([*LyceeType.choices, ("", "")])
    sector = serializers.ChoiceField(Sector.choices)
    commune = serializers.CharField()
    commune_code = serializers.CharField()
    postal_code = serializers.CharField()
    departement = serializers.CharField(source="departement_code")
    academie = serializers.CharField()
    headcount = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(Lifecycle.choices, source="lifecycle")
    url = serializers.SerializerMethodField(help_text="Son adresse, quand il est ouvert.")

    def get_url(self, school: Establishment) -> str | None:
        return school_url(school) if school.is_active else None


class EstablishmentsQuery(PageQuery):
    q = serializers.CharField(
        default="", max_length=200, help_text="Des mots du nom, de la commune ou de l’UAI, sans souci d’accents."
    )
    type = serializers.ChoiceField(SchoolType.choices, default="")
    sector = serializers.ChoiceField(Sector.choices, default="")
    departement = serializers.CharField(default="", max_length=3, help_text="Son code\u00a0: 067.")
    academie = serializers.CharField(default="", max_length=60)
    state = serializers.ChoiceField(Lifecycle.choices, default="")


class EstablishmentsView(RegionalView):
    @operation(
        name="establishments.list",
        summary=_("Les établissements de mon étendue"),
        description=_("Dans l’ordre des UAI."),
        scope=scopes.ESTABLISHMENTS.code,
        query=EstablishmentsQuery,
        answers=EstablishmentShown,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        found = selectors.filtered(self.schools(), asked)
        return self.reply_piece(self.piece(found, order=("uai",), asked=asked))


class EstablishmentView(RegionalView):
    @operation(
        name="establishments.read",
        summary=_("Un établissement"),
        scope=scopes.ESTABLISHMENTS.code,
        answers=EstablishmentShown,
    )
    def get(self, request: Request, uai: str) -> Response:
        return self.reply(selectors.in_scope_or_404(uai, self.schools()))


class RegionalModule(serializers.Serializer):
    """Un module, et dans combien d’établissements de votre étendue il est actif."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    school_types = serializers.ListField(child=serializers.ChoiceField(SchoolType.choices))
    enabled_in = serializers.IntegerField()


class RegionalModulesView(RegionalView):
    @operation(
        name="modules.list",
        summary=_("Les modules"),
        scope=scopes.MODULES.code,
        answers=RegionalModule,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        enabled = EnabledModule.objects.filter(enabled=True, uai__in=self.schools().order_by().values("uai"))
        counts = dict(enabled.order_by().values_list("module").annotate(Count("uai")))
        rows = [
            {
                "slug": entry.slug,
                "name": str(entry.name),
                "description": str(entry.description),
                "school_types": entry.school_types,
                "enabled_in": counts.get(entry.slug, 0),
            }
            for entry in catalogue().values()
        ]
        return Response({"results": RegionalModule(rows, many=True).data, "next": None})


class RegionalDescription(serializers.Serializer):
    """Une description OpenAPI 3.1."""

    openapi = serializers.CharField()


class RegionalSchemaView(RegionalView):
    @operation(
        name="schema",
        summary=_("Cette description"),
        description=_("La description de l’interface, en OpenAPI 3.1. Elle se lit sans jeton."),
        answers=RegionalDescription,
        open=True,
        also=(429,),
    )
    def get(self, request: Request) -> Response:
        throttles.count_stranger(request._request)
        return Response(_described())

    def refuse_unless_allowed(self, request: Request, operation: Any) -> None:
        """Anybody may read it."""


@cache
def _described() -> dict[str, Any]:
    return described_region()

"""`modules`, `notifications`, and the description of the API itself."""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import description
from core.api.endpoints.shapes import ModuleShown, NotificationShown
from core.api.views import SchoolView
from core.notifications import selectors, services
from core.notifications.models import Notification
from core.notifications.wording import Item, items_of
from tenants.api import throttles
from tenants.api.operations import Body, Flag, PageQuery, operation

State = Notification.State


class ModulesView(SchoolView):
    @operation(
        name="modules.list",
        summary=_("Les modules qui me sont ouverts"),
        description=_("Dans l’ordre du menu. Un module éteint n’y est pas, et ses adresses répondent 404."),
        answers=ModuleShown,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        viewer = self.viewer
        rows = [
            {
                "slug": state.slug,
                "name": state.name,
                "description": str(state.manifest.description),
                "scopes": sorted(state.manifest.scope_codes()),
            }
            for state in viewer.modules.enabled()
            if not state.manifest.core and viewer.roles & state.roles
        ]
        return Response({"results": ModuleShown(rows, many=True).data, "next": None})


class NotificationsQuery(PageQuery):
    unread = Flag(default=False, help_text="Seulement celles qui ne sont pas lues.")


class NotificationsView(SchoolView):
    @operation(
        name="notifications.list",
        summary=_("Mes notifications"),
        description=_("Celles de votre cloche, les plus récentes d’abord."),
        scope="notifications.read",
        query=NotificationsQuery,
        answers=NotificationShown,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked = self.asked()
        rows = selectors.mine(request._request).select_related("event")
        if asked["unread"]:
            rows = rows.filter(state=State.UNREAD)
        piece = self.piece(rows, order=("-pk",), asked=asked)
        return self.reply_piece(piece, [_shown(item) for item in items_of(piece.rows, self.viewer.modules)])


def _shown(item: Item) -> dict[str, Any]:
    return {
        "id": item.row.pk,
        "kind": item.row.event.kind,
        "title": item.title,
        "text": item.text,
        "importance": item.importance.value,
        "children": item.children,
        "url": item.url,
        "is_read": item.row.state == State.READ,
        "at": item.happened_at,
    }


class ReadBody(Body):
    """Lesquelles sont lues."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=200,
        help_text="Celles qui ne sont pas les vôtres sont laissées de côté.",
    )


class ReadAnswer(serializers.Serializer):
    """Celles qui étaient non lues, et ne le sont plus."""

    ids = serializers.ListField(child=serializers.IntegerField())


class NotificationsReadView(SchoolView):
    @operation(
        name="notifications.mark_read",
        summary=_("Marquer des notifications comme lues"),
        scope="notifications.mark",
        body=ReadBody,
        answers=ReadAnswer,
    )
    def post(self, request: Request) -> Response:
        sent = self.sent()
        person = self.viewer.person
        assert person is not None  # noqa: S101 -- a token has one
        own = selectors.mine(request._request).filter(pk__in=sent["ids"]).values_list("pk", flat=True)
        return self.reply({"ids": services.read(person=person, ids=list(own))})


class AnyJson(serializers.Serializer):
    """Une description OpenAPI 3.1."""

    openapi = serializers.CharField()


class SchemaView(SchoolView):
    @operation(
        name="schema",
        summary=_("Cette description"),
        description=_("La description de l’interface, en OpenAPI 3.1. Elle se lit sans jeton."),
        answers=AnyJson,
        open=True,
        also=(429,),
    )
    def get(self, request: Request) -> Response:
        throttles.count_stranger(request._request)
        return Response(described())


@cache
def described() -> dict[str, Any]:
    """The description of this installation, its own modules included; made once in a process."""
    return description.school(settings.ROOT_URLCONF)

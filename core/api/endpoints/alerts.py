"""`alerts`: those that concern the viewer, lasting or over, with what was said after them."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.alerts import selectors
from core.alerts.choices import Audience, Step
from core.alerts.models import Alert, Update
from core.api.views import SchoolView
from tenants.alerts.choices import Kind
from tenants.api.operations import Flag, PageQuery, operation
from tenants.establishments.hosts import school_url


class AlertsQuery(PageQuery):
    active = Flag(default=False, help_text="Seulement celles qui sont en cours.")


class AlertUpdate(serializers.Serializer):
    """Une suite, ou la fin."""

    step = serializers.ChoiceField(Step.choices)
    text = serializers.CharField()
    at = serializers.DateTimeField()


class AlertShown(serializers.Serializer):
    """Une alerte."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    drill = serializers.BooleanField(help_text="Si c’est un exercice.")
    regional = serializers.BooleanField(help_text="Si elle vient de la région.")
    text = serializers.CharField()
    audience = serializers.ChoiceField(Audience.choices)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Vide tant qu’elle est en cours.")
    updates = AlertUpdate(many=True)
    url = serializers.CharField(help_text="Sa page.")


class AlertsView(SchoolView):
    @operation(
        name="alerts.list",
        summary=_("Les alertes qui me concernent"),
        scope="alerts.read",
        query=AlertsQuery,
        answers=AlertShown,
        paged=True,
    )
    def get(self, request: Request) -> Response:
        asked, rows = self.asked(), selectors.visible_to(self.viewer)
        rows = rows.filter(ended_at=None) if asked["active"] else rows
        piece = self.piece(_whole(rows), order=("-pk",), asked=asked)
        return self.reply_piece(piece, [shown(self, row) for row in piece.rows])


class AlertView(SchoolView):
    @operation(name="alerts.read", summary=_("Une alerte"), scope="alerts.read", answers=AlertShown)
    def get(self, request: Request, pk: int) -> Response:
        found = selectors.get_visible_or_404(self.viewer, pk)
        return self.reply(shown(self, _whole(Alert.objects.filter(pk=found.pk)).get()))


def _whole(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    return rows.prefetch_related(Prefetch("updates", Update.objects.order_by("at", "pk")))


def shown(view: SchoolView, alert: Alert) -> dict[str, Any]:
    """The alert as programs read it: nobody's name."""
    return {
        "id": alert.pk,
        "kind": alert.kind,
        "drill": alert.drill,
        "regional": alert.is_regional,
        "text": alert.text,
        "audience": alert.audience,
        "started_at": alert.started_at,
        "ended_at": alert.ended_at,
        "updates": [{"step": one.step, "text": one.text, "at": one.at} for one in alert.updates.all()],
        "url": school_url(view.viewer.modules.establishment, reverse("alerts:alert", args=[alert.pk])),
    }

"""How pages say what happened to a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.api.models import Delivery, Webhook
from core.api.selectors import callable_kinds
from core.modules.state import Modules

State = Delivery.State
REASONS = {
    "timeout": gettext_lazy("pas de réponse à temps"),
    "unknown-host": gettext_lazy("aucun serveur à ce nom"),
    "inside-address": gettext_lazy("adresse interne, refusée"),
    "not-https": gettext_lazy("adresse sans https, refusée"),
    "bad-address": gettext_lazy("adresse illisible"),
    "stopped": gettext_lazy("appel sortant arrêté"),
    "SSLCertVerificationError": gettext_lazy("certificat refusé"),
    "ConnectionRefusedError": gettext_lazy("connexion refusée"),
}


def kinds(modules: Modules) -> dict[str, Any]:
    """Code to label of what may be called out here."""
    return {kind.code: kind.label for kind in callable_kinds(modules)} | {"api.test": _("Essai")}


def kinds_of(webhook: Webhook, labels: Mapping[str, Any]) -> list[Any]:
    """What the webhook is told of; a kind whose module is off stands by its code."""
    return [labels.get(code, code) for code in webhook.kinds]


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    delivery: Delivery
    label: Any
    tone: str
    text: str

    @classmethod
    def of(cls, delivery: Delivery, labels: Mapping[str, Any]) -> "Line":
        tone = {State.TAKEN: "ok", State.FAILED: "danger"}.get(State(delivery.state), "info")
        return cls(delivery, labels.get(delivery.kind, delivery.kind), tone, _said(delivery))

    @property
    def may_retry(self) -> bool:
        return self.delivery.state != State.TAKEN and bool(self.delivery.answers)


def _said(delivery: Delivery) -> str:
    """« réponse 500 », « pas de réponse à temps »"""
    if delivery.last_answer:
        return _("réponse %(status)d") % {"status": delivery.last_answer}
    if delivery.reason:
        return str(REASONS.get(delivery.reason, _("aucune réponse")))
    return ""

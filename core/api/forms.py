"""What people type about tokens and webhooks. Forms check shapes; services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.api.models import Webhook
from core.api.selectors import Callable, Offer
from core.ui.widgets import Choice
from tenants.api.forms import TokenForm
from tenants.outbound import URL_LENGTH

__all__ = ["TokenForm", "WebhookForm", "grouped_kinds", "grouped_scopes"]


def grouped_scopes(offers: list[Offer]) -> list[tuple[str, list[tuple[str, Choice]]]]:
    """The scopes as a form offers them: module by module, what writes said so."""
    groups: dict[str, list[tuple[str, Choice]]] = {}
    for offer in offers:
        help = offer.scope.help or (_("Permet de modifier.") if offer.scope.writes else "")
        groups.setdefault(offer.module, []).append((offer.code, Choice(offer.scope.label, help)))
    return list(groups.items())


def grouped_kinds(kinds: list[Callable]) -> list[tuple[str, list[tuple[str, Any]]]]:
    groups: dict[str, list[tuple[str, Any]]] = {}
    for kind in kinds:
        groups.setdefault(kind.module, []).append((kind.code, kind.label))
    return list(groups.items())


class WebhookForm(forms.Form):
    """`kinds` are those that the modules on here offer; what was chosen of modules that are off stays as it is."""

    name = forms.CharField(label=_("Outil prévenu"), max_length=60)
    url = forms.CharField(
        label=_("Adresse appelée"),
        max_length=min(500, URL_LENGTH),
        widget=forms.URLInput,
        help_text=_("Elle commence par https:// et n’est pas sur un réseau interne."),
    )
    kinds = forms.MultipleChoiceField(label=_("Événements"), choices=(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, kinds: list[Callable], webhook: Webhook | None = None, **kwargs: Any) -> None:
        offered = {kind.code for kind in kinds}
        self.kept = set(webhook.kinds) - offered if webhook else set()
        if webhook is not None:
            kwargs["initial"] = {"name": webhook.name, "url": webhook.url, "kinds": webhook.kinds}
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kinds"]
        field.choices = grouped_kinds(kinds)

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "kinds": {*self.cleaned_data["kinds"], *self.kept}}

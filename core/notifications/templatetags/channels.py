"""The devices of whoever looks, for the page of preferences; the cost of a text message."""

from typing import Any

from django import template

from core.notifications.channels.push import keys, selectors, services
from core.permissions.viewer import viewer_of
from core.ui.typography import NARROW, NBSP

register = template.Library()


@register.simple_tag(takes_context=True)
def push_devices(context: dict[str, Any]) -> dict[str, Any]:
    """The public key, one's own devices, and whether there is room for another."""
    person = viewer_of(context["request"]).person
    devices = list(selectors.devices_of(person)) if person else []
    return {"key": keys.public_key(), "devices": devices, "full": len(devices) >= services.DEVICES}


@register.filter
def euros(cents: int) -> str:
    """« 12,35 € »"""
    whole, rest = divmod(int(cents), 100)
    return f"{f'{whole:,}'.replace(',', NARROW)},{rest:02d}{NBSP}€"

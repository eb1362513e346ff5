"""The devices of whoever looks, for the page of preferences."""

from typing import Any

from django import template

from core.notifications.channels.push import keys, selectors, services
from core.permissions.viewer import viewer_of

register = template.Library()


@register.simple_tag(takes_context=True)
def push_devices(context: dict[str, Any]) -> dict[str, Any]:
    """The public key, one's own devices, and whether there is room for another."""
    person = viewer_of(context["request"]).person
    devices = list(selectors.devices_of(person)) if person else []
    return {"key": keys.public_key(), "devices": devices, "full": len(devices) >= services.DEVICES}

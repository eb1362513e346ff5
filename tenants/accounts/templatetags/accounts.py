"""What the pages of accounts ask for."""

from typing import Any

from django import template

from tenants.accounts import second_factor
from tenants.accounts.selectors import memberships_of

register = template.Library()


@register.simple_tag(takes_context=True)
def passkeys_work(context: template.Context) -> bool:
    """Whether to offer passkeys on this host."""
    return second_factor.passkeys_work(context["request"])


@register.simple_tag(takes_context=True)
def my_schools(context: template.Context) -> list[Any]:
    """The places of who is signed in."""
    return list(memberships_of(context["request"].user))

"""Writes to establishments: their life, their addresses, their arrival."""

from tenants.establishments.services.addresses import add_domain, change_slug, remove_domain
from tenants.establishments.services.lifecycle import TRANSITIONS, change_lifecycle, change_many
from tenants.establishments.services.registration import register

__all__ = ["TRANSITIONS", "add_domain", "change_lifecycle", "change_many", "change_slug", "register", "remove_domain"]

"""Every write to people. Keyword-only, one transaction each, journalled in it; refusals are DomainError.

`version`, where a function takes it, is what the reader of the form saw (`core.people.records.version_of`).
"""

from core.people.services.accounts import (
    GivenAccount,
    give_account,
    link_account,
    reset_password,
    unlink_account,
)
from core.people.services.corrections import restore_field, restore_link_field
from core.people.services.guardians import end_guardian_link, link_guardian, update_guardian_link
from core.people.services.persons import (
    create_person,
    record_departure,
    record_return,
    set_roles,
    update_person,
)
from core.people.services.profile import set_preferences, update_own_contact

__all__ = [
    "GivenAccount",
    "create_person",
    "end_guardian_link",
    "give_account",
    "link_account",
    "link_guardian",
    "record_departure",
    "record_return",
    "reset_password",
    "restore_field",
    "restore_link_field",
    "set_preferences",
    "set_roles",
    "unlink_account",
    "update_guardian_link",
    "update_own_contact",
    "update_person",
]

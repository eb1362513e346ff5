"""Every write to the structure. Keyword-only, atomic, journalled; refusals are DomainError.

`version`, where a function takes it, is what the reader of the form saw (`core.people.records.version_of`).
"""

from core.structure.services.classes import (
    add_main_teacher,
    add_pupils_to_class,
    add_pupils_to_group,
    add_to_class,
    add_to_group,
    create_class,
    create_group,
    delete_class,
    delete_group,
    end_class_membership,
    end_group_membership,
    update_class,
    update_group,
)
from core.structure.services.lists import (
    create_room,
    create_subject,
    delete_room,
    delete_subject,
    update_room,
    update_subject,
)
from core.structure.services.rules import drop_group_rule, refresh_rule_groups, set_group_rule
from core.structure.services.teaching import (
    add_substitution,
    create_service,
    end_service,
    end_substitution,
    update_service,
)
from core.structure.services.years import (
    create_closure,
    create_period,
    create_year,
    delete_closure,
    delete_period,
    set_current_year,
    update_closure,
    update_period,
    update_year,
)

__all__ = [
    "add_main_teacher",
    "add_pupils_to_class",
    "add_pupils_to_group",
    "add_substitution",
    "add_to_class",
    "add_to_group",
    "create_class",
    "create_closure",
    "create_group",
    "create_period",
    "create_room",
    "create_service",
    "create_subject",
    "create_year",
    "delete_class",
    "delete_closure",
    "delete_group",
    "delete_period",
    "delete_room",
    "delete_subject",
    "drop_group_rule",
    "end_class_membership",
    "end_group_membership",
    "end_service",
    "end_substitution",
    "refresh_rule_groups",
    "set_current_year",
    "set_group_rule",
    "update_class",
    "update_closure",
    "update_group",
    "update_period",
    "update_room",
    "update_service",
    "update_subject",
    "update_year",
]

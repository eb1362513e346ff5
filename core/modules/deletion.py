"""Foreign keys from a module to core, in schools that have not activated the module.

Deleting a core row makes Django visit every model that refers to it, also those whose tables this school does
not have. Modules therefore use these `on_delete` rules in keys to core (a system check demands it).
"""

from typing import Any

from django.db.models import CASCADE, SET_NULL

from tenants.schemas import engine
from tenants.schemas.context import current_uai


def _here(field: Any) -> bool:
    return field.model._meta.app_label in engine.installed_labels(current_uai())


def cascade_if_installed(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    if _here(field):
        CASCADE(collector, field, sub_objs, using)


def set_null_if_installed(collector: Any, field: Any, sub_objs: Any, using: str) -> None:
    if _here(field):
        SET_NULL(collector, field, sub_objs, using)


# Django then passes the rows unevaluated.
cascade_if_installed.lazy_sub_objs = True  # type: ignore[attr-defined]
set_null_if_installed.lazy_sub_objs = True  # type: ignore[attr-defined]

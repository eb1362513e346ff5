"""Where the shell's contents come from. Each side gives functions of the request, found by name:

- a school's host: `core.modules.navigation` gives `items_for`, `menu_for`, `schools_for`, `children_for`
  and `banners_for`;
- the region's host: `tenants.portal.navigation` gives `items_for`, `menu_for` and `schools_for`.

Items have `label`, `url`, `icon`, and `last` when they stand at the bottom of the rail. A side that does not
define one of them has nothing to show there.
"""

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest

SCHOOL, REGION = "core.modules.navigation", "tenants.portal.navigation"


def navigation(request: HttpRequest) -> Iterable[Any]:
    return _ask(request, "items_for")


def menu(request: HttpRequest) -> Iterable[Any]:
    return _ask(request, "menu_for")


def schools(request: HttpRequest) -> Iterable[Any]:
    return _ask(request, "schools_for")


def children(request: HttpRequest) -> Iterable[Any]:
    return _ask(request, "children_for")


def banners(request: HttpRequest) -> Iterable[Any]:
    return _ask(request, "banners_for")


def _ask(request: HttpRequest, name: str) -> Iterable[Any]:
    path = SCHOOL if getattr(request, "school", None) else REGION
    if find_spec(path) is None:
        return ()
    function = getattr(import_module(path), name, None)
    return function(request) if function else ()

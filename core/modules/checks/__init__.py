"""System checks of every manifest. `docs/adding-a-module.md` says what each identifier means."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import CheckMessage, register

from core.modules import registry
from core.modules.checks import api, data, features, models, parts, privacy, search, telling, views
from core.modules.checks.common import Subject

Check = Callable[[Subject], Iterator[CheckMessage]]
_PARTS = (parts, data, models, views, search, features, api, telling, privacy)
CHECKS: tuple[Check, ...] = tuple(check for part in _PARTS for check in part.CHECKS)


@register("modules")
def manifests_hold(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every check on every manifest."""
    subjects = [Subject(m, registry.packages()[slug]) for slug, m in registry.manifests().items()]
    return [message for subject in subjects for message in problems(subject)]


def problems(subject: Subject) -> list[CheckMessage]:
    """What is wrong with one manifest; nothing when it holds."""
    return [message for check in CHECKS for message in check(subject)]

"""A failure that happens inside a module, with a message that quotes a person as a database does."""

from types import CodeType
from typing import Any

_SOURCE = """
def in_module(pupil):
    raise IntegrityError(f"Key (email)=(camille.dupont@example.org) already exists: {pupil}")
"""


def in_module(pupil: dict[str, Any]) -> Any:
    """Run the failing lines as `modules.news.services` would."""
    from django.db import IntegrityError

    code: CodeType = compile(_SOURCE, "modules/news/services.py", "exec")
    space: dict[str, Any] = {"__name__": "modules.news.services", "IntegrityError": IntegrityError}
    exec(code, space)  # noqa: S102 -- our own text, to stand in another module's name
    return space["in_module"](pupil)


def task() -> Any:
    """A task that fails with its argument in the message."""
    from celery import Celery
    from django.db import IntegrityError

    @Celery("tried", broker="memory://").task(name="tried")
    def fail(name: str) -> None:
        raise IntegrityError(f"{name} exists")

    return fail

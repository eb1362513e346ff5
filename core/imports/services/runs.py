"""Receiving, reading, applying and calling off imports of one school."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from core.imports.models import Run
from core.people.models import Person


def receive(
    *, uploads: list[UploadedFile], format: str, actor: Person | None, options: dict[str, Any] | None = None
) -> Run:
    """Keep what was sent and read it in the background. `format` is a value of `neutral.Format`.

    `options`: {"mapping": {column: field}} for tables, {"structures": {jointure: uai}}. Raises DomainError for
    nothing sent, and while another import of the school is being read or applied.
    """
    raise NotImplementedError


def prepare(run: Run) -> Run:
    """Read what was sent and note the difference; the task of `receive`. May be run again."""
    raise NotImplementedError


def start_apply(*, run: Run, actor: Person | None, confirmed: bool = False) -> Run:
    """Apply in the background what was shown. `confirmed` answers a WAITING run: yes, remove that many.

    Raises Conflict when it is not to be applied (any more), DomainError where a confirmation is missing.
    """
    raise NotImplementedError


def apply(run: Run) -> Run:
    """Apply the difference in one transaction; the task of `start_apply`. What is no longer as shown is shown anew."""
    raise NotImplementedError


def cancel(*, run: Run, actor: Person | None) -> Run:
    """Give up an import that is not applied; what was sent is deleted. Raises Conflict when it is too late."""
    raise NotImplementedError

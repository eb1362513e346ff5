"""Two profiles that are one human become one, and can be taken apart again."""

from core.imports.models import Merge
from core.people.models import Person


def merge(*, kept: Person, gone: Person, actor: Person | None) -> Merge:
    """Everything that names `gone` names `kept` from now on; `gone` stays behind, departed, until it is erased.

    Rows that `kept` has the like of already stay with `gone`, and are told (`Merge.left`). Of two accounts the one
    of `kept` stays. Raises DomainError for the same profile twice, and for one that was merged already.
    """
    raise NotImplementedError


def unmerge(*, merge: Merge, actor: Person | None) -> Merge:
    """Take the two apart: what moved moves back, unless it is gone or has moved on since."""
    raise NotImplementedError

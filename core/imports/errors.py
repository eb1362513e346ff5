"""What makes a whole source unusable."""

from core.errors import DomainError


class SourceError(DomainError):
    """A source that cannot be read at all, or not further.

    `message` says in French what is wrong and what to do; nothing that was read of the source may be kept.
    """

"""What a service raises when it refuses: one exception, which one middleware turns into a page or a fragment."""

from collections.abc import Mapping


class DomainError(Exception):
    """A refusal that a person can act on.

    `code` is stable and machine-readable; `message` is a French sentence that says what to do; `fields` maps
    form field names to their own sentence.
    """

    status = 422

    def __init__(self, code: str, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.fields = dict(fields or {})


class Conflict(DomainError):
    """Somebody else changed the same thing meanwhile."""

    status = 409


class NotAllowed(DomainError):
    """The actor may see the thing but not do this to it. What they may not see answers 404 instead."""

    status = 403

"""What a module offers to programs."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Something that a personal token may be allowed. Its code is `<module slug>.<slug>` ("news.read").

    `permissions` are the slugs of the module's permissions that it lends: whoever holds the token acts with those of
    them that they hold themselves, and with no other. A scope reads, unless it `writes`.
    """

    slug: str
    label: Any
    help: Any = ""
    permissions: tuple[str, ...] = ()
    writes: bool = False


@dataclass(frozen=True, kw_only=True)
class Callout:
    """A kind of notification that a school may have called out to another tool (a webhook).

    `kind` is its slug, `label` says what happens, for who chooses. `address` is where, below /api/v1/, the tool reads
    what the event's key names: "news/articles/{id}" for the key "article:12".
    """

    kind: str
    label: Any
    address: str

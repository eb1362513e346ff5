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

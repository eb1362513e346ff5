"""Every write of imports. Keyword-only, journalled; refusals are DomainError with a sentence in French.

The way of an import: `receive` keeps what was sent and starts its reading in the background (state READING); then the
difference is there to be read (READY), or too much would go (WAITING), or it is of no use (REFUSED, with a sentence).
`start_apply` applies it in the background (APPLYING, then APPLIED). `undo` takes the last applied one back.
`decide` takes effect when the import that asked is applied, and where it is applied already, at the next import.
"""

from core.imports.services.files import forget_old
from core.imports.services.merging import merge, unmerge
from core.imports.services.pairings import decide
from core.imports.services.runs import apply, cancel, prepare, receive, start_apply
from core.imports.services.undoing import undo

__all__ = [
    "apply",
    "cancel",
    "decide",
    "forget_old",
    "merge",
    "prepare",
    "receive",
    "start_apply",
    "undo",
    "unmerge",
]

"""What a refusal means: that the address is dead, or that this message was not wanted today."""

import re

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463: no such mailbox, host or syntax, moved, no mail there; mailbox disabled; no such host on the way.
_DEAD = {"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4"}


def is_dead_address(code: int, text: str) -> bool:
    """Whether a final refusal (5xx) says that the address does not exist, or no longer takes anything.

    Without an enhanced code (RFC 3463), 550, 551 and 553 to a recipient say so. A full mailbox, a policy or a
    suspicion of spam (5.2.2, 5.7.x) do not.
    """
    match = _ENHANCED.search(text)
    if match:
        return match.group(1) == "5" and is_dead_status(match.group(0))
    return code in {550, 551, 553}


def is_dead_status(status: str) -> bool:
    """The same for the status of a delivery report: `5.1.1`."""
    kind, _dot, subject = status.partition(".")
    return kind == "5" and subject in _DEAD

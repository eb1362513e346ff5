"""What people typed, as it may stand in a header, on a line, on a small screen."""

import unicodedata

# They turn the direction of what follows: a title must not rewrite the line that holds it.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def one_line(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters, without control characters; cut between words.

    Spaces that do not break stay as they are.
    """
    tame = "".join(" " if _breaks(char) else char for char in text.translate(_TURNING))
    line = " ".join(word for word in tame.split(" ") if word)
    if len(line) <= limit:
        return line
    start = line[: limit - 1]
    whole, _space, rest = start.rpartition(" ")
    return f"{(whole if whole and len(rest) < limit // 3 else start).rstrip()}…"


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"}

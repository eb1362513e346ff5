"""Names as people type them: folded for search and order."""

import re
import unicodedata

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"})
_OTHER = re.compile(r"[^a-z0-9]+")
# A character that no name holds: PostgreSQL refuses NUL, and the rest only hides or disorders text.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


def fold(text: str) -> str:
    """Lower case, no accents, one space for all else: "Bœglin-Élie" is "boeglin elie"."""
    lowered = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    plain = "".join(letter for letter in lowered if not unicodedata.combining(letter))
    return _OTHER.sub(" ", plain).strip()


def tidy(text: str) -> str:
    """One line: composed accents, no control characters, single spaces."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def search_words(last_name: str, first_name: str, birth_name: str = "") -> str:
    """What `Person.search_text` holds: the name folded, surname first, which also orders the directory."""
    return fold(f"{last_name} {first_name} {birth_name}")[:400]

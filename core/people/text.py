"""Names as people type them: folded for search and order."""

import re
import unicodedata

from tenants.text import words_of

# A character that no name holds: PostgreSQL refuses NUL, and the rest only hides or disorders text.
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")


def fold(text: str) -> str:
    """Lower case, no accents, one space for all else: "Bœglin-Élie" is "boeglin elie"."""
    return " ".join(words_of(text))


def tidy(text: str) -> str:
    """One line: composed accents, no control characters, single spaces."""
    return " ".join(_CONTROL.sub(" ", unicodedata.normalize("NFC", text)).split())


def search_words(last_name: str, first_name: str, birth_name: str = "") -> str:
    """What `Person.search_text` holds: the name folded, surname first, which also orders the directory."""
    return fold(f"{last_name} {first_name} {birth_name}")[:400]

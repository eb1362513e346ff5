"""Folding of text: what two spellings of the same name have in common."""

import re
import unicodedata

# What Unicode does not take apart by itself.
_WHOLE = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"}
_WHOLE |= {letter.upper(): plain.upper() for letter, plain in _WHOLE.items() if letter != "ß"}
_LETTERS = str.maketrans(_WHOLE | dict.fromkeys("’ʼ‘", "'"))
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def without_accents(text: str) -> str:
    """`Éluard` gives `Eluard`; ligatures are opened, typographic apostrophes made plain."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """The words of `text` in small letters without accents: `L’École-Saint` gives l, ecole, saint."""
    return _NOT_WORD.sub(" ", without_accents(text).casefold()).split()

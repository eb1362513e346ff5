"""Folding of text: what two spellings of the same name have in common."""

import re
import unicodedata
from typing import Any

# What Unicode does not take apart by itself.
_WHOLE = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"}
_WHOLE |= {letter.upper(): plain.upper() for letter, plain in _WHOLE.items() if letter != "ß"}
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class _Letters(dict[int, Any]):
    """For `str.translate`: letters opened, accents that stand by themselves left out, all else as it is."""

    def __missing__(self, code: int) -> Any:
        self[code] = found = None if unicodedata.combining(chr(code)) else code
        return found


_LETTERS = _Letters(str.maketrans(_WHOLE | dict.fromkeys("’ʼ‘", "'")))


def without_accents(text: str) -> str:
    """`Éluard` gives `Eluard`; ligatures are opened, typographic apostrophes made plain."""
    return text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_LETTERS)


def words_of(text: str) -> list[str]:
    """The words of `text` in small letters without accents: `L’École-Saint` gives l, ecole, saint."""
    return _NOT_WORD.sub(" ", without_accents(text).casefold()).split()

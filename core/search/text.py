"""What is typed, as words to look for, and what is found, with those words marked."""

import re
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.people.text import fold

LONGEST, MOST_WORDS, LONGEST_WORD = 200, 8, 50
# Words that say nothing by themselves, folded as the index folds them.
_SMALL = frozenset(
    {
        "a", "au", "aux", "avec", "c", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle", "en",
        "est", "et", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "leurs", "lui", "m", "ma", "mais", "mes",
        "mon", "n", "ne", "nos", "notre", "nous", "on", "ou", "par", "pas", "pour", "qu", "que", "qui", "s", "sa",
        "se", "ses", "son", "sur", "t", "ta", "te", "tes", "ton", "tu", "un", "une", "vos", "votre", "vous", "y",
    }
)
_TOKEN = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def folded_label(text: str) -> str:
    """`fold` for what is compared at every search and hardly ever changes: names of pages and classes."""
    return fold(text)


def words_of(typed: str) -> list[str]:
    """The words to look for, folded: at most eight. Small words only count when there is nothing else.

    The last one always counts: it may be the beginning of a longer one.
    """
    words = [word[:LONGEST_WORD] for word in fold(typed[:LONGEST]).split()][:MOST_WORDS]
    kept = [word for word in words[:-1] if word not in _SMALL] + words[-1:]
    if len(kept) > 1 and kept[-1] in _SMALL and typed[:LONGEST][-1:].isspace():
        kept.pop()  # a space after it: the word is finished
    return list(dict.fromkeys(kept))


def marked(text: str, words: list[str]) -> SafeString:
    """The text as HTML, what was typed standing in `<mark>`. Nothing of it is taken for HTML."""
    pieces, end = [], 0
    for token in _TOKEN.finditer(text):
        length = _matched(token.group(), words)
        if length:
            start = token.start()
            pieces += [escape(text[end:start]), "<mark>", escape(text[start : start + length]), "</mark>"]
            end = start + length
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 -- every piece of text is escaped above


def _matched(token: str, words: list[str]) -> int:
    """How many characters of the token the longest matching word covers; all where folding changes its length."""
    folded = fold(token)
    lengths = [len(word) for word in words if folded.startswith(word)]
    if not lengths:
        return 0
    return max(lengths) if len(folded) == len(token) else len(token)

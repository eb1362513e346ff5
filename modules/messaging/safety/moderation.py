"""Words that a school watches, and the messages that wait for a moderator because of them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from core.modules.state import Modules
from core.people.text import fold
from core.ui import richtext

# What stands for a letter where somebody avoids a word: « c0nn@rd ». A token without letters is left alone: « 14 » is
# a number.
_DISGUISED = str.maketrans({"0": "o", "1": "i", "!": "i", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t"})
_MASKED = re.compile(r"\S*[^\W\d_]\S*")
# Letters one by one: « s u i c i d e », « s.u.i.c.i.d.e ».
_FEWEST_LETTERS = 3
_REPEATED = re.compile(r"(.)\1{2,}")
_MARKS = re.compile(r"[*_~`\\]+")
ANY_ENDING = "*"


def must_wait(modules: Modules, roles: Iterable[str], subject: str, body: str) -> bool:
    """Whether a message of somebody with these roles is read by a moderator before it leaves."""
    return bool(found_words(modules, roles, subject, body))


def found_words(modules: Modules, roles: Iterable[str], subject: str, body: str) -> list[str]:
    """The watched words that stand in it, as the school wrote them; none for roles that are not moderated.

    `body` is light Markdown as it was typed.
    """
    settings = modules["messaging"].settings
    if not set(roles) & set(settings["moderated"]):
        return []
    bare = _MARKS.sub("", body)  # « su**ici**de » is one word to its reader
    return words_in(f"{subject}\n{richtext.to_text(body)}\n{bare}", watched(str(settings["watched_words"])))


def watched(text: str) -> list[str]:
    """The words and phrases of the setting: one on each line, at most once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if fold(line)))


def words_in(text: str, words: Iterable[str]) -> list[str]:
    """Those of the words that stand in the text as whole words, whatever their accents and capitals.

    A word that ends with * stands for every word that begins so. Signs for letters, letters set apart and letters
    drawn out are seen through; spelling mistakes are not: this finds what is plainly said, and promises no more.
    """
    spoken = list(_readings(text))
    return [word for word in words if any(_stands_in(word, tokens, squeezed) for tokens, squeezed in spoken)]


def _readings(text: str) -> Iterator[tuple[list[str], bool]]:
    """The text as lists of folded words: as it stands, unmasked, with letters joined; and these without runs."""
    plain = unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) != "Cf"))
    unmasked = _MASKED.sub(lambda token: token[0].translate(_DISGUISED), plain)
    for said in dict.fromkeys((plain, unmasked)):
        tokens = fold(said).split()
        for one in (tokens, _joined(tokens)):
            yield one, False
            if any(_REPEATED.search(token) for token in one):
                yield [_squeezed(token) for token in one], True


def _joined(tokens: list[str]) -> list[str]:
    """Runs of single letters as one word."""
    made: list[str] = []
    run: list[str] = []
    for token in [*tokens, ""]:
        if len(token) == 1:
            run.append(token)
            continue
        made += ["".join(run)] if len(run) >= _FEWEST_LETTERS else run
        run = []
        made += [token] if token else []
    return made


def _squeezed(token: str) -> str:
    """Each letter once where it stands several times in a row: « connnard » and « connard » are the same then."""
    return re.sub(r"(.)\1+", r"\1", token)


def _stands_in(word: str, tokens: list[str], squeezed: bool) -> bool:
    """Whether the words of a phrase follow each other among the tokens."""
    phrase = fold(word).split()
    if squeezed:
        phrase = [_squeezed(part) for part in phrase]
    open_ended = word.rstrip().endswith(ANY_ENDING)
    for start in range(len(tokens) - len(phrase) + 1):
        piece = tokens[start : start + len(phrase)]
        if piece == phrase or (open_ended and piece[:-1] == phrase[:-1] and piece[-1].startswith(phrase[-1])):
            return True
    return False

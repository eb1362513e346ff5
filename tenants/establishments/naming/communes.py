"""Names of communes, départements and académies: « CHALONS EN CHAMPAGNE » is Châlons-en-Champagne."""

import re

from tenants.establishments.naming.places import (
    ACADEMIES,
    COMMUNES,
    DEPARTEMENTS,
    NOT_NEAR,
    PARTICLES,
    SPELLINGS,
    ending,
)
from tenants.text import without_accents

_SEPARATORS = re.compile(r"[\s'’-]+")
_ARTICLES = {"LE", "LA", "LES"}
_VOWELS = tuple("AEIOUYHÀÂÉÈÊËÎÏÔŒ")


def commune_name(official: str) -> str:
    """The commune as one writes it. A name that already has small letters is only tidied.

    Official rule: hyphens between all words, except after an article at the beginning.
    """
    text = " ".join(official.split())
    if not text.isupper():
        return text.replace("'", "’")
    words = [word for word in _SEPARATORS.split(text) if word]
    whole = COMMUNES.get(" ".join(words))
    if whole:
        return whole
    return _joined(words)


def _joined(words: list[str]) -> str:
    name = ""
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        first = index == 0
        name += _spelled(word, following, words[index - 1] if index else "", first=first)
        if not following or name.endswith("’"):
            continue
        name += " " if first and word in _ARTICLES else "-"
    return name


def _spelled(word: str, following: str, before: str, *, first: bool) -> str:
    if word in {"D", "L"} and following.startswith(_VOWELS):
        return f"{word if first else word.lower()}’"
    if first:
        return _capital(word)
    if word == "LES" and before not in PARTICLES:
        return "les" if following in NOT_NEAR else "lès"
    if word in {"ST", "STE"}:
        return "Saint" if word == "ST" else "Sainte"
    return PARTICLES.get(word) or _capital(word)


def _capital(word: str) -> str:
    plain = without_accents(word).upper()
    if form := SPELLINGS.get(plain):
        return form
    return (ending(word) or word).capitalize()


def departement_name(code: str, official: str) -> str:
    """By its code where the region knows it, else from the capitals: « BAS-RHIN » is Bas-Rhin."""
    return DEPARTEMENTS.get(code) or commune_name(official)


def academie_name(departement_code: str, official: str) -> str:
    """The académie; from the département where the file leaves it empty."""
    return commune_name(official) if official.strip() else ACADEMIES.get(departement_code, "")

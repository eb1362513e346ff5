"""Which level a class is of, and what it is called one year on. Pure; from names as schools write them.

"6e A", "6EME1", "601", "Sixième", "2NDE 4", "1ère STMG", "TS2", "CE1 B", "COURS MOYEN 2EME ANNEE".
"""

import re
from dataclasses import dataclass

from core.people.text import fold

PRIMARY = ("TPS", "PS", "MS", "GS", "CP", "CE1", "CE2", "CM1", "CM2")
MIDDLE = ("6e", "5e", "4e", "3e")
HIGH = ("2de", "1re", "Tle")
LADDER = (*PRIMARY, *MIDDLE, *HIGH)
# A lycée may have a « 3e prépa-métiers », or a whole collège with it.
_KINDS = {"ecole": (PRIMARY,), "college": (MIDDLE,), "lycee": (HIGH, MIDDLE)}

# Where a level stands in a name. The first group is what a class one year on has another one of.
_PRIMARY = re.compile(r"(?<![^\W_])(TPS|PS|MS|GS|CP|CE\s?[12]|CM\s?[12])(?![^\W\d_])", re.IGNORECASE)
_MIDDLE = re.compile(r"(?<![^\W_])([6543])(?:\s?(?:i?[eè]me|[eè])(?![a-z]{2}))?", re.IGNORECASE)
_HIGH = re.compile(
    r"(?<![^\W_])(?i:(2(?:nde|nd|de|d)?|1(?:[eè]re|[eè]r|re)?|T(?:erminale|erm|ale|le)?))(?![a-zà-ÿ])"
)
_WORDS = {
    "toute petite section": "TPS", "petite section": "PS", "moyenne section": "MS", "grande section": "GS",
    "cours preparatoire": "CP", "cours elementaire 1ere annee": "CE1", "cours elementaire 2eme annee": "CE2",
    "cours moyen 1ere annee": "CM1", "cours moyen 2eme annee": "CM2", "sixieme": "6e", "cinquieme": "5e",
    "quatrieme": "4e", "troisieme": "3e", "seconde": "2de", "premiere": "1re", "terminale": "Tle",
}  # fmt: skip
# How a lycée writes the next level, in the manner in which it writes this one.
_NEXT_HIGH = {
    "2": "1", "2nde": "1re", "2nd": "1re", "2de": "1re", "2d": "1re", "1": "T", "1re": "Tle", "1ère": "Tle",
    "1ere": "Tle", "1er": "Tle", "1èr": "Tle",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A level of `LADDER`, and where in the name it stands (nowhere when a word told it)."""

    level: str
    start: int = -1
    end: int = -1


def level_of(kind: str, *texts: str) -> str:
    """The level that the first telling text names; empty for none, and for classes of several levels.

    `kind` is the type of the school ("ecole", "college", "lycee"); others may have any level.
    """
    for text in texts:
        if found := {one.level for one in _all(kind, text)}:
            return found.pop() if len(found) == 1 else ""
    return ""


def next_level(level: str) -> str:
    """The level one year on; empty after the last one of a school, and for what is no level."""
    for ladder in (PRIMARY, MIDDLE, HIGH):
        if level in ladder[:-1]:
            return ladder[ladder.index(level) + 1]
    return ""


def is_last(level: str) -> bool:
    """Whether pupils of this level go to another school: after CM2, 3e and terminale."""
    return level in (PRIMARY[-1], MIDDLE[-1], HIGH[-1])


def rank(level: str) -> int:
    """For sorting: the youngest first, what is no level last."""
    return LADDER.index(level) if level in LADDER else len(LADDER)


def promoted_name(kind: str, name: str) -> str:
    """What the class is called one year on, written as it is now: "6EME1" is "5EME1". Empty where it cannot be told."""
    found = [one for one in _all(kind, name) if one.start >= 0]
    following = next_level(found[0].level) if len(found) == 1 else ""
    if not following:
        return ""
    before, written, after = name[: found[0].start], name[found[0].start : found[0].end], name[found[0].end :]
    return before + _written(written, found[0].level, following) + after


def squeezed(name: str) -> str:
    """For comparing names: "6e A", "6EA" and "6ÈA" are one."""
    return fold(name).replace(" ", "")


def _written(now: str, level: str, following: str) -> str:
    if level in PRIMARY:
        return following.lower() if now.islower() else following
    if level in MIDDLE:
        return following[0]
    new = _NEXT_HIGH.get(now.casefold(), following)
    return new.upper() if len(now) > 1 and now.isupper() else new


def _all(kind: str, text: str) -> list[Found]:
    ladders = _KINDS.get(kind, (PRIMARY, MIDDLE, HIGH))
    for ladder in ladders:
        if found := _in_ladder(ladder, text, clearly=kind == "lycee"):
            return found
    words = fold(text)
    told = [level for word, level in _WORDS.items() if re.search(rf"\b{word}\b", words)]
    if "TPS" in told:
        told.remove("PS")
    return [Found(level) for level in told if any(level in ladder for ladder in ladders)]


def _in_ladder(ladder: tuple[str, ...], text: str, *, clearly: bool) -> list[Found]:
    """`clearly`: a lone 6 to 3 is only a number there, "3e" and "3ème" are levels."""
    if ladder is PRIMARY:
        return [Found(re.sub(r"\s", "", m[1]).upper(), *m.span(1)) for m in _PRIMARY.finditer(text)]
    if ladder is MIDDLE:
        first = _MIDDLE.search(text)
        told = first and (not clearly or first[0] != first[1])
        return [Found(f"{first[1]}e", *first.span(1))] if first and told else []
    first = _HIGH.search(text)
    if not first:
        return []
    return [Found({"2": "2de", "1": "1re"}.get(first[1][0], "Tle"), *first.span(1))]

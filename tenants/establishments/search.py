"""Finding a school: forgiving of accents, case, hyphens, abbreviations, order, and of one wrong letter."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_
from typing import Protocol

from django.core.cache import cache
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from tenants.establishments.models import Establishment, Lifecycle
from tenants.text import words_of

MAX_WORDS = 8
_LOOKED_AT = 300
_VOCABULARY_SECONDS = 600
# What people type, and what it stands for. The typed letters themselves always count too.
ABBREVIATIONS = {
    "clg": ("college",), "col": ("college",), "colleg": ("college",), "lyc": ("lycee",),
    "lp": ("professionnel",),
    "lpo": ("polyvalent",), "lgt": ("technologique",), "legt": ("technologique",), "lt": ("technologique",),
    "st": ("saint",), "ste": ("sainte",), "sts": ("saints",), "ec": ("ecole",), "elem": ("elementaire",),
    "ele": ("elementaire",), "mat": ("maternelle",), "prim": ("primaire",), "pro": ("professionnel",),
    "gs": ("groupe",), "gpe": ("groupe",), "nd": ("notre",), "inst": ("institution",), "dr": ("docteur",),
    "gal": ("general",), "mal": ("marechal",), "chateau": ("chateau",), "s": ("sur", "sous"), "ss": ("sous",),
}  # fmt: skip


class Searchable(Protocol):
    uai: str
    official_name: str
    display_name: str
    commune: str
    commune_code: str
    postal_code: str
    departement: str
    departement_code: str


def search_text(school: Searchable) -> str:
    """The folded words of a school, each once, between spaces, so that ` paris` finds words that begin so."""
    texts = (
        school.display_name, school.official_name, school.commune, school.departement, school.postal_code,
        school.commune_code, school.departement_code, school.departement_code.lstrip("0"), school.uai,
    )  # fmt: skip
    words = dict.fromkeys(word for text in texts for word in words_of(text))
    return f" {' '.join(words)} "


def find(query: str, among: QuerySet[Establishment], limit: int = 20) -> list[Establishment]:
    """The best matches, open schools first. An empty query, or only one letter, finds nothing."""
    words = words_of(query[:200])[:MAX_WORDS]
    if sum(map(len, words)) < 2:
        return []
    found = list(matching(words, among)[:_LOOKED_AT])
    if not found:
        mended = [_mended(word) for word in words]
        if mended != words:
            words = mended
            found = list(matching(words, among)[:_LOOKED_AT])
    return sorted(found, key=lambda school: _rank(school, words))[:limit]


def matching(words: Iterable[str], among: QuerySet[Establishment]) -> QuerySet[Establishment]:
    """Schools each of whose words is begun by one of the query's, in any order; open schools first."""
    open_first = Case(When(lifecycle=Lifecycle.ACTIVE, then=Value(0)), default=Value(1), output_field=IntegerField())
    return among.filter(reduce(and_, (_begins(word) for word in words), Q())).order_by(
        open_first, "commune", "display_name", "uai"
    )


def _begins(word: str) -> Q:
    return reduce(or_, (Q(search_text__contains=f" {meant}") for meant in _meanings(word)))


def _meanings(word: str) -> tuple[str, ...]:
    return (word, *ABBREVIATIONS.get(word, ()))


def _rank(school: Establishment, words: list[str]) -> tuple[bool, int, int, str, str]:
    """Open first; then whole words over beginnings, the commune over the rest; then the larger school."""
    own, commune = set(school.search_text.split()), set(words_of(school.commune))
    whole = sum(any(meant in own for meant in _meanings(word)) for word in words)
    place = commune <= {meant for word in words for meant in _meanings(word)}
    exact = school.uai.lower() in words
    return (
        not school.is_active,
        -(10 * exact + 2 * whole + place),
        -(school.headcount or 0),
        school.commune,
        school.display_name,
    )


def _mended(word: str) -> str:
    """The known word that differs by one letter; the word itself when it is known, short, or unlike any."""
    if len(word) < 4 or word in ABBREVIATIONS or word.isdigit():
        return word
    known = _vocabulary()
    if any(other.startswith(word) for other in known):
        return word
    return next((other for other in known if _one_apart(word, other)), word)


def _vocabulary() -> list[str]:
    words: list[str] | None = cache.get("establishments:vocabulary")
    if words is None:
        texts = Establishment.objects.values_list("search_text", flat=True).iterator()
        words = sorted({word for text in texts for word in text.split() if len(word) > 3 and not word.isdigit()})
        cache.set("establishments:vocabulary", words, _VOCABULARY_SECONDS)
    return words


def _one_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, other, or two letters swapped, tell the words apart."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[start:], other[start:]
    swapped = rest[1::-1] + rest[2:] if len(rest) > 1 else rest
    return rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:] or swapped == other_rest

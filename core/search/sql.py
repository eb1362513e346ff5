"""Words in SQL: what the index keeps, and folding for rows that are searched where they lie.

PostgreSQL here has no `unaccent`.
"""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Expression, Q

from tenants.prepared import Written

_ACCENTED = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ"
_PLAIN = "aaaaaaceeeeiiiinooooouuuuyy"


class Words(Expression):
    """What the index keeps of a folded title and text: each word stemmed and whole, titles with weight A.

    One expression, not four of Django's: thousands of them are written at once.
    """

    output_field = SearchVectorField()
    _BOTH = "setweight(to_tsvector('french', %s) || to_tsvector('simple', %s), '{}')"

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.parameters = (title, title, text, text)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str, ...]]:
        return f"{self._BOTH.format('A')} || {self._BOTH.format('D')}", self.parameters


_PLAIN_LETTERS = f"replace(translate(lower({{0}}), '{_ACCENTED}', '{_PLAIN}'), 'œ', 'oe')"
_FOLD = f"regexp_replace({_PLAIN_LETTERS}, '[^a-z0-9]+', '{{1}}', 'g')"
_SPACED, _SQUEEZED = _FOLD.format("{0}", " "), _FOLD.format("{0}", "")


def begins_a_word(column: str, word: str, *, folded: bool = False) -> Q:
    """Whether one of the column's words begins with this one, which is folded already; so is a `folded` column.

    In small letters without accents: "stmg" and "2" begin words of `T°STMG-2`. An empty column costs nothing.
    """
    text = "{0}" if folded else _SPACED
    return Q(Written(f"{{0}} <> '' AND ' ' || {text} LIKE %s", column, values=[f"% {word}%"]))


def begins(column: str, word: str) -> Q:
    """Whether the column begins with the word when all is written in one piece: people write "6eA" for "6e A"."""
    return Q(Written(f"{_SQUEEZED} LIKE %s", column, values=[f"{word}%"]))

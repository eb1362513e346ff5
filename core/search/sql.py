"""Words in SQL: what the index keeps, and folding for rows that are searched where they lie.

PostgreSQL here has no `unaccent`.
"""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import CharField, Expression, F, Func, Q

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


# One function with a template, not four nested ones of Django's: making statements is half of a search's time.
_FOLD = (
    f"regexp_replace(replace(translate(lower(%(expressions)s), '{_ACCENTED}', '{_PLAIN}'), 'œ', 'oe'),"
    " '[^a-z0-9]+', '{}', 'g')"
)


def opened(field: str) -> Any:
    """A column that is folded already, a space before each word."""
    return _told(field, "' ' || %(expressions)s")


def folded(field: str) -> Any:
    """The column in small letters without accents, a space before each word: `T°STMG-2` gives ` t stmg 2`."""
    return _told(field, f"' ' || {_FOLD.format(' ')}")


def squeezed(field: str) -> Any:
    """The same in one piece: people write "6eA" for "6e A"."""
    return _told(field, _FOLD.format(""))


def _told(field: str, template: str) -> Any:
    return Func(F(field), template=template, output_field=CharField())


def begins_a_word(annotation: str, word: str) -> Q:
    """Whether one of the words of such a column begins with this one, which is folded already."""
    return Q(**{f"{annotation}__contains": f" {word}"})

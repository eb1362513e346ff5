"""Words in SQL: what the index keeps, and folding for rows that are searched where they lie.

PostgreSQL here has no `unaccent`.
"""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import CharField, Expression, F, Func, Q, Value
from django.db.models.functions import Concat, Lower

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


def folded(field: str) -> Any:
    """The column in small letters without accents, a space before each word: `T°STMG-2` gives ` t stmg 2`."""
    plain = Func(Lower(F(field)), Value(_ACCENTED), Value(_PLAIN), function="translate")
    opened = Func(plain, Value("œ"), Value("oe"), function="replace")
    spaced = Func(opened, Value("[^a-z0-9]+"), Value(" "), Value("g"), function="regexp_replace")
    return Concat(Value(" "), spaced, output_field=CharField())


def begins_a_word(annotation: str, word: str) -> Q:
    """Whether one of the words of a `folded` column begins with this one, which is folded already."""
    return Q(**{f"{annotation}__contains": f" {word}"})

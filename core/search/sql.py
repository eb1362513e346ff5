"""Folding and words in SQL, for rows that are searched where they lie. PostgreSQL here has no `unaccent`."""

from typing import Any

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Concat, Lower

_ACCENTED = "àâäáãåçéèêëíìîïñóòôöõúùûüýÿ"
_PLAIN = "aaaaaaceeeeiiiinooooouuuuyy"


def folded(field: str) -> Any:
    """The column in small letters without accents, a space before each word: `T°STMG-2` gives ` t stmg 2`."""
    plain = Func(Lower(F(field)), Value(_ACCENTED), Value(_PLAIN), function="translate")
    opened = Func(plain, Value("œ"), Value("oe"), function="replace")
    spaced = Func(opened, Value("[^a-z0-9]+"), Value(" "), Value("g"), function="regexp_replace")
    return Concat(Value(" "), spaced, output_field=CharField())


def begins_a_word(annotation: str, word: str) -> Q:
    """Whether one of the words of a `folded` column begins with this one, which is folded already."""
    return Q(**{f"{annotation}__contains": f" {word}"})

"""Sets of keys whose statement Django makes once a process, for conditions that every page asks for.

Making a statement takes Django a millisecond and more, far longer than PostgreSQL takes for a short list of keys. What
changes between two requests here is only values: the statement is made at its first use, with a place for each value,
and used again from then on.

    @prepared
    def _pupils(day: Given, classes: Given) -> QuerySet[ClassMembership]:
        return class_memberships(day).filter(Among("school_class", classes)).values("person")

    Person.objects.filter(pk__in=_pupils(day=today, classes=[1, 2]))
"""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from inspect import signature
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Expression, F, Func, QuerySet


class Given(Expression):
    """A value that is only known when the statement is used."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class Among(Func):
    """Whether a column is one of many values, given as one array: the statement is the same however many there are."""

    arg_joiner = ""
    template = "%(expressions)s = ANY(%%s)"

    def __init__(self, column: str | F, values: Any) -> None:
        super().__init__(F(column) if isinstance(column, str) else column, output_field=BooleanField())
        self.values = values if isinstance(values, Given) else list(values)

    def as_sql(self, *arguments: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = super().as_sql(*arguments, **extra)
        return sql, (*parameters, self.values)


class Written(Func):
    """A condition that is written by hand, where Django would take milliseconds to make the same.

    `{0}` stands for the first of `columns` (names as in a filter), each `%s` for the next of `values`. Tables inside
    bear names of their own.
    """

    def __init__(self, sql: str, *columns: str, values: Sequence[Any] = ()) -> None:
        super().__init__(*map(F, columns), output_field=BooleanField())
        self.sql, self.values = sql, tuple(values)

    def as_sql(self, compiler: Any, *arguments: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        made = [compiler.compile(column) for column in self.source_expressions]
        if any(parameters for _sql, parameters in made):
            raise ValueError("only columns have a place here")
        # In brackets: an OR inside must not reach beyond, into the conditions that stand beside
        return f"({self.sql.format(*(sql for sql, _parameters in made))})", self.values


class Keys(Expression):
    """A prepared statement with its values: to be put behind `__in`, or read at once with `rows`.

    It knows nothing of the statement around it: what it asks for depends on its values alone.
    """

    def __init__(self, sql: str, parameters: tuple[Any, ...]) -> None:
        super().__init__(output_field=BigIntegerField())
        self.sql, self.parameters = sql, parameters

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return f"({self.sql})", self.parameters

    def rows(self) -> list[tuple[Any, ...]]:
        """What the statement finds, as the driver gives it: for keys, texts and dates."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.parameters)
            return cursor.fetchall()


def prepared(make: Callable[..., QuerySet[Any, Any]]) -> Callable[..., Keys]:
    """The set that `make` tells with a `Given` for each of its parameters, as a function of their values.

    `make` gives a QuerySet of `values()`, whose rows must not depend on anything but its parameters.
    """
    names = list(signature(make).parameters)

    @cache
    def statement() -> tuple[str, tuple[Any, ...]]:
        return make(**{name: Given(name) for name in names}).order_by().query.sql_with_params()

    @wraps(make)
    def keys(**values: Any) -> Keys:
        sql, parameters = statement()
        return Keys(sql, tuple(values[one.name] if isinstance(one, Given) else one for one in parameters))

    return keys

"""Finding. What a viewer may not see is left out by the statement that finds, never afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from core.modules.contract import SearchHit
from core.permissions.viewer import Viewer
from core.search.kinds import Kind, open_to

# Among so many of the newest visible finds, for each one asked for, those whose title says it come first; older ones
# are reached by more words.
CANDIDATES = 10
FEWEST_CANDIDATES = 60
_TITLE_ONLY = [0.0, 0.0, 0.0, 1.0]  # weights D, C, B, A


@dataclass(frozen=True)
class Found:
    """The finds of one kind, and whether there are more of them than asked for."""

    kind: Kind
    hits: list[SearchHit] = field(default_factory=list)
    more: bool = False


def find(viewer: Viewer, words: list[str], *, limit: int, kinds: Iterable[Kind] | None = None) -> list[Found]:
    """What holds every word, by kind, people first; kinds without a find are left out.

    One statement for each kind open to the viewer, and those that its lines are made from.
    """
    if viewer.person is None or not words:
        return []
    found = [find_kind(viewer, kind, words, limit=limit) for kind in (open_to(viewer) if kinds is None else kinds)]
    return [one for one in found if one.hits]


def find_kind(viewer: Viewer, kind: Kind, words: list[str], *, limit: int, offset: int = 0) -> Found:
    """`limit` finds of one kind after the first `offset`."""
    visible: QuerySet[Any] = import_string(kind.declared.visible)(viewer)
    read = _indexed if kind.declared.is_indexed else _in_place
    hits = read(viewer, kind, visible, words, slice(offset, offset + limit + 1), limit)
    return Found(kind, hits[:limit], more=len(hits) > limit)


def _in_place(
    viewer: Viewer, kind: Kind, visible: QuerySet[Any], words: list[str], part: slice, limit: int
) -> list[SearchHit]:
    rows = import_string(kind.declared.matching)(visible, words)[part]
    hits: list[SearchHit] = import_string(kind.declared.shown)(viewer, list(rows))
    return hits


def _indexed(
    viewer: Viewer, kind: Kind, visible: QuerySet[Any], words: list[str], part: slice, limit: int
) -> list[SearchHit]:
    return [
        SearchHit(
            pk=entry.object_id,
            title=entry.title,
            line=entry.line,
            on=entry.on,
            url=reverse(kind.declared.url_name, kwargs={"pk": entry.object_id}),
            icon=kind.icon,
        )
        for entry in entries(kind, visible, words, limit=limit)[part]
    ]


class Entry(NamedTuple):
    """What the index holds of one row."""

    object_id: int
    title: str
    line: str
    on: date | None
    in_title: float


# Written by hand: Django takes 3 ms to make the same, and as many rows of a model take it 2 ms more.
_NEWEST = """
SELECT object_id, title, line, "on", ts_rank(%s::float4[], vector, {words}) FROM search_indexentry
WHERE kind = %s AND vector @@ ({words})
AND (SELECT TRUE FROM ({visible}) own(pk) WHERE own.pk = search_indexentry.object_id LIMIT 1)
ORDER BY "on" DESC, object_id DESC LIMIT %s
"""
_WORD = "(plainto_tsquery('french', %s) || to_tsquery('simple', %s))"


def entries(kind: Kind, visible: QuerySet[Any], words: list[str], *, limit: int) -> list[Entry]:
    """The newest visible entries that hold every word, some times `limit`: those whose title does first.

    Each entry asks for its own row among the visible ones, so that PostgreSQL reads the newest in order and stops
    when it has enough, or, where words are rare, asks for the few rows that hold them.
    """
    try:
        own, parameters = visible.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    # A word as its stem, or as the beginning of a word. A single letter is no beginning: half of all words are. It is
    # made of a to z and digits: nothing in it is an operator.
    asked = [value for word in words for value in (word, f"{word}:*" if len(word) > 1 else word)]
    sql = _NEWEST.format(words=" && ".join(_WORD for _word in words), visible=own)
    newest = max(FEWEST_CANDIDATES, CANDIDATES * limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, [_TITLE_ONLY, *asked, kind.key, *asked, *parameters, newest])
        found = [Entry(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda entry: -entry.in_title)  # the newest of equals stay first

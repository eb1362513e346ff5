"""Finding. What a viewer may not see is left out by the statement that finds, never afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.module_loading import import_string

from core.modules.contract import SearchHit
from core.permissions.viewer import Viewer
from core.search.kinds import Kind, open_to
from core.search.models import IndexEntry

# Among so many of the newest visible finds, for each one asked for, those whose title says it come first; older ones
# are reached by more words.
CANDIDATES = 10
FEWEST_CANDIDATES = 120
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


def entries(kind: Kind, visible: QuerySet[Any], words: list[str], *, limit: int) -> list[IndexEntry]:
    """The newest visible entries that hold every word, some times `limit`: those whose title does first.

    Each entry asks for its own row among the visible ones, so that PostgreSQL reads the newest in order and stops
    when it has enough, or, where words are rare, asks for the few rows that hold them.
    """
    query = _query(words)
    try:
        found: QuerySet[Any] = IndexEntry.objects.filter(_seen(visible), kind=kind.key, vector=query)
    except EmptyResultSet:
        return []
    found = found.annotate(title_rank=SearchRank(F("vector"), query, weights=_TITLE_ONLY)).defer("vector")
    newest = found.order_by("-on", "-object_id")[: max(FEWEST_CANDIDATES, CANDIDATES * limit)]
    return sorted(newest, key=lambda entry: -entry.title_rank)  # the newest of equals stay first


def _seen(visible: QuerySet[Any]) -> Q:
    """Whether the entry's own row is among the visible ones.

    The visible rows are a statement already: as a `Subquery`, Django would make it anew three times over.
    """
    sql, parameters = visible.order_by().values("pk").query.sql_with_params()
    own = f"(SELECT TRUE FROM ({sql}) own(pk) WHERE own.pk = search_indexentry.object_id LIMIT 1)"  # noqa: S608
    return Q(RawSQL(own, parameters, output_field=BooleanField()))  # noqa: S611 -- made by Django, parameters apart


def _query(words: list[str]) -> SearchQuery:
    """Each word as its stem, or as the beginning of a word. A single letter is no beginning: half of all words are."""
    return reduce(and_, (_word(word) for word in words))


def _word(word: str) -> Any:
    """The word is made of a to z and digits: nothing in it is an operator."""
    whole = SearchQuery(f"{word}:*" if len(word) > 1 else word, config="simple", search_type="raw")
    return SearchQuery(word, config="french", search_type="plain") | whole

"""What a module lets people find: its kinds of things, who may see each of them, and how a find is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SearchKind:
    """Something that can be found ("news.article"). Only holders of `permission` look for it at all.

    `visible` is the path of `(viewer) -> QuerySet` of the rows that the viewer may open. Core joins it with the
    words in one statement: what it does not hold is never found. `label` heads the finds; smaller `position` first.

    A kind with much text is indexed. `model` is its label ("news.Article") and `entries` the path of
    `(rows: QuerySet) -> Iterable[SearchEntry]`, what is to be found of these rows; a row without an entry is not.
    The owning service calls `core.search.services.refresh("news.article", pk)` in the transaction of its change.
    `url_name` is the page of one of them, which takes its key.

    A kind of few rows is searched where it lies. `matching` is the path of `(rows, words: list[str]) -> QuerySet`:
    the rows, in order, that hold every word (folded; each may be the beginning of one); `shown` the path of
    `(viewer, rows: list) -> list[SearchHit]`, in a fixed number of queries.
    """

    slug: str
    label: Any
    permission: str
    visible: str
    icon: str = ""  # the module's own when empty
    position: int = 100
    model: str = ""
    entries: str = ""
    url_name: str = ""
    matching: str = ""
    shown: str = ""

    @property
    def is_indexed(self) -> bool:
        return bool(self.entries)


@dataclass(frozen=True, kw_only=True)
class SearchEntry:
    """What the index keeps of one row. `title` and `line` are shown; `text` is only searched; `on` orders.

    They are for everyone whom `visible` lets see the row: nothing here may be for some of them only.
    """

    pk: int
    title: str
    line: str = ""
    text: str = ""
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """One find as it is shown. `person` is set where a portrait or initials say more than an icon."""

    pk: int
    title: str
    url: str
    line: str = ""
    on: date | None = None
    icon: str = ""
    person: Any = None


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """A page of the module that can be found by what it is for: `words` are what people may call it.

    The places of the navigation are found by themselves. An empty `permission` stands for any member.
    """

    label: Any
    url_name: str
    words: Any = ""
    permission: str = ""
    icon: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

"""Keeping the index. Modules say that rows changed; what is to be found of them is asked of their manifest."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils.module_loading import import_string

from core.modules.contract import SearchEntry
from core.modules.state import Modules
from core.people.text import fold, tidy
from core.search.kinds import Kind, everything
from core.search.models import LINE_LENGTH, TITLE_LENGTH, IndexEntry
from core.search.sql import Words
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

BATCH = 1000
LONGEST_TEXT = 100_000  # characters; PostgreSQL takes a megabyte of distinct words


def refresh(key: str, *pks: int) -> int:
    """Index these rows anew, and drop those that are no longer to be found. Returns how many entries changed.

    `key` is the kind ("news.article"). Call it in the transaction of the change, after the change.
    """
    return _settle(everything()[key], list(pks))


def forget_module(slug: str) -> int:
    """Drop every entry of a module whose content leaves the school. Returns how many."""
    return IndexEntry.objects.filter(kind__startswith=f"{slug}.").delete()[0]


def reconcile(key: str) -> int:
    """Compare the index with all rows of one kind, in small transactions. Returns how many entries changed."""
    kind = everything()[key]
    model = _model(kind)
    entries = IndexEntry.objects.filter(kind=key)
    return _walk(kind, model._default_manager.all(), "pk") + _walk(kind, entries, "object_id")


def reconcile_all() -> int:
    """The same for every kind whose module is installed here; a nightly job, and the command `index_search`."""
    installed = Modules(Establishment.objects.get(uai=current_uai())).installed
    known = everything()
    changed = sum(
        reconcile(key)
        for key, kind in known.items()
        if kind.declared.is_indexed and (_model(kind)._meta.app_label in installed)
    )
    strangers = IndexEntry.objects.exclude(kind__in=[key for key, kind in known.items() if kind.declared.is_indexed])
    return changed + strangers.delete()[0]


def _walk(kind: Kind, rows: QuerySet[Any], column: str) -> int:
    changed, last = 0, None
    while True:
        following = rows if last is None else rows.filter(**{f"{column}__gt": last})
        pks = list(following.order_by(column).values_list(column, flat=True)[:BATCH])
        if not pks:
            return changed
        changed += _settle(kind, pks)
        last = pks[-1]


@transaction.atomic
def _settle(kind: Kind, pks: list[int]) -> int:
    """Make the entries of these rows what they should be.

    Entries are locked before the rows are read: whoever changes a row meanwhile writes its entry after us.
    """
    held = IndexEntry.objects.select_for_update().filter(kind=kind.key, object_id__in=pks)
    known = dict(held.order_by("object_id").values_list("object_id", "digest"))
    rows = _model(kind)._default_manager.filter(pk__in=pks)
    wanted: Iterable[SearchEntry] = import_string(kind.declared.entries)(rows)
    fresh = {entry.pk: _made(kind, entry) for entry in wanted}
    changed = [row for pk, row in fresh.items() if known.get(pk) != row.digest]
    IndexEntry.objects.bulk_create(
        changed,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["kind", "object_id"],
        update_fields=["title", "line", "on", "vector", "digest"],
    )
    if changed:
        _put_in_order()
    gone = known.keys() - fresh.keys()
    if gone:
        IndexEntry.objects.filter(kind=kind.key, object_id__in=gone).delete()
    return len(changed) + len(gone)


def _put_in_order() -> None:
    """Write in one go what waits in the index of words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_words')")


def _made(kind: Kind, entry: SearchEntry) -> IndexEntry:
    title, line = tidy(entry.title)[:TITLE_LENGTH], tidy(entry.line)[:LINE_LENGTH]
    text = entry.text[:LONGEST_TEXT]
    said = "\x1f".join((title, line, text, str(entry.on)))
    return IndexEntry(
        kind=kind.key,
        object_id=entry.pk,
        title=title,
        line=line,
        on=entry.on,
        vector=Words(fold(title), fold(f"{line} {text}")),
        digest=blake2b(said.encode(), digest_size=8).hexdigest(),
    )


def _model(kind: Kind) -> type[Model]:
    return apps.get_model(kind.declared.model)

"""Bytes without a row: what a transaction that was rolled back, or a process that was killed, left behind."""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.core.files.storage import default_storage
from django.utils import timezone

from core.files.models import StoredFile

logger = structlog.get_logger(__name__)

# No transaction lasts that long: younger bytes may belong to one that has not ended.
GRACE = timedelta(days=1)
_NAME = re.compile(r"([0-9a-f]{32})(?:-thumb)?(?:_\w+)?\Z")


def sweep() -> int:
    """Remove the present school's bytes that no row names and that are older than a day. Returns how many."""
    limit = timezone.now() - GRACE
    removed = sum(_sweep_folder(folder, limit) for folder in _folders())
    if removed:
        logger.info("orphan files removed", count=removed)
    return removed


def _folders() -> Iterator[str]:
    """Every folder `<module>/<two digits>` of the school."""
    if not default_storage.exists(""):
        return
    for module in default_storage.listdir("")[0]:
        for digits in default_storage.listdir(module)[0]:
            yield f"{module}/{digits}"


def _sweep_folder(folder: str, limit: datetime) -> int:
    present = {name: _id_in(name) for name in default_storage.listdir(folder)[1]}
    ids = {pk for pk in present.values() if pk}
    known = set(StoredFile.objects.filter(pk__in=ids).values_list("pk", flat=True))
    orphans = [f"{folder}/{name}" for name, pk in present.items() if pk not in known]
    old = [name for name in orphans if default_storage.get_modified_time(name) < limit]
    for name in old:
        default_storage.delete(name)
    return len(old)


def _id_in(name: str) -> uuid.UUID | None:
    found = _NAME.match(name)
    return uuid.UUID(found.group(1)) if found else None

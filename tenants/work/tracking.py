"""Following long work: a row with a bar that survives a reload, for schools (core.jobs) and for the region alike.

Hold no transaction around what is tracked: nobody sees the bar move before the commit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task, current_app, current_task
from celery.exceptions import Ignore, Retry
from django.db import connection, transaction
from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError

from tenants.schemas.context import current_schema, same_schema
from tenants.schemas.tasks import HEADER
from tenants.work import errors
from tenants.work.models import BROKEN, OPEN, State, WorkBase

# Carries the row's key with the message
WORK = "preau_work"
_BETWEEN_WRITES = 0.5  # seconds


class Unwanted(Ignore):
    """The work was called off, or is done already: Celery takes it for neither a success nor a failure."""


class Progress:
    """What the body of `tracked` reports to."""

    def __init__(self, row: WorkBase) -> None:
        self.row = row
        self._schema = current_schema()
        self._written = time.monotonic()
        self._waiting = False

    def expect(self, total: int) -> None:
        """Say how much there is to do, once that is known."""
        self.row.total = total
        self._write()

    def advance(self, n: int = 1, message: str | None = None) -> None:
        """`n` more are done; `message` says in a few words, without anybody's name, what is being done.

        Written twice a second at most. Raises Unwanted when somebody called the work off.
        """
        self.row.done += n
        if message is not None:
            self.row.message = message[:200]
        if time.monotonic() - self._written >= _BETWEEN_WRITES:
            self._write()

    def say(self, message: str) -> None:
        self.advance(0, message)

    def _write(self) -> None:
        self._written = time.monotonic()
        row = self.row
        with same_schema(self._schema):
            changed = _rows(row).filter(state=State.RUNNING).update(
                done=row.done, total=row.total, message=row.message, beat_at=timezone.now()
            )
        if not changed:
            raise Unwanted(f"{row.label}: called off")

    def end(self, state: State, **fields: Any) -> None:
        with same_schema(self._schema):
            _rows(self.row).filter(state=State.RUNNING).update(
                state=state,
                done=self.row.done,
                total=self.row.total,
                message=self.row.message,
                finished_at=timezone.now(),
                **fields,
            )


@contextmanager
def tracked(row: WorkBase) -> Iterator[Progress]:
    """Run the body as this work. Raises Unwanted when it was called off or is done; what the body raises goes on."""
    _begin(row)
    progress = Progress(row)
    try:
        yield progress
    except Unwanted:
        raise
    except Retry:
        _rows(row).filter(state=State.RUNNING).update(state=State.WAITING)
        raise
    except BaseException as error:
        # A statement that failed leaves its transaction unusable: that is for the caller to end.
        if not connection.needs_rollback:
            told = {"error": errors.kind(error), "sentence": errors.sentence(error), "place": errors.place(error)}
            progress.end(State.FAILED if isinstance(error, Exception) else State.INTERRUPTED, **told)
        raise
    row.done = max(row.done, row.total)
    progress.end(State.DONE, error="", sentence="", place="")


def _begin(row: WorkBase) -> None:
    now = timezone.now()
    taken = _rows(row).filter(state__in=(*OPEN, *BROKEN)).update(
        state=State.RUNNING,
        started_at=now,
        beat_at=now,
        finished_at=None,
        attempts=F("attempts") + 1,
        worker=_worker(),
        done=0,
        error="",
        sentence="",
        place="",
    )
    if not taken:
        raise Unwanted(f"{row.label}: done already, or called off")
    row.refresh_from_db()


def find(model: type[WorkBase]) -> WorkBase | None:
    """The row that the running task was sent with, if it was."""
    key = _request().get(WORK) if current_task else None
    return model._default_manager.filter(pk=key).first() if key else None


def send(row: WorkBase, task: Task) -> None:
    """Send the row's task once the transaction is committed, within the school that we stand in, if any."""
    headers = {WORK: row.pk}
    schema = current_schema()
    if schema != "public":
        headers[HEADER] = schema
    transaction.on_commit(lambda: _send(row, task, headers, schema))


def _send(row: WorkBase, task: Task, headers: dict[str, Any], schema: str) -> None:
    try:
        task.apply_async(row.arguments, headers=headers, retry=False)
    except BrokerError as error:
        sentence = _("La file de travail n’a pas répondu.")
        with same_schema(schema):
            _rows(row).filter(state=State.WAITING).update(
                state=State.FAILED, error=errors.kind(error), sentence=sentence, finished_at=timezone.now()
            )


def resend(row: WorkBase) -> bool:
    """Send a broken work again, as it was. False when it is not broken (any more), or its task is unknown here."""
    task = current_app.tasks.get(row.task)
    if task is None or not row.retryable:
        return False
    again = _rows(row).filter(state__in=BROKEN).update(
        state=State.WAITING, created_at=timezone.now(), finished_at=None, beat_at=None
    )
    if again:
        send(row, task)
    return bool(again)


def call_off(row: WorkBase) -> bool:
    """Whatever runs stops at its next report. False when it is over already."""
    return bool(_rows(row).filter(state__in=OPEN).update(state=State.CANCELLED, finished_at=timezone.now()))


def prepared(task: Task, arguments: list[Any], label: str) -> dict[str, Any]:
    """The fields of a row for a task that is about to be sent. `arguments` are ids, and kept as JSON."""
    return {"task": task.name, "arguments": arguments, "label": label, "retryable": is_retryable(task)}


def is_retryable(task: Any) -> bool:
    """Declared with `@shared_task(retryable=True)`: sent twice, it does no more than once."""
    return bool(getattr(task, "retryable", False))


def _rows(row: WorkBase) -> Any:
    model: type[Model] = type(row)
    return model._default_manager.filter(pk=row.pk)


def _request() -> dict[str, Any]:
    request = current_task.request
    return {WORK: request.get(WORK) or (request.headers or {}).get(WORK)}


def _worker() -> str:
    return str(current_task.request.hostname or "")[:120] if current_task else ""

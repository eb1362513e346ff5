"""Whether what stands between us and PostgreSQL keeps a connection's state.

A pooler in transaction or statement mode gives every transaction the server process that is free: the path and
the role that one connection chose are in force for another, which then reads another school. Such a deployment
must not start. It is recognised by what it does, not by its name.
"""

import secrets
import select
import time
from contextlib import ExitStack, closing
from typing import Any

import psycopg
import structlog
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from psycopg.pq import ExecStatus

logger = structlog.get_logger(__name__)

ROUNDS = 4
# A pooler in session mode whose places are all taken makes us wait: that proves nothing, and we do not wait long.
PATIENCE_SECONDS = 3.0
_CONNECT_SECONDS = 10
_SERVER_AND_MARK = "SELECT pg_backend_pid(), current_setting('preau.pooling', true)"
_REFUSED = (
    "The database connection goes through a pooler that does not keep a connection's state (PgBouncer with"
    " pool_mode = transaction or statement): schools would read each other's rows. Set pool_mode = session."
    " / La base est derrière un pooler en mode transaction ou statement\N{NO-BREAK SPACE}: un établissement lirait"
    " les données d’un autre. Choisissez pool_mode = session (docs/running.md)."
)
_LEFTOVERS = (
    "The pooler hands out server connections as their last user left them. Set server_reset_query = DISCARD ALL."
    " / Le pooler rend les connexions sans les remettre à neuf. Réglez server_reset_query = DISCARD ALL"
    " (docs/running.md)."
)


class _NoAnswer(Exception):
    """The pooler gave us no server in time."""


class _StateLost(Exception):
    """One connection met another's state, or lost its own."""


def refuse_shared_servers(alias: str = "default") -> None:
    """Raise ImproperlyConfigured when connections share server processes, or find what others left in them.

    Takes some milliseconds. A database that cannot be reached is logged and left to those who need it.
    """
    try:
        problem = _problem(alias)
    except (psycopg.OperationalError, psycopg.InterfaceError, _NoAnswer) as error:
        logger.warning("pooling_unknown", error=type(error).__name__)
        return
    if problem:
        raise ImproperlyConfigured(problem)


@register(Tags.database)
def keeps_state(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The same, among Django's checks of a database (`check --database default`, `migrate`)."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        try:
            refuse_shared_servers(alias)
        except ImproperlyConfigured as error:
            found.append(Error(str(error), id="schemas.E010"))
    return found


def _problem(alias: str) -> str:
    """What is wrong, in words; empty when each connection has a server of its own."""
    with ExitStack() as opened:
        first, second = (opened.enter_context(closing(_connect(alias))) for _ in range(2))
        _ask(second, _SERVER_AND_MARK)
        try:
            mark = _try_two(first, second)
        except _StateLost:
            return _REFUSED
        except psycopg.OperationalError:
            # Statement mode hangs up on whoever says BEGIN, and goes on serving the others.
            _ask(opened.enter_context(closing(_connect(alias))), _SERVER_AND_MARK)
            return _REFUSED
        second.close()
        third = opened.enter_context(closing(_connect(alias)))
        return _LEFTOVERS if _ask(third, _SERVER_AND_MARK)[1] == mark else ""


def _try_two(first: Any, second: Any) -> str:
    """Let two connections take turns, each in its own transactions. Returns what the second left behind."""
    marks = {connection: secrets.token_hex(8) for connection in (first, second)}
    _ask(first, f"SELECT set_config('preau.pooling', '{marks[first]}', false)")
    server = _ask(first, _SERVER_AND_MARK)[0]
    for number in range(ROUNDS):
        _ask(second, "BEGIN")  # holds whatever server it is given
        if _ask(second, _SERVER_AND_MARK)[0] == server:
            raise _StateLost
        if _ask(first, _SERVER_AND_MARK) != (server, marks[first]):
            raise _StateLost
        if number == ROUNDS - 1:
            _ask(second, f"SELECT set_config('preau.pooling', '{marks[second]}', false)")
        _ask(second, "COMMIT")
    if _ask(second, _SERVER_AND_MARK)[1] != marks[second] or _ask(first, _SERVER_AND_MARK)[1] != marks[first]:
        raise _StateLost
    return marks[second]


def _connect(alias: str) -> Any:
    """A bare connection with the settings of Django's own."""
    wrapper: Any = connections[alias]
    params = {**wrapper.get_connection_params(), "autocommit": True}
    params.setdefault("connect_timeout", _CONNECT_SECONDS)
    return psycopg.connect(**params)


def _ask(connection: Any, statement: str) -> tuple[Any, ...]:
    """Send one statement and read its first row (empty when it has none), or raise _NoAnswer in time.

    Through libpq itself, because psycopg waits for ever.
    """
    pgconn = connection.pgconn
    pgconn.send_query(statement.encode())
    deadline = time.monotonic() + PATIENCE_SECONDS
    row: tuple[Any, ...] = ()
    while result := _next_result(pgconn, deadline):
        if result.status == ExecStatus.FATAL_ERROR:
            raise psycopg.errors.error_from_result(result)
        if result.ntuples:
            values = (result.get_value(0, column) for column in range(result.nfields))
            row = tuple(None if value is None else value.decode() for value in values)
    return row


def _next_result(pgconn: Any, deadline: float) -> Any:
    while pgconn.is_busy():
        if not select.select([pgconn.socket], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise _NoAnswer
        pgconn.consume_input()
    return pgconn.get_result()

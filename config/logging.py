"""Structured logs: JSON lines where a machine reads them, coloured lines where a person does.

Every line says which school it is about, and nothing about anybody: no name, body or address.
"""

import re
import sys
import traceback
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.db import connection
from structlog.typing import EventDict, Processor, WrappedLogger

# What django-structlog and careless callers would add.
_PERSONAL = frozenset(
    {"ip", "user_id", "user_agent", "email", "login", "name", "body", "password", "task_args"}
)

# The links that mails carry: whoever reads a log must not be able to follow them.
_SECRET_IN_PATH = re.compile(r"(/mot-de-passe/oubli/|/compte/adresse/)[^/]{16,}")


def add_school(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Add the schema that the connection stands in: `public`, or the school's."""
    event.setdefault("school", getattr(connection, "schema_name", "public"))
    return event


def drop_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Remove what may tell who it was; searches are in the query, so keep only the path of a request."""
    for key in _PERSONAL & event.keys():
        del event[key]
    if str(event.get("logger", "")).startswith("django_structlog."):
        event.pop("error", None)  # an exception's message: what it is and where follows from the report
    if isinstance(request := event.get("request"), str):
        method, _, address = request.partition(" ")
        path = _SECRET_IN_PATH.sub(r"\1…", urlsplit(address).path)
        event["request"] = f"{method} {path}"
    return event


def where_only(error: BaseException) -> str:
    """A traceback without messages: databases and validators quote the values they refuse."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        parts = [*traceback.format_tb(current.__traceback__), f"{type(current).__qualname__}\n", *parts]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "".join(parts).rstrip()


def exception_places(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by where it happened."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given is True else None
    if isinstance(given, tuple):
        error = given[1]
    if error is not None:
        event["exception"] = where_only(error)
    return event


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    add_school,
    structlog.stdlib.add_logger_name,
    drop_personal,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]


def settings_for(*, machine: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: one handler on the error stream. `machine`: JSON lines. `level`: "INFO"…"""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    ending: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if machine:
        ending += [exception_places, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        plain = structlog.dev.plain_traceback  # never the variables: they hold people's data
        ending += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": ending,
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # django-structlog says the same once, with the school.
            "django.request": {"level": "CRITICAL"},
            # Celery's own words on a task quote its arguments, its result and its exception's message.
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
            # They tell each step of each page.
            "weasyprint": {"level": "ERROR"},
            "fontTools": {"level": "ERROR"},
            "django": {"handlers": [], "level": "INFO", "propagate": True},
        },
    }

"""Error reports, only when SENTRY_DSN is set: where it happened and in which school, never about whom.

A report is built from what is listed here. Scrubbing by names of fields would miss the next field.
"""

from typing import TYPE_CHECKING, Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

if TYPE_CHECKING:
    from sentry_sdk._types import Event, Hint

OURS = ("modules.", "core.", "tenants.", "config.")
_KEPT = (
    "event_id", "timestamp", "platform", "level", "release", "environment", "sdk", "transaction",
    "transaction_info", "modules",
)  # fmt: skip
_FRAME = (
    "filename", "abs_path", "function", "module", "lineno", "in_app",
    "pre_context", "context_line", "post_context",
)  # fmt: skip


def start(*, dsn: str, release: str, environment: str, **more: Any) -> None:
    """Send unhandled errors of pages and tasks to `dsn`. Nothing else: no logs, no traces, no sessions."""
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        environment=environment,
        data_collection={
            "user_info": False,
            "cookies": {"mode": "off"},
            "http_headers": {"request": {"mode": "off"}},
            "http_bodies": [],
            "url_query_params": {"mode": "off"},
            "database_query_data": False,
            "queues": False,
            "stack_frame_variables": False,
        },
        max_breadcrumbs=0,
        auto_session_tracking=False,
        enable_metrics=False,
        server_name="",
        auto_enabling_integrations=False,
        integrations=[
            # Addresses may hold names and tokens; the view's name never does.
            DjangoIntegration(transaction_style="function_name", middleware_spans=False, signals_spans=False),
            CeleryIntegration(),
            # Log lines are texts made for another reader.
            LoggingIntegration(level=None, event_level=None),
        ],
        before_send=_only_what_is_known,
        **more,
    )


def _only_what_is_known(event: "Event", hint: "Hint") -> "Event | None":
    given: dict[str, Any] = dict(event)
    kept = {key: given[key] for key in _KEPT if key in given}
    exceptions = [_exception(each) for each in event.get("exception", {}).get("values", [])]
    if not exceptions:
        return None
    kept["exception"] = {"values": exceptions}
    kept["tags"] = {"school": _school(), "module": _module(exceptions), "release": event.get("release", "")}
    runtime = event.get("contexts", {}).get("runtime")
    kept["contexts"] = {"runtime": runtime} if runtime else {}
    return kept  # type: ignore[return-value]


def _exception(found: dict[str, Any]) -> dict[str, Any]:
    """Type and place. The message is left out: databases and validators quote the values they refuse."""
    frames = (found.get("stacktrace") or {}).get("frames", [])
    return {
        "type": found.get("type"),
        "module": found.get("module"),
        "stacktrace": {"frames": [{key: frame[key] for key in _FRAME if key in frame} for frame in frames]},
    }


def _school() -> str:
    """The schema that the connection stands in; imported late, since settings load this file."""
    from django.db import connection  # noqa: PLC0415 -- as said

    return str(getattr(connection, "schema_name", "public"))


def _module(exceptions: list[dict[str, Any]]) -> str:
    """The innermost package of ours in the stack (`modules.news`, `core.people`), or `other`."""
    for found in reversed(exceptions):
        for frame in reversed(found["stacktrace"]["frames"]):
            name = str(frame.get("module") or "")
            if name.startswith(OURS):
                return ".".join(name.split(".")[:2])
    return "other"

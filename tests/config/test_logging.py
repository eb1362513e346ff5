"""Logs: structured, about a school, about nobody."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from config.logging import settings_for


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What a machine would read of the logger `tried`."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    formatter = dict(settings_for(machine=True, level="INFO")["formatters"]["structured"])
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.getLogger("tried")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    logger.propagate = False
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_line_is_json_with_event_level_and_time(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.get_logger("tried").info("school_opened", uai="0670079Z")

    (line,) = lines()
    assert (line["event"], line["level"], line["uai"]) == ("school_opened", "info", "0670079Z")
    assert line["timestamp"].endswith("Z")


def test_line_says_which_school(lines: Callable[[], list[dict[str, Any]]], lycee_a: Any) -> None:
    from tenants.schemas.context import school

    with school(lycee_a):
        structlog.get_logger("tried").info("inside")
    logging.getLogger("tried").info("outside")

    inside, outside = lines()
    assert inside["school"] == lycee_a.schema_name
    assert outside["school"] == "public"


def test_line_tells_nothing_of_the_person(lines: Callable[[], list[dict[str, Any]]]) -> None:
    structlog.get_logger("tried").info(
        "request_started", ip="192.0.2.7", user_id=12, user_agent="Firefox", email="a@example.org",
        request="GET /annuaire?q=Camille+Dupont",
    )  # fmt: skip

    (line,) = lines()
    assert not {"ip", "user_id", "user_agent", "email"} & line.keys()
    assert line["request"] == "GET /annuaire"


def test_exception_tells_where_and_not_what_it_says(lines: Callable[[], list[dict[str, Any]]]) -> None:
    who = "-".join(["Camille", "Dupont"])  # a traceback quotes the source, which may name nobody
    try:
        try:
            raise KeyError(who)
        except KeyError as error:
            raise ValueError(who) from error
    except ValueError:
        structlog.get_logger("tried").exception("failed")
        logging.getLogger("tried").exception("failed")

    for line in lines():
        assert who not in json.dumps(line)
        assert "ValueError" in line["exception"]
        assert "test_logging.py" in line["exception"]


def test_requests_are_logged_without_people(
    client: Any, db: None, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    requests = logging.getLogger("django_structlog.middlewares.request")
    requests.addHandler(logging.getLogger("tried").handlers[0])

    client.get("/healthz/Camille?q=Dupont", REMOTE_ADDR="192.0.2.7", headers={"user-agent": "Firefox"})

    requests.removeHandler(logging.getLogger("tried").handlers[0])
    started, finished = lines()
    assert (started["event"], finished["event"]) == ("request_started", "request_finished")
    for secret in ("Dupont", "192.0.2.7", "Firefox"):
        assert secret not in json.dumps([started, finished])

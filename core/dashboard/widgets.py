"""Making the parts of the first page: each has its time, and none can spoil or hold the page for the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter

import structlog
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string

from core.dashboard.arrangement import Offer

logger = structlog.get_logger(__name__)

# Milliseconds. A part that comes with the page may ask the database for so long, all of them together for so long;
# what does not fit is fetched when the page is there, and may then take longer.
EACH, TOGETHER, ALONE = 400, 600, 4_000
# A part that took longer than this comes after the page for a while: it holds a page once, not every page.
SLOW, SLOW_FOR = 300, 10 * 60
# So many are fetched as soon as the page is there, the rest when they come into sight.
AT_ONCE = 6


class State(StrEnum):
    READY = "ready"
    EMPTY = "empty"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True)
class Part:
    """A widget as it stands on the page. `html` is safe, and there when it is READY."""

    offer: Offer
    state: State
    html: str = ""
    milliseconds: int = 0
    at_once: bool = True

    @property
    def id(self) -> str:
        return f"part-{self.offer.slug.replace('.', '-')}"

    @property
    def url(self) -> str:
        """Where the part is alone."""
        return reverse("dashboard:part", args=self.offer.slug.split(".", 1))


def parts_of(request: HttpRequest, offers: list[Offer]) -> list[Part]:
    """The parts of the page in order: made now as far as time allows, the others to be fetched."""
    slow = cache.get_many([_slow_key(offer) for offer in offers])
    spent, waiting, parts = 0, 0, []
    for offer in offers:
        if offer.widget.later or _slow_key(offer) in slow or spent >= TOGETHER:
            waiting += 1
            parts.append(Part(offer, State.WAITING, at_once=waiting <= AT_ONCE))
            continue
        part = _made(request, offer, min(EACH, TOGETHER - spent))
        spent += part.milliseconds
        parts.append(part)
    logger.info("dashboard", parts={part.offer.slug: [part.state.value, part.milliseconds] for part in parts})
    return parts


def part_alone(request: HttpRequest, offer: Offer) -> Part:
    """One part, asked for by itself."""
    part = _made(request, offer, ALONE)
    logger.info("dashboard part", part=offer.slug, state=part.state.value, milliseconds=part.milliseconds)
    return part


def _made(request: HttpRequest, offer: Offer, milliseconds: int) -> Part:
    started = perf_counter()
    state, html = State.EMPTY, ""
    try:
        with _at_most(milliseconds):
            context = import_string(offer.widget.render)(request)
            if context is not None:
                html = render_to_string(offer.widget.template, context, request)
                state = State.READY
    except Exception:
        state = State.FAILED
        logger.exception("widget failed", widget=offer.slug)
    taken = round((perf_counter() - started) * 1000)
    if state is State.FAILED or taken > SLOW:
        cache.set(_slow_key(offer), 1, SLOW_FOR)
    return Part(offer, state, html, taken)


@contextmanager
def _at_most(milliseconds: int) -> Iterator[None]:
    """PostgreSQL gives up each statement after so long. What fails inside leaves the connection usable."""
    outer = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
        yield
        if outer:  # else it ends with the transaction
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout TO DEFAULT")


def _slow_key(offer: Offer) -> str:
    return f"dashboard-slow:{offer.slug}"

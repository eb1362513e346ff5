"""Threads, coroutines, exceptions and savepoints, all at once: nobody ever reads another school's canary."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from random import Random

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, connection, transaction

from tenants.schemas.context import region, school
from tests.schools import COLLEGE_B, LYCEE_A, canaries_in_sight

pytestmark = pytest.mark.django_db
ROUNDS = 150


class Stumble(Exception):
    """An error in the middle of work."""


def _wander(seed: int) -> list[tuple[str, list[str]]]:
    """Enter schools at random, stumble at random, and bring back every wrong sight."""
    rng = Random(seed)  # noqa: S311 -- to wander, not to hide
    wrong = []
    try:
        for _ in range(ROUNDS):
            uai = rng.choice([LYCEE_A, COLLEGE_B])
            try:
                with transaction.atomic(), school(uai):
                    seen = canaries_in_sight()
                    if seen != [uai]:
                        wrong.append((uai, seen))
                    _stumble(rng)
            except (Stumble, DatabaseError):
                pass
            if rng.random() < 0.3:
                with region():
                    if seen := canaries_in_sight():
                        wrong.append(("region", seen))
    finally:
        connection.close()
    return wrong


def _stumble(rng: Random) -> None:
    fate = rng.random()
    if fate < 0.2:
        raise Stumble
    if fate < 0.4:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
    if fate < 0.6:
        with transaction.atomic(), school(LYCEE_A):
            canaries_in_sight()
            raise Stumble


def test_eight_threads_never_see_a_foreign_canary(lycee_a, college_b):
    with ThreadPoolExecutor(max_workers=8) as pool:
        results = list(pool.map(_wander, range(8)))
    assert [wrong for result in results for wrong in result] == []


def test_a_new_thread_stands_in_no_school(lycee_a):
    def look() -> str:
        try:
            return str(connection.schema_name)
        finally:
            connection.close()

    with school(lycee_a), ThreadPoolExecutor(max_workers=1) as pool:
        assert pool.submit(look).result() == "public"


def test_a_coroutine_cannot_enter_a_school_itself(lycee_a):
    async def enter() -> None:
        with school(LYCEE_A):
            pass

    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(enter())


def test_interleaved_coroutines_keep_to_their_own_school(lycee_a, college_b):
    def look(uai: str) -> list[str]:
        try:
            with school(uai):
                return canaries_in_sight()
        finally:
            connection.close()

    async def visit(uai: str) -> bool:
        await asyncio.sleep(0)
        return await sync_to_async(look)(uai) == [uai]

    async def all_visits() -> list[bool]:
        return await asyncio.gather(*(visit(uai) for uai in [LYCEE_A, COLLEGE_B] * 20))

    # An empty context: the connection of this thread is not handed down to the coroutines' threads.
    assert all(Context().run(asyncio.run, all_visits()))

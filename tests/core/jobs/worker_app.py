"""A worker's application for the tests: the project's, plus a task that takes its time and one that falls."""

import time

import django

django.setup()

from celery import shared_task  # noqa: E402 -- after the set-up

from config.celery import app  # noqa: E402, F401 -- what `celery -A` looks for
from core.jobs import services  # noqa: E402


@shared_task(retryable=True)
def count_to(n: int, pause: float) -> None:
    """A long work: one step every `pause` seconds."""
    with services.track("Compte", total=n) as job:
        for _ in range(n):
            time.sleep(pause)
            job.advance()


@shared_task
def fall() -> None:
    raise ValueError("Léa Martin, 4 rue Basse")

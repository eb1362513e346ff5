"""/healthz and /readyz: what a supervisor asks."""

import json
from typing import Any

import pytest
from django.test import Client

from tenants.schemas import health


@pytest.fixture(autouse=True)
def _unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrations_seen", False)
    health._redis.cache_clear()


def test_healthz_answers_under_any_host_without_the_database(client: Client) -> None:
    response = client.get("/healthz", headers={"host": "inconnu.example.org"})

    assert (response.status_code, response.content) == (200, b"ok")


def test_readyz_names_what_was_tried(db: None, client: Client) -> None:
    response = client.get("/readyz", headers={"host": "inconnu.example.org"})

    assert response.status_code == 200
    assert response.json() == {"database": "ok", "redis": "ok", "migrations": "ok"}
    assert response["Cache-Control"] == "no-store"


def test_readyz_fails_without_redis_and_says_nothing_else(db: None, client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert json.loads(response.content) == {"database": "ok", "redis": "failed", "migrations": "ok"}


def test_readyz_fails_while_a_migration_of_the_region_is_missing(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="accounts").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["migrations"] == "failed"


def test_readyz_ignores_the_migrations_of_schools(db: None) -> None:
    missing = {app for app, _ in health.missing_migrations()}

    assert missing == set()


def test_readyz_asks_for_migrations_once(db: None, client: Client, django_assert_num_queries: Any) -> None:
    client.get("/readyz")

    with django_assert_num_queries(1):
        client.get("/readyz")

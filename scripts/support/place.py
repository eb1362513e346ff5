"""What this place is: its secret, its port, and the environment of everything started here."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from scripts.support import locks, paths, requirements

DEFAULT_PORT = 8000


def remembered(data: Path) -> dict[str, object]:
    """What scripts/run last decided here (`port`, `demo`); empty before the first time."""
    try:
        return dict(json.loads((data / "place.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def remember(data: Path, **facts: object) -> None:
    fresh = data / f"place.{os.getpid()}.json"
    fresh.write_text(json.dumps(facts), encoding="utf-8")
    fresh.replace(data / "place.json")


def is_demo(data: Path) -> bool:
    """Whether this is a demo place. Never by default over a database that someone named."""
    if os.environ.get("PREAU_DEMO"):
        return os.environ["PREAU_DEMO"].lower() in {"1", "true", "yes", "on"}
    return bool(remembered(data).get("demo", not requirements.given("DATABASE_URL")))


def ensure_secret_key(data: Path) -> None:
    """A secret of this place's own, readable by its owner only, made once."""
    path = data / "secret_key"
    if requirements.given("PREAU_SECRET_KEY") or path.is_file():
        return
    with locks.exclusive(data / "locks" / "secret_key"):
        if not path.is_file():
            fresh = data / f"secret_key.{os.getpid()}"
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(64))
            fresh.rename(path)


def environment(data: Path, engines: Mapping[str, str], **more: str) -> dict[str, str]:
    """The application's environment: what the operator set, the engines' addresses, where the code is."""
    port = remembered(data).get("port", DEFAULT_PORT)
    return {
        "PREAU_PORT": str(port),
        "PREAU_DEMO": str(int(is_demo(data))),
        **os.environ,
        "PREAU_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(paths.ROOT), os.environ.get("PYTHONPATH")))),
        **engines,
        **more,
    }

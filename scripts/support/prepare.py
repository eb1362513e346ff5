"""Brings the database, the schools, the static files and the demo region up to date, in one Python process.

    python scripts/support/prepare.py [--demo]

Says each step on the error stream; the output is the table of the demo people.
"""

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])

import django
from django.conf import settings
from django.core.management import CommandError, call_command

from scripts.support.terminal import say


def main(arguments: list[str]) -> int:
    """Run the steps in order; the first that fails ends the start with its traceback."""
    demo = "--demo" in arguments
    django.setup()
    _step("tables de la région", lambda: call_command("migrate", interactive=False, verbosity=0))
    _step("tables des établissements", _migrate_schools)
    _step("fichiers statiques", _collect_static)
    if demo:
        _step("région de démonstration", lambda: call_command("seed_demo", stdout=sys.stderr))
    _step("espaces de réserve", lambda: call_command("refill_spares", verbosity=0))
    if demo:
        call_command("demo_people")
    return 0


def _migrate_schools() -> None:
    """A school that cannot be upgraded is closed by itself; the others open."""
    try:
        call_command("migrate_schools", verbosity=0, stdout=sys.stderr)
    except CommandError as error:
        say(f"  {error}")


def _step(name: str, work: Callable[[], object]) -> None:
    begun = time.monotonic()
    work()
    say(f"  {name} ({time.monotonic() - begun:.1f} s)")


def _collect_static() -> None:
    """Collect only when a source or the way of storing changed: hashing and compressing take seconds."""
    record = Path(settings.STATIC_ROOT).with_name("static.sources")
    now = _fingerprint()
    if Path(settings.STATIC_ROOT).is_dir() and record.is_file() and record.read_text(encoding="utf-8") == now:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    record.write_text(now, encoding="utf-8")


def _fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(path.encode() + b"\0")
            with storage.open(path) as file:
                digest.update(file.read())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

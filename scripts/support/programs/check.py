"""scripts/check: what can be said about the code without running it. All steps run; one failure fails."""

import secrets
import subprocess
import sys
import time

from scripts.support import engines, paths, place, venv
from scripts.support.terminal import say

MANAGE = (sys.executable, "manage.py")


def main(arguments: list[str]) -> int:
    """Returns 1 when any step failed."""
    venv.enter("dev", ["check", *arguments])
    data = paths.data_dir() / "check"
    lease = engines.use(data, throwaway=True)
    place.ensure_secret_key(data)
    here = place.environment(data, lease.environment, PREAU_DEMO="0", PREAU_DEBUG="0")
    for name in ("SENTRY_DSN", "PREAU_ORIGIN"):
        here.pop(name, None)
    production = {
        **here,
        "PREAU_ORIGIN": "https://ent.example.fr",
        "PREAU_SECRET_KEY": secrets.token_urlsafe(64),
    }
    module = (sys.executable, "-m")
    steps: list[tuple[str, tuple[str, ...], dict[str, str]]] = [
        ("ruff", (*module, "ruff", "check", "--quiet", "."), here),
        ("mypy", (*module, "mypy"), here),
        (
            "import-linter",
            (sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"),
            here,
        ),
        ("makemigrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), here),
        ("openapi", (*MANAGE, "write_openapi", "--check"), here),
        ("check", (*MANAGE, "check"), here),
        ("check --deploy", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), production),
    ]
    try:
        failed = [name for name, command, env in steps if not _passes(name, command, env)]
    finally:
        lease.release()
    say(f"À corriger : {', '.join(failed)}." if failed else "Tout est en ordre.")
    return 1 if failed else 0


def _passes(name: str, command: tuple[str, ...], env: dict[str, str]) -> bool:
    """Run one step, say its result, and show what it printed when it failed."""
    begun = time.monotonic()
    done = subprocess.run(
        command, cwd=paths.ROOT, env=env, stdin=subprocess.DEVNULL, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    say(f"{'ok   ' if done.returncode == 0 else 'ÉCHEC'} {name} ({time.monotonic() - begun:.1f} s)")
    if done.returncode:
        say(done.stdout.rstrip())
    return done.returncode == 0

"""scripts/test [ARGUMENT of pytest …]: the tests, on engines whose data is thrown away."""

import os
import shutil
import sys
from pathlib import Path

from scripts.support import engines, locks, packages, paths, place, venv
from scripts.support.terminal import Stop, say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The tests say what they need; what the operator set for another place must not change their result.
KEPT = ("PREAU_E2E_BROWSER", "PREAU_TEST_DB")


def main(arguments: list[str]) -> int:
    """Never returns when all goes well: the exit code is pytest's."""
    venv.enter("dev", ["test", *arguments])
    browser = _browser()
    _ensure_pooler()
    if not packages.ensure_pango() and _in_ci():
        raise Stop("Pango manque : les essais des PDF ne peuvent pas être omis ici.")
    data, slot = _free_folder()
    lease = engines.use(data, throwaway=True)
    lease.survive_exec()
    os.set_inheritable(slot, True)
    command = [sys.executable, "-m", "pytest", *_workers(arguments), *arguments]
    os.environ.pop("PREAU_DEMO", None)
    # The tests start hundreds of processes: what one has compiled is there for the others.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    here = _environment(data, lease.environment, browser)
    os.execve(command[0], command, here)  # noqa: S606 -- the virtual environment's Python


def _environment(data: Path, urls: dict[str, str], browser: str) -> dict[str, str]:
    for name in [name for name in os.environ if name.startswith(("PREAU_", "SENTRY_", "EMAIL_"))]:
        if name not in KEPT:
            del os.environ[name]
    return place.environment(
        data, urls,
        PREAU_PORT="8000", PREAU_DEMO="0", PREAU_DEBUG="0",
        PREAU_SECRET_KEY="for-the-tests-only-" + "0123456789abcdef" * 4,
        PREAU_E2E_BROWSER=browser,
    )  # fmt: skip


def _free_folder() -> tuple[Path, int]:
    """A data folder that no other run uses: several may go on in one checkout."""
    base = paths.data_dir()
    for number in range(1, 100):
        folder = base / ("test" if number == 1 else f"test-{number}")
        descriptor = locks.open_lock(folder / "locks" / "run")
        if locks.try_exclusive(descriptor):
            _empty(folder)
            return folder, descriptor
        os.close(descriptor)
    raise Stop(f"Trop d’essais en cours dans {base}.")


def _empty(folder: Path) -> None:
    """Remove what a former run uploaded, mailed or collected; the engines see to their own."""
    for left in folder.iterdir():
        if left.name not in {"locks", "logs", "engines"}:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    (folder / "static").mkdir()


def _workers(arguments: list[str]) -> list[str]:
    """Two processes, unless the arguments say how many or ask for a debugger."""
    own = ("-n", "--numprocesses", "--pdb", "--trace", "--co", "no:xdist", "-pno:xdist")
    told = any(argument.startswith(own) for argument in arguments)
    return [] if told else ["-n", "2", "--dist", "loadgroup"]


def _browser() -> str:
    """The browser of the end-to-end tests; empty when there is none, which CI does not accept."""
    if chosen := os.environ.get("PREAU_E2E_BROWSER"):
        return chosen
    if found := _installed():
        return found
    asked = packages.install("chromium", message="Installation de Chromium pour les essais dans un navigateur…")
    if asked and (found := _installed()):
        return found
    if _in_ci():
        raise Stop("Chromium manque : les essais dans un navigateur ne peuvent pas être omis ici.")
    say("Chromium manque : les essais dans un navigateur sont omis (apt install chromium).")
    return ""


def _ensure_pooler() -> None:
    """PgBouncer, which the tests of the start-up check start themselves; CI does not accept that it is missing."""
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
    if shutil.which("pgbouncer", path=path):
        return
    packages.install("pgbouncer", message="Installation de PgBouncer pour les essais…")
    if shutil.which("pgbouncer", path=path):
        return
    if _in_ci():
        raise Stop("PgBouncer manque : ses essais ne peuvent pas être omis ici.")
    say("PgBouncer manque : ses essais sont omis (apt install pgbouncer).")


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _installed() -> str:
    return next((found for name in BROWSERS if (found := shutil.which(name))), "")

"""scripts/manage COMMAND …: the command replaces this program and holds its locks, so the engines run on."""

import os
import sys

from scripts.support import engines, paths, place, venv


def main(arguments: list[str]) -> int:
    """Never returns when all goes well: the exit code is the command's own."""
    venv.enter("run", ["manage", *arguments])
    data = paths.data_dir()
    lease = engines.use(data)
    place.ensure_secret_key(data)
    lease.survive_exec()
    command = [sys.executable, str(paths.ROOT / "manage.py"), *arguments]
    here = place.environment(data, lease.environment)
    os.execve(command[0], command, here)  # noqa: S606 -- the virtual environment's Python

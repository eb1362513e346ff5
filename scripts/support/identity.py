"""Who the databases run as. PostgreSQL refuses root, so root hands them to a user who can do nothing else."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.support.terminal import Stop

NAME = "preau-engines"
# The first that exists makes the user: shadow's, then busybox's.
_CREATE = (
    ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
     "--shell", "/usr/sbin/nologin", NAME),
    ("adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", NAME),
)  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """A system user without any right of its own."""

    name: str
    uid: int
    gid: int

    def can_read(self, path: Path) -> bool:
        """Whether this user reaches and reads the path, tried by a child that becomes this user."""
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setgid(self.gid)
                os.setuid(self.uid)
                os._exit(0 if os.access(path, os.R_OK | os.X_OK) else 1)
            finally:
                os._exit(2)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def engine_identity(cluster: Path) -> Identity | None:
    """None for an ordinary user, who runs the databases as themselves; for root, who they run as.

    That is the owner of the databases that are there (an ordinary user's, perhaps), else a user made for it.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Identity(str(owner.st_uid), owner.st_uid, owner.st_gid)
    entry = _known(NAME) or _created() or _known("nobody")
    if entry is None or entry.pw_uid == 0:
        raise Stop(
            f"PostgreSQL refuse de tourner en root et l’utilisateur « {NAME} » n’a pas pu être créé : "
            "relancez en simple utilisateur."
        )
    return Identity(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _known(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _created() -> pwd.struct_passwd | None:
    for command in _CREATE:
        if shutil.which(command[0]):
            subprocess.run(command, capture_output=True, check=False)
            # Another start may have made it at the same moment: what counts is that it is there.
            if entry := _known(NAME):
                return entry
    return None

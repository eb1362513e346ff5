"""Where an engine keeps its files, so that the user it runs as reaches them.

Usually `engines/` in the data folder. A root checkout in /root is out of reach of the engines' user: then
they live in /var/lib/preau, in a folder that `engines/place` names, and the programs are copied there too.
"""

import os
import secrets
import shutil
import stat
from pathlib import Path

from scripts.support.identity import Identity
from scripts.support.terminal import Stop, say

ELSEWHERE = Path("/var/lib/preau")


def engines_home(data: Path, identity: Identity | None) -> Path:
    """The folder of the engines of this data folder; made when absent."""
    near = data / "engines"
    near.mkdir(parents=True, exist_ok=True)
    place = near / "place"
    if place.is_file():
        return _recorded(place, data)
    if identity is None or _suits(near, identity):
        return near
    return _elsewhere(place, data)


def _suits(folder: Path, identity: Identity) -> bool:
    """Whether the user reaches the folder, on a file system that lets us give it files."""
    if not identity.can_read(folder):
        return False
    probe = folder / f".probe-{os.getpid()}"
    probe.touch()
    try:
        os.chown(probe, identity.uid, identity.gid)
        return probe.stat().st_uid == identity.uid
    except OSError:
        return False
    finally:
        probe.unlink()


def _recorded(place: Path, data: Path) -> Path:
    """The folder that was chosen before; a new one when this is a copy of a checkout that is still there."""
    chosen, _, owner = place.read_text(encoding="utf-8").strip().partition("\n")
    if owner != str(data):
        if (Path(owner) / "engines" / "place").is_file():
            return _elsewhere(place, data)
        place.write_text(f"{chosen}\n{data}\n", encoding="utf-8")
    Path(chosen).mkdir(parents=True, exist_ok=True)
    return Path(chosen)


def _elsewhere(place: Path, data: Path) -> Path:
    chosen = ELSEWHERE / secrets.token_hex(6)
    try:
        chosen.mkdir(parents=True)
    except OSError as error:
        raise Stop(
            f"L’utilisateur de PostgreSQL n’atteint pas {data} et {ELSEWHERE} ne peut pas être créé "
            f"({error.strerror}) : donnez un autre dossier dans PREAU_DATA_DIR."
        ) from error
    ELSEWHERE.chmod(0o755)
    chosen.chmod(0o755)
    place.write_text(f"{chosen}\n{data}\n", encoding="utf-8")
    say(f"{data} n’est lisible que par root : les bases de données sont rangées dans {chosen}.")
    return chosen


def within_reach(program: Path, parts: list[Path], version: str, identity: Identity | None) -> Path:
    """The program, where the user can execute it: as it is, or in a copy.

    `parts` are the folders beside each other that it needs; `program` lies in the first.
    """
    if identity is None or identity.can_read(program):
        return program
    copy = ELSEWHERE / "programs" / version
    if not copy.is_dir():
        fresh = copy.with_name(f"{version}.{os.getpid()}")
        for part in parts:
            shutil.copytree(part, fresh / part.name, symlinks=True)
        _open_to_all(fresh)
        try:
            fresh.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(fresh)
    return copy / program.relative_to(parts[0].parent)


def _open_to_all(folder: Path) -> None:
    for above in (ELSEWHERE, ELSEWHERE / "programs"):
        above.chmod(0o755)
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o055 if path.is_dir() or mode & stat.S_IXUSR else mode | 0o044)


def claim(folder: Path, identity: Identity | None) -> Path:
    """Make a private folder of the engines' user, or make sure that the one there is ours.

    Raises Stop when someone else holds the place (in /tmp anyone may take a name first).
    """
    uid, gid = (identity.uid, identity.gid) if identity else (os.geteuid(), os.getegid())
    try:
        folder.mkdir(mode=0o700, parents=True)
        os.chown(folder, uid, gid)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {uid, os.geteuid()}:
            raise Stop(
                f"{folder} appartient à quelqu’un d’autre : supprimez ce dossier et recommencez."
            ) from None
        os.chown(folder, uid, gid)
        folder.chmod(0o700)
    return folder

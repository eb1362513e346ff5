"""Folders follow schemas: renamed right after the transaction that renamed those, and also if it was interrupted.

A note on the disk, written before the transaction, says which folders go where and which schema exists once it
has been committed. Whoever comes next under the same school's lock, or the scheduler, ends what a killed process
had begun. The note is removed last.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from django.conf import settings

from tenants.schemas.archive.bundle import new_file, sync_folder
from tenants.schemas.archive.files import folder_of
from tenants.schemas.selectors import schema_exists

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Move:
    """`school`: its schema. `folders`: (from, to) by schema name, in order. `proof`: a schema that the transaction
    brings about.
    """

    uai: str
    school: str
    folders: list[tuple[str, str]]
    proof: str

    @property
    def note(self) -> Path:
        return _notes() / f"{self.uai}.json"


def announce(move: Move) -> None:
    """Before the transaction. Every folder that leaves is made to exist, so that a move is seen to be done."""
    for source, _target in move.folders:
        folder_of(source).mkdir(parents=True, exist_ok=True)
    _notes().mkdir(mode=0o700, parents=True, exist_ok=True)
    with new_file(move.note) as file:
        file.write(json.dumps(asdict(move)).encode())


def follow(move: Move) -> None:
    """After the transaction, if it was committed; does nothing twice."""
    if schema_exists(move.proof):
        for source, target in move.folders:
            if folder_of(source).is_dir() and not folder_of(target).exists():
                os.rename(folder_of(source), folder_of(target))
        sync_folder(Path(settings.MEDIA_ROOT))
    move.note.unlink(missing_ok=True)


def interrupted() -> Iterator[Move]:
    """What earlier processes announced and did not end, or are about to."""
    for note in sorted(_notes().glob("*.json")):
        try:
            told = json.loads(note.read_text())
        except FileNotFoundError:
            continue  # ended meanwhile
        folders = [(source, target) for source, target in told["folders"]]
        yield Move(told["uai"], told["school"], folders, told["proof"])


def end(uai: str) -> None:
    """End what was interrupted for this school. The caller holds its lock."""
    for move in interrupted():
        if move.uai == uai:
            logger.warning("folders follow an interrupted change", uai=uai, folders=move.folders)
            follow(move)


def _notes() -> Path:
    return Path(settings.MEDIA_ROOT) / ".moves"

"""Where things are."""

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"


def data_dir() -> Path:
    """The folder of everything that lives on between two starts."""
    return Path(os.environ.get("PREAU_DATA_DIR") or ROOT / ".data").expanduser().resolve()


def socket_dir(data: Path, engine: str) -> Path:
    """A short folder for each engine of each data folder.

    A socket's path may have 107 bytes, a checkout's more.
    """
    name = hashlib.sha256(f"{os.geteuid()}:{data}".encode()).hexdigest()[:12]
    # The name may be guessed: home.claim() makes sure that the folder is ours alone.
    base = "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()  # noqa: S108 -- as said
    return Path(base) / f"preau-{name}-{engine}"

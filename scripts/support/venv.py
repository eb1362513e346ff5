"""The virtual environment of the checkout, made from the lock and remade when the lock changes."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from typing import NoReturn

from scripts.support import locks, requirements
from scripts.support.paths import VENV, VENV_PYTHON
from scripts.support.terminal import Stop, say

STAMP = VENV / "preau.json"
# For Pythons that come without ensurepip (Debian's, without python3-venv). A wheel of pip runs as it is.
PIP_URL = (
    "https://files.pythonhosted.org/packages/"
    "07/25/ee8c38ae72d66b844ce8eb9711ba905dba21ca1a8a0c960057c41cd23337/pip-26.3-py3-none-any.whl"
)
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def enter(purpose: str, arguments: list[str]) -> None:
    """Return inside the virtual environment, complete for the purpose; starts this program again if need be.

    Raises Stop when it cannot be made.
    """
    text = requirements.needed(purpose)
    if not _complete(text):
        with locks.exclusive(VENV / ".lock"):
            if not _complete(text):  # another start may have done it meanwhile
                _make(text)
    if Path(sys.prefix) != VENV:
        here = str(Path(__file__).resolve().parent)
        os.execv(VENV_PYTHON, [str(VENV_PYTHON), here, *arguments])  # noqa: S606 -- ourselves, again


def _complete(text: str) -> bool:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return os.access(VENV_PYTHON, os.X_OK) and requirements.pins(text) <= set(stamp["pins"])


def _make(text: str) -> None:
    say("Préparation de l’environnement Python (quelques minutes la première fois)…")
    if requirements.builds_redis(text) and not _can_compile():
        raise Stop(
            "Redis n’est pas prêt à l’emploi pour ce Python ou cette machine : installez « redis-server » ou "
            "« valkey-server », ou un compilateur C, ou Python 3.12, puis recommencez."
        )
    STAMP.unlink(missing_ok=True)
    if not _works(VENV_PYTHON):
        _create()
    with tempfile.TemporaryDirectory() as folder:
        _install(requirements.write(text, Path(folder) / "requirements.txt"), text)
    fresh = STAMP.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"pins": sorted(requirements.pins(text))}), encoding="utf-8")
    fresh.replace(STAMP)


def _can_compile() -> bool:
    return bool(shutil.which("make") and any(map(shutil.which, ("cc", "gcc", "clang"))))


def _works(python: Path) -> bool:
    return (
        python.exists()
        and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    )


def _create() -> None:
    """Make the environment in place, without its lock file, which we hold."""
    for left in VENV.iterdir():
        if left.name != ".lock":
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
    command = [sys.executable, "-m", "venv", *([] if _has_ensurepip() else ["--without-pip"]), str(VENV)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stop(
            "L’environnement Python n’a pas pu être créé : installez le paquet « python3-venv », "
            f"puis recommencez.\n{done.stdout}{done.stderr}"
        )


def _has_ensurepip() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def _install(file: Path, text: str) -> None:
    command = [*_pip(file.parent), "install", "--require-hashes", "--no-input", "--disable-pip-version-check",
               "--quiet", "--no-deps", "-r", str(file)]  # fmt: skip
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    if done.returncode:
        _explain(done.stdout + done.stderr, text)


def _pip(folder: Path) -> list[str]:
    """How to call pip for the environment."""
    if (
        subprocess.run([VENV_PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode
        == 0
    ):
        return [str(VENV_PYTHON), "-m", "pip"]
    try:
        with urllib.request.urlopen(PIP_URL, timeout=60) as answer:
            wheel = answer.read()
    except OSError as error:
        raise Stop(
            f"pip manque et ne peut pas être téléchargé ({error}) : installez « python3-venv »."
        ) from error
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise Stop("Le fichier de pip reçu n’est pas celui attendu : installez « python3-venv ».")
    path = folder / PIP_URL.rpartition("/")[2]
    path.write_bytes(wheel)
    return [str(VENV_PYTHON), f"{path}/pip"]


def _explain(output: str, text: str) -> NoReturn:
    tail = "\n".join(output.strip().splitlines()[-12:])
    missing = "No matching distribution" in output or "not a supported wheel" in output
    if missing and requirements.POSTGRES_PACKAGE in output:
        raise Stop(
            "PostgreSQL n’existe pas tout prêt pour cette machine (il l’est pour Linux avec glibc ≥ 2.28 et "
            "macOS, x86-64 ou ARM 64 bits, Python 3.11 à 3.14) : installez PostgreSQL et Redis, puis "
            f"indiquez-les dans DATABASE_URL et REDIS_URL (docs/configuration.md).\n{tail}"
        )
    if requirements.builds_redis(text) and requirements.REDIS_PACKAGE in output:
        raise Stop(
            f"Redis n’a pas pu être compilé : installez « redis-server » ou « valkey-server ».\n{tail}"
        )
    raise Stop(f"Les paquets Python n’ont pas pu être installés.\n{tail}")

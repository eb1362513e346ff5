"""Libraries and programs of the system that pages and tests need: installed where we may, named where not."""

import ctypes
import os
import shutil
import subprocess

from scripts.support.terminal import say

# What WeasyPrint opens, and the Debian packages that hold it: letters and trombinoscopes as PDF.
_PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1")
_PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig")


def ensure_pango() -> bool:
    """Whether PDF can be made here; says what to install where it cannot."""
    if _opens(_PANGO):
        return True
    install(*_PANGO_PACKAGES, message="Installation de Pango pour les PDF…")
    if _opens(_PANGO):
        return True
    say(f"Pango manque : les PDF deviennent des pages à imprimer (apt install {' '.join(_PANGO_PACKAGES)}).")
    return False


def install(*packages: str, message: str) -> bool:
    """Install Debian packages when we may; False when this is not the place for it."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(message)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *step], env=quiet, stdout=subprocess.DEVNULL, check=False)
    return True


def _opens(names: tuple[str, ...]) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
    return True

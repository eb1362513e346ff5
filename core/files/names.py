"""Names of files as people read them. They never become paths."""

import re
import unicodedata

from django.utils.translation import gettext as _

from core.files.types import FileType

MAX_LENGTH = 150
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}\Z")
_FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
# What Windows keeps for its devices, whatever the extension
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|\Z)", re.I)


def clean_name(name: str, found: FileType) -> str:
    """A name that is safe to show and to save under, with an extension that fits the content.

    Folders, control characters and marks that turn the reading direction (« gnp.exe » would show as
    « exe.png ») are dropped; at most 150 characters.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    shown = " ".join(_FORBIDDEN.sub("-", shown).split()).rstrip(". ")
    extension = _EXTENSION.search(shown)
    stem = shown[: extension.start()] if extension else shown
    ending = extension.group()[1:].lower() if extension else ""
    ending = ending if ending in found.extensions else found.extensions[0]
    stem = stem[: MAX_LENGTH - len(ending) - 1].strip(". -") or _("fichier")
    return f"{'_' if _DEVICES.match(stem) else ''}{stem}.{ending}"[-MAX_LENGTH:]

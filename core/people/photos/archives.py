"""Many photos at once: a zip whose files bear an identifier, « NOM Prénom » or a login."""

import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import IO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.files.archives import check_directory
from core.people.models import Person
from core.people.photos.services import Report, set_photo
from core.people.text import fold
from tenants.accounts.models import Account

LARGEST = 20 * 1024 * 1024  # bytes of one picture
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif"})
_SHOWN = 120


def take(archive: IO[bytes], *, actor: Person | None, step: Callable[[], None]) -> Report:
    """Give each picture of the archive to whom its name names; each in a transaction of its own.

    Raises DomainError for what is no archive, or holds too much. `step` is called after each picture.
    """
    known, report = _known(), Report()
    with _opened(archive) as opened:
        for entry in pictures_in(opened):
            _take_one(opened, entry, known, report, actor)
            step()
    return report


def pictures_in(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The pictures, without folders, hidden files and what a Mac adds."""
    entries = opened.infolist()
    return [entry for entry in entries if not entry.is_dir() and _is_picture(PurePosixPath(entry.filename))]


def count(archive: IO[bytes]) -> int:
    with _opened(archive) as opened:
        return len(pictures_in(opened))


def _opened(archive: IO[bytes]) -> zipfile.ZipFile:
    check_directory(archive)
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DomainError("damaged", _("Cette archive est abîmée\u00a0: refaites-la.")) from error


def _is_picture(path: PurePosixPath) -> bool:
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return path.suffix.lower() in PICTURES and not hidden


def _known() -> dict[str, set[int]]:
    """Words that name somebody of the school: identifiers of imports, logins, both orders of the name."""
    named: dict[str, set[int]] = defaultdict(set)
    people = Person.objects.filter(left_on=None)
    people = people.only("pk", "first_name", "last_name", "external_ids", "account_id")
    logins = dict(Account.objects.values_list("pk", "login"))
    for person in people:
        for words in _names_of(person, logins):
            named[words].add(person.pk)
    return named


def _names_of(person: Person, logins: dict[int, str]) -> Iterator[str]:
    yield fold(f"{person.last_name} {person.first_name}")
    yield fold(f"{person.first_name} {person.last_name}")
    if login := logins.get(person.account_id or 0):
        yield fold(login)
    for key, value in person.external_ids.items():
        for identifier in value if isinstance(value, list) else [value, key]:
            yield fold(str(identifier))
            yield fold(str(identifier).rpartition(":")[2])


def _take_one(
    opened: zipfile.ZipFile, entry: zipfile.ZipInfo, known: dict[str, set[int]], report: Report, actor: Person | None
) -> None:
    name = PurePosixPath(entry.filename).name[:_SHOWN]
    found = known.get(fold(PurePosixPath(entry.filename).stem), set())
    if len(found) != 1:
        (report.ambiguous if found else report.unknown).append(name)
        return
    try:
        person = set_photo(person=Person(pk=next(iter(found))), upload=_upload(opened, entry, name), actor=actor)
    except DomainError as error:
        if error.code == "no-consent":
            report.refused.append(name)
        else:
            report.broken.append([name, error.message])
    else:
        report.taken.append(person.full_name)


def _upload(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> SimpleUploadedFile:
    if entry.file_size > LARGEST or entry.flag_bits & 0x1:
        raise DomainError("unreadable", _("Trop lourde, ou protégée par un mot de passe."))
    try:
        with opened.open(entry) as file:
            content = file.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise DomainError("damaged", _("Cette image est abîmée.")) from error
    if len(content) > LARGEST:
        raise DomainError("unreadable", _("Trop lourde, ou protégée par un mot de passe."))
    return SimpleUploadedFile(name, content)

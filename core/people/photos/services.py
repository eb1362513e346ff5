"""Photos come in, are replaced, and go: on demand, or once somebody has said no."""

import json
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit.services import record
from core.errors import DomainError
from core.files import services as files
from core.files.models import Kind, StoredFile
from core.modules.state import Modules
from core.people.models import Person
from core.people.photos.seeing import CONSENT, MODULE, answers, rests_on_mission
from core.people.records import hold
from core.privacy.models import ConsentAnswer
from core.privacy.services import consents
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai

REPORT, ARCHIVE = "photo-report", "photo-archive"
REPORT_KEPT = timedelta(days=7)
_NO = (ConsentAnswer.Answer.REFUSED, ConsentAnswer.Answer.WITHDRAWN)


@dataclass
class Report:
    """What became of the photos of an archive. Lists hold file names, but `taken`: the names of people."""

    taken: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # no consent: nothing was kept
    broken: list[list[str]] = field(default_factory=list)  # [file, why]
    at: str = ""

    @property
    def total(self) -> int:
        lists: tuple[list[Any], ...] = (self.taken, self.unknown, self.ambiguous, self.refused, self.broken)
        return sum(len(one) for one in lists)


@transaction.atomic
def set_photo(*, person: Person, upload: UploadedFile, actor: Person | None) -> Person:
    """Keep the photo in place of the one before. It is shown once consent is given, where that is asked for.

    Raises DomainError for somebody who said no or has left, and Refused for a file that is no picture.
    """
    current = hold(person)
    if current.left_on is not None:
        raise DomainError("left", _("Cette personne a quitté l’établissement."))
    if not rests_on_mission(_modules()):
        if answers([current.pk]).get(current.pk) in _NO:
            sentence = _("L’accord pour la photo a été refusé ou retiré\u00a0: elle n’est pas gardée.")
            raise DomainError("no-consent", sentence)
        consents.ask(code=CONSENT, person=current, actor=actor)
    before = _file_of(current)
    stored = files.store(
        upload=upload, module=MODULE, kind=Kind.IMAGE, actor=actor, owner_ref=f"person:{current.pk}"
    )
    _point(current, stored, before, actor)
    record("people.set_photo", actor=actor, target=current)
    return current


@transaction.atomic
def remove_photo(*, person: Person, actor: Person | None) -> None:
    """Raises DomainError when there is none."""
    current = hold(person)
    before = _file_of(current)
    if current.photo_id is None:
        raise DomainError("no-photo", _("Cette personne n’a pas de photo."))
    _point(current, None, before, actor)
    record("people.remove_photo", actor=actor, target=current)


def forget_unwanted() -> int:
    """A daily job: photos to which somebody said no, and reports of a week ago. Returns how many photos."""
    _forget_reports()
    if rests_on_mission(_modules()):
        return 0
    people = list(Person.objects.filter(photo_id__isnull=False))
    said = answers(person.pk for person in people)
    unwanted = [person for person in people if said.get(person.pk) in _NO]
    for person in unwanted:
        remove_photo(person=person, actor=None)
    return len(unwanted)


@transaction.atomic
def keep_archive(*, upload: UploadedFile, actor: Person) -> StoredFile:
    """Put an archive of photos by until its work is done. Nobody else reads it."""
    limit = files.max_mb(Kind.DOCUMENT) * 5
    if (upload.size or 0) > limit * 1024 * 1024:
        raise DomainError("too-large", _("Cette archive dépasse %(mb)d Mo\u00a0: faites-en plusieurs.") % {"mb": limit})
    if upload.read(4) != b"PK\x03\x04":
        raise DomainError("not-zip", _("Ce fichier n’est pas une archive .zip."))
    upload.seek(0)
    record("people.send_photos", actor=actor, target=None, label=upload.name or "")
    return _keep("photos.zip", "application/zip", upload, ARCHIVE, actor)


@transaction.atomic
def keep_report(report: Report, *, actor: Person | None) -> StoredFile:
    """In place of the one before of the same person."""
    for old in StoredFile.objects.filter(module=MODULE, owner_ref=REPORT, uploaded_by=actor):
        files.remove(stored=old, actor=actor)
    report.at = timezone.now().isoformat()
    content = ContentFile(json.dumps(asdict(report), ensure_ascii=False).encode())
    return _keep("photos.json", "application/json", content, REPORT, actor)


def last_report(actor: Person | None) -> Report | None:
    """What became of the last archive that this person sent, for a week."""
    stored = StoredFile.objects.filter(module=MODULE, owner_ref=REPORT, uploaded_by=actor).first()
    if stored is None:
        return None
    try:
        with stored.content.open("rb") as file:
            return Report(**json.loads(file.read()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _keep(name: str, content_type: str, content: Any, owner_ref: str, actor: Person | None) -> StoredFile:
    stored = StoredFile(
        module=MODULE, kind=Kind.DOCUMENT, owner_ref=owner_ref, name=name, content_type=content_type,
        size=content.size, sha256="", uploaded_by=actor,
    )  # fmt: skip
    stored.content.save("content", content, save=False)
    stored.save(force_insert=True)
    return stored


def _forget_reports() -> None:
    old = StoredFile.objects.filter(
        module=MODULE, owner_ref__in=(REPORT, ARCHIVE), created_at__lt=timezone.now() - REPORT_KEPT
    )
    for stored in old:
        files.remove(stored=stored, actor=None)


def _point(person: Person, stored: StoredFile | None, before: StoredFile | None, actor: Person | None) -> None:
    person.photo_id = stored.pk if stored else None
    person.save(update_fields=["photo_id", "updated_at"])
    if before is not None:
        files.remove(stored=before, actor=actor)


def _file_of(person: Person) -> StoredFile | None:
    return StoredFile.objects.filter(pk=person.photo_id).first() if person.photo_id else None


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))

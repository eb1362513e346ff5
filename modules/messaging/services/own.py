"""One's own settings of the messagerie: signature, folders, labels."""

from typing import TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.people.text import tidy
from core.permissions.viewer import Viewer
from core.ui import richtext
from modules.messaging.choices import Place
from modules.messaging.models import NAME_LENGTH, SIGNATURE_LENGTH, Copy, Correspondent, Folder, Label

# Enough for anybody, and few enough for a menu.
MOST_FOLDERS = 60
T = TypeVar("T", Folder, Label)


def sign(*, viewer: Viewer, text: str) -> None:
    """Set what a new message ends with; empty for nothing."""
    words = richtext.normalise(text)
    if len(words) > SIGNATURE_LENGTH:
        message = _("Cette signature est trop longue\u00a0: %(most)d\u00a0caractères au plus.")
        message %= {"most": SIGNATURE_LENGTH}
        raise DomainError("signature", message, {"signature": message})
    Correspondent.objects.update_or_create(person=viewer.person, defaults={"signature": words})


def create_folder(*, viewer: Viewer, name: str) -> Folder:
    return _create(viewer, Folder, name)


def create_label(*, viewer: Viewer, name: str) -> Label:
    return _create(viewer, Label, name)


def rename(*, row: Folder | Label, name: str) -> None:
    """Give one's own folder or label another name. Raises DomainError for one that is taken, or none."""
    row.name = _named(name)
    _save(row)


@transaction.atomic
def delete_folder(*, viewer: Viewer, folder: Folder) -> int:
    """Delete a folder; what lay in it goes to the archive. Returns how many conversations."""
    inside = Copy.objects.filter(folder=folder, person=viewer.person)
    count = inside.values("conversation").distinct().count()
    inside.update(place=Place.ARCHIVE, folder=None)
    folder.delete()
    return count


def delete_label(*, label: Label) -> None:
    """Take a label off everything and forget it."""
    label.delete()


def _create(viewer: Viewer, model: type[T], name: str) -> T:
    if model._default_manager.filter(person=viewer.person).count() >= MOST_FOLDERS:
        message = _("Vous en avez déjà %(most)d. Supprimez-en un d’abord.") % {"most": MOST_FOLDERS}
        raise DomainError("many", message, {"name": message})
    row = model(person=viewer.person, name=_named(name))
    _save(row)
    return row


def _named(name: str) -> str:
    words = tidy(name)
    if not words or len(words) > NAME_LENGTH:
        message = _("Donnez un nom de %(most)d\u00a0caractères au plus.") % {"most": NAME_LENGTH}
        raise DomainError("name", message, {"name": message})
    return words


def _save(row: Folder | Label) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        message = str(row._meta.constraints[0].violation_error_message)
        raise DomainError("twice", message, {"name": message}) from error

"""A file that a school keeps: its bytes are in the storage, under the school's own folder."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.people.models import Person


class Kind(models.TextChoices):
    """What a form expects; it decides which types and sizes are taken."""

    IMAGE = "image", _("Image")
    DOCUMENT = "document", _("Document")


def bytes_name(stored: "StoredFile", suffix: str) -> str:
    """Where the bytes lie, under the school's folder. The name that was sent never goes into a path."""
    digits = stored.pk.hex
    return f"{stored.module}/{digits[:2]}/{digits}{suffix}"


def original_name(stored: "StoredFile", filename: str) -> str:
    return bytes_name(stored, "")


def thumbnail_name(stored: "StoredFile", filename: str) -> str:
    return bytes_name(stored, "-thumb")


class StoredFile(models.Model):
    """Who may read it is the business of the module that owns it (`file_access` in its manifest).

    `owner_ref` is the module's own note of what the file belongs to ("article:12"). `content_type` was
    decided by the content and is one of a short list; `name` is clean and its extension fits the content.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.CharField(max_length=40, editable=False)
    owner_ref = models.CharField(max_length=100, blank=True, editable=False)
    kind = models.CharField(_("nature"), max_length=10, choices=Kind.choices, editable=False)
    name = models.CharField(_("nom"), max_length=150, editable=False)
    content_type = models.CharField(_("type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("taille"), editable=False)  # bytes, as kept
    sha256 = models.CharField(max_length=64, editable=False)
    # Pixels; null for what is not an image
    width = models.PositiveIntegerField(_("largeur"), null=True, editable=False)
    height = models.PositiveIntegerField(_("hauteur"), null=True, editable=False)
    content = models.FileField(upload_to=original_name, max_length=120, editable=False)
    thumbnail = models.FileField(upload_to=thumbnail_name, max_length=120, blank=True, editable=False)
    uploaded_by = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, editable=False, related_name="uploaded_files"
    )
    created_at = models.DateTimeField(_("déposé le"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("fichier")
        ordering = ("-created_at", "id")
        indexes = [models.Index(fields=["module", "owner_ref"], name="files_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """Whether we made the pixels ourselves, so that browsers may show them in the page."""
        return self.width is not None

"""What is not sent yet, and what one writes with."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.files.models import StoredFile
from core.modules.deletion import cascade_if_installed
from core.people.models import Person
from modules.messaging.choices import DraftState, Replies, Via, Weight
from modules.messaging.models.lengths import BODY_LENGTH, NAME_LENGTH, SUBJECT_LENGTH
from modules.messaging.models.mail import Conversation, Message


class Draft(models.Model):
    """What somebody is writing, or has written and is not sent yet.

    `key` is made by the page that writes it: the same key saves the same draft, and becomes the message's, so that
    neither a double click nor a page that was offline makes two. `lines` is the audience (see
    `modules.messaging.audience.lines`); in a reply it stays empty and `answers` and `to_all` say it. `version` counts
    saves; a page that saves over a newer one is told.
    """

    author = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_drafts")
    key = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.OPEN)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, null=True, related_name="drafts")
    answers = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    to_all = models.BooleanField(default=False)
    subject = models.CharField(_("objet"), max_length=SUBJECT_LENGTH, blank=True)
    body = models.TextField(_("message"), max_length=BODY_LENGTH, blank=True)
    lines = models.JSONField(default=list)
    replies = models.CharField(_("réponses"), max_length=6, choices=Replies.choices, default=Replies.ALL)
    weight = models.CharField(_("importance"), max_length=9, choices=Weight.choices, default=Weight.NORMAL)
    asks_receipt = models.BooleanField(_("demander un accusé de lecture"), default=False)
    via = models.CharField(max_length=5, choices=Via.choices, default=Via.PAGE)
    send_at = models.DateTimeField(_("envoyer le"), null=True, blank=True)
    refusal = models.CharField(max_length=500, blank=True)
    # How many it would have reached when it was made to wait: the limits count what waits.
    recipients = models.PositiveIntegerField(default=0, db_default=0)
    # A moderator has read these words: they are not asked about again.
    cleared = models.BooleanField(default=False, db_default=False)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("brouillon")
        ordering = ("-updated_at", "-id")
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="messaging_draft_once")]
        indexes = [
            models.Index(
                fields=["send_at"], condition=Q(state__in=["scheduled", "held"]), name="messaging_draft_due"
            ),
            models.Index(fields=["updated_at"], condition=Q(state="moderation"), name="messaging_draft_moderation"),
        ]

    def __str__(self) -> str:
        return self.subject or f"{self.key}"


class Attachment(models.Model):
    """A file joined to a draft, then to the message that it became: readable by those who may read that."""

    file = models.ForeignKey(StoredFile, on_delete=cascade_if_installed, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")

    class Meta:
        verbose_name = _("pièce jointe")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["file"], name="messaging_attachment_file_once"),
            models.CheckConstraint(
                condition=Q(draft=None, message__isnull=False) | Q(draft__isnull=False, message=None),
                name="messaging_attachment_one_owner",
            ),
        ]

    def __str__(self) -> str:
        return str(self.file)


class Template(models.Model):
    """Words to begin with, of one's own or (without a person) of the school. Fields are written {prénom}, {classe}…"""

    person = models.ForeignKey(Person, on_delete=cascade_if_installed, null=True, related_name="message_templates")
    name = models.CharField(_("nom"), max_length=NAME_LENGTH)
    subject = models.CharField(_("objet"), max_length=SUBJECT_LENGTH, blank=True)
    body = models.TextField(_("message"), max_length=BODY_LENGTH)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("modèle de message")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                F("person"), Lower("name"), name="messaging_template_once", nulls_distinct=False,
                violation_error_message=_("Un modèle porte déjà ce nom."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

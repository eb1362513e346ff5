"""What was sent, and what each person has of it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.modules.deletion import cascade_if_installed, set_null_if_installed
from core.people.choices import Role
from core.people.models import Person
from modules.messaging.choices import Line, Place, Replies, Via, Weight
from modules.messaging.models.lengths import NAME_LENGTH, SUBJECT_LENGTH


class Conversation(models.Model):
    """A subject and the messages about it. `replies` is decided by whoever began it."""

    subject = models.CharField(_("objet"), max_length=SUBJECT_LENGTH)
    replies = models.CharField(_("réponses"), max_length=6, choices=Replies.choices, default=Replies.ALL)
    starter = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, related_name="conversations_begun"
    )
    started_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("conversation")
        indexes = [models.Index(fields=["starter"], name="messaging_conversation_by")]

    def __str__(self) -> str:
        return self.subject


class Purge(models.Model):
    """Somebody's messages taken out of every box, until it is undone. `since` and `until` bound when they were sent."""

    sender = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="messages_purged")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(_("motif"), max_length=500)
    actor = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")

    class Meta:
        verbose_name = _("retrait de messages")
        ordering = ("-at", "-id")
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("since")), name="messaging_purge_forward")]

    def __str__(self) -> str:
        return f"{self.sender_id} {self.at:%Y-%m-%d}"


class Message(models.Model):
    """What was sent: its body is one row, however many received it.

    `key` is given by the page or the program before sending, so that sending twice makes one message. `sender_name`
    stays when the sender is erased, until then it is what readers saw. `lines` is the audience as it was addressed,
    in words that may be shown ("Responsables de la 5eB"): see `modules.messaging.audience.lines`.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    key = models.UUIDField(default=uuid.uuid4)
    sender = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="messages_sent")
    sender_name = models.CharField(max_length=150)
    sender_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    answers = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="answered_by")
    # Light Markdown as it was typed, and the HTML that it became; the HTML is cleaned again when it is shown.
    body = models.TextField(_("message"), blank=True)
    body_html = models.TextField(blank=True)
    lines = models.JSONField(default=list)
    weight = models.CharField(_("importance"), max_length=9, choices=Weight.choices, default=Weight.NORMAL)
    asks_receipt = models.BooleanField(_("demander un accusé de lecture"), default=False)
    via = models.CharField(max_length=5, choices=Via.choices, default=Via.PAGE)
    recipients = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(default=timezone.now)
    recalled_at = models.DateTimeField(null=True)
    # Taken away by a moderator, for all; a purge does the same to many messages at once.
    removed_at = models.DateTimeField(null=True)
    purge = models.ForeignKey(Purge, on_delete=models.SET_NULL, null=True, related_name="messages")
    reminded_at = models.DateTimeField(null=True)
    # Written by the messagerie for somebody who is away: nothing answers it, and no limit counts it.
    automatic = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name = _("message")
        ordering = ("sent_at", "id")
        constraints = [models.UniqueConstraint(fields=["key"], name="messaging_message_once")]
        indexes = [
            # How much somebody has sent lately: the limits.
            models.Index(fields=["sender", "-sent_at"], name="messaging_message_by"),
            models.Index(fields=["sent_at"], name="messaging_message_age"),
        ]

    def __str__(self) -> str:
        return f"{self.sender_name}, {self.sent_at:%Y-%m-%d %H:%M}"

    @property
    def is_readable(self) -> bool:
        """Whether its words may still be shown to those who received it."""
        return self.recalled_at is None and self.removed_at is None and self.purge_id is None


class Folder(models.Model):
    """A folder of one's own."""

    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_folders")
    name = models.CharField(_("nom"), max_length=NAME_LENGTH)

    class Meta:
        verbose_name = _("dossier")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                F("person"), Lower("name"), name="messaging_folder_once",
                violation_error_message=_("Vous avez déjà un dossier de ce nom."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Copy(models.Model):
    """A message as one person has it: unique for each message and person.

    `children` are those of whom it speaks to a guardian, by their keys. `place` and `folder` are the same on all
    copies of a conversation that a person has; `latest` is set on the newest of them that is not `hidden`. Hidden
    copies belong to messages that were purged or removed. `unread` is false from the start for the sender.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="copies")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="copies")
    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_copies")
    line = models.CharField(max_length=4, choices=Line.choices)
    children = ArrayField(models.BigIntegerField(), default=list)
    place = models.CharField(max_length=7, choices=Place.choices)
    folder = models.ForeignKey(Folder, on_delete=models.SET_NULL, null=True, related_name="copies")
    latest = models.BooleanField(default=True)
    unread = models.BooleanField(default=True)
    hidden = models.BooleanField(default=False)
    from_staff = models.BooleanField(default=False)
    at = models.DateTimeField()  # when the message was sent
    read_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message reçu")
        verbose_name_plural = _("messages reçus")
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="messaging_copy_once")]
        indexes = [
            # One page of a box
            models.Index(
                fields=["person", "place", "-at", "-id"], condition=Q(latest=True, hidden=False),
                name="messaging_copy_box",
            ),
            # The badge
            models.Index(
                fields=["person"], condition=Q(latest=True, unread=True, hidden=False, place="inbox"),
                name="messaging_copy_unread",
            ),
            # What one wrote
            models.Index(
                fields=["person", "-at", "-id"], condition=Q(line="from", hidden=False), name="messaging_copy_sent"
            ),
            # One thread as one person sees it
            models.Index(fields=["conversation", "person", "at"], name="messaging_copy_thread"),
            models.Index(fields=["folder"], condition=Q(folder__isnull=False), name="messaging_copy_folder"),
            models.Index(fields=["trashed_at"], condition=Q(place="trash"), name="messaging_copy_trash"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.message_id} → {self.person_id}"


class Label(models.Model):
    """A word of one's own on conversations."""

    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_labels")
    name = models.CharField(_("nom"), max_length=NAME_LENGTH)
    conversations = models.ManyToManyField(Conversation, related_name="labels", db_table="messaging_labelled")

    class Meta:
        verbose_name = _("étiquette")
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint(
                F("person"), Lower("name"), name="messaging_label_once",
                violation_error_message=_("Vous avez déjà une étiquette de ce nom."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

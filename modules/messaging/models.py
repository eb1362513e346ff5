"""Conversations, messages, one copy for each recipient, and what surrounds them.

A message is one body (`Message`) and one row for each person whom it concerns (`Copy`), sender included, written by
one statement however many they are. All that somebody does with a message (read, file, throw away) is in their own
copy. A box is a list of conversations: of each conversation a person sees their latest copy, marked `latest`, so that
a page of a box is a walk along one index, and the count of what is unread a walk along another.

What is not sent yet is a `Draft`, whatever it waits for; only sending makes messages.

Keys to core use `core.modules.deletion`: people are deleted in schools without the module too.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.files.models import StoredFile
from core.modules.deletion import cascade_if_installed, set_null_if_installed
from core.people.choices import Role
from core.people.models import Person
from modules.messaging.choices import (
    DraftState,
    Line,
    Place,
    Reach,
    Replies,
    ReportState,
    SuspensionScope,
    Via,
    Weight,
)

SUBJECT_LENGTH, BODY_LENGTH, SIGNATURE_LENGTH, NAME_LENGTH = 150, 20_000, 500, 60


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


class Rule(models.Model):
    """How far people of one role may write to those of another. Without a row the school type's preset holds."""

    sender = models.CharField(max_length=20, choices=Role.choices)
    recipient = models.CharField(max_length=20, choices=Role.choices)
    reach = models.CharField(max_length=7, choices=Reach.choices)

    class Meta:
        verbose_name = _("règle d’écriture")
        constraints = [models.UniqueConstraint(fields=["sender", "recipient"], name="messaging_rule_once")]

    def __str__(self) -> str:
        return f"{self.sender} → {self.recipient}: {self.reach}"


class Correspondent(models.Model):
    """What somebody has set for their own box: signature, and the message that answers while they are away."""

    person = models.OneToOneField(Person, on_delete=cascade_if_installed, related_name="correspondent")
    signature = models.CharField(_("signature"), max_length=SIGNATURE_LENGTH, blank=True)
    away_from = models.DateField(_("absent du"), null=True, blank=True)
    away_until = models.DateField(_("au"), null=True, blank=True)  # that day included
    away_text = models.CharField(_("message d’absence"), max_length=SIGNATURE_LENGTH, blank=True)
    substitute = models.ForeignKey(
        Person, verbose_name=_("écrire plutôt à"), on_delete=set_null_if_installed, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    # Whom the absence message has answered already during this absence, by key.
    away_told = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        verbose_name = _("réglages de la messagerie")
        constraints = [
            models.CheckConstraint(
                condition=Q(away_from=None) | Q(away_until__gte=F("away_from")), name="messaging_away_forward"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


class Block(models.Model):
    """`person` does not wish to be written to by `blocked` (pupils and guardians among themselves)."""

    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_blocks")
    blocked = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="message_blocked_by")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("correspondant bloqué")
        constraints = [models.UniqueConstraint(fields=["person", "blocked"], name="messaging_block_once")]

    def __str__(self) -> str:
        return f"{self.person_id} ✕ {self.blocked_id}"


class Report(models.Model):
    """A recipient found that a message should not have been sent."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="messages_reported")
    reason = models.CharField(_("motif"), max_length=500)
    state = models.CharField(max_length=9, choices=ReportState.choices, default=ReportState.OPEN)
    decision = models.CharField(_("suite donnée"), max_length=500, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("signalement")
        ordering = ("-at", "-id")
        constraints = [models.UniqueConstraint(fields=["message", "reporter"], name="messaging_report_once")]
        indexes = [models.Index(fields=["at"], condition=Q(state="open"), name="messaging_report_open")]

    def __str__(self) -> str:
        return f"{self.message_id} ({self.state})"


class Suspension(models.Model):
    """Nobody of these sends anything from `since` until `until` (or until it is ended by hand)."""

    scope = models.CharField(max_length=6, choices=SuspensionScope.choices)
    person = models.ForeignKey(Person, on_delete=cascade_if_installed, null=True, related_name="message_suspensions")
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    reason = models.CharField(_("motif"), max_length=500)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    actor = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")

    class Meta:
        verbose_name = _("suspension")
        ordering = ("-since", "-id")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(scope="person", role="", person__isnull=False)
                    | Q(scope="role", person=None) & ~Q(role="")
                    | Q(scope="school", role="", person=None)
                ),
                name="messaging_suspension_one_scope",
            )
        ]
        indexes = [models.Index(fields=["scope"], condition=Q(ended_at=None), name="messaging_suspension_open")]

    def __str__(self) -> str:
        return f"{self.scope} {self.since:%Y-%m-%d}"

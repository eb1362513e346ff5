"""Notes to guardians, what each answers for each child, and the words of families to the school.

A note that is published has one `Copy` for each child and one `Receipt` for each of the child's guardians, both
written by one statement. Who may read and answer is asked anew each time, of the guardian links that hold: a receipt
alone opens nothing, and whoever gains authority later answers on a receipt made then.

Keys to core use `core.modules.deletion`: people are deleted in schools without the module too.
"""

import uuid
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.files.models import StoredFile
from core.modules.deletion import cascade_if_installed, set_null_if_installed
from core.people.models import Person
from core.structure.models import Group, SchoolClass
from core.ui import richtext
from modules.liaison.choices import ACKNOWLEDGED, OPEN_WORDS, Answer, Needed, NoteKind, Status, WordKind, WordState

TITLE_LENGTH, BODY_LENGTH, LABEL_LENGTH, WORD_LENGTH, PLACE_LENGTH = 120, 10_000, 80, 1000, 80
MAX_AMOUNT = Decimal("9999.99")


class Note(models.Model):
    """One note to families. Its audience and what it asks are settled once it is published."""

    # Sent twice by a browser that lost the line, it is the same note.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("nature"), max_length=12, choices=NoteKind.choices)
    title = models.CharField(_("titre"), max_length=TITLE_LENGTH)
    # Light Markdown as it was typed, and the HTML that it became; the HTML is cleaned again when it is shown.
    body = models.TextField(_("texte"), blank=True)
    body_html = models.TextField(blank=True, editable=False)
    author = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, editable=False, related_name="liaison_notes"
    )
    status = models.CharField(_("état"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    needed = models.CharField(_("réponses attendues"), max_length=3, choices=Needed.choices, default=Needed.ONE)
    pupils_see = models.BooleanField(_("visible par les élèves"), default=False)
    # Last day to answer; families may change their answer until its end.
    due_on = models.DateField(_("réponse avant le"), null=True, blank=True)
    # What guardians return as a file or on paper; empty: nothing.
    paper = models.CharField(_("document à rendre"), max_length=LABEL_LENGTH, blank=True)
    # Empty: at once.
    publish_at = models.DateTimeField(_("publier le"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    # The day on which the school's own reminder left, so that it leaves once.
    reminded_on = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("mot aux familles")
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["status", "publish_at"], name="liaison_note_status"),
            models.Index(fields=["author", "-created_at"], name="liaison_note_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | ~Q(status__in=(Status.PUBLISHED, Status.CLOSED)),
                name="liaison_note_published_has_date",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def html(self) -> SafeString:
        """The text as it may be shown, cleaned once more."""
        return richtext.clean(self.body_html)

    @property
    def only_acknowledged(self) -> bool:
        return self.kind in ACKNOWLEDGED

    @property
    def needs_all(self) -> bool:
        return self.needed == Needed.ALL

    def is_late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


class Line(models.Model):
    """One line of whom a note is for: a class, a group or a single pupil; together, all of them.

    What is deleted takes its line along: an audience of places never widens by losing one.
    """

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="lines")
    school_class = models.ForeignKey(
        SchoolClass, on_delete=cascade_if_installed, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=cascade_if_installed, null=True, blank=True, related_name="+")
    pupil = models.ForeignKey(Person, on_delete=cascade_if_installed, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("ligne de destinataires")
        constraints = [
            models.UniqueConstraint(fields=["note", "school_class"], name="liaison_line_class_once"),
            models.UniqueConstraint(fields=["note", "group"], name="liaison_line_group_once"),
            models.UniqueConstraint(fields=["note", "pupil"], name="liaison_line_pupil_once"),
            models.CheckConstraint(
                condition=(
                    Q(school_class__isnull=False, group=None, pupil=None)
                    | Q(school_class=None, group__isnull=False, pupil=None)
                    | Q(school_class=None, group=None, pupil__isnull=False)
                ),
                name="liaison_line_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.school_class or self.group or self.pupil)


class Choice(models.Model):
    """One way to say yes to an outing, with what it costs."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="choices")
    label = models.CharField(_("choix"), max_length=LABEL_LENGTH)
    amount = models.DecimalField(_("montant"), max_digits=6, decimal_places=2, null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("choix proposé")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="liaison_choice_amount"),
        ]

    def __str__(self) -> str:
        return self.label


class Slot(models.Model):
    """One appointment that is offered, for `places` families at once."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="slots")
    starts_at = models.DateTimeField(_("début"))
    minutes = models.PositiveSmallIntegerField(_("durée"), default=15)
    place = models.CharField(_("lieu"), max_length=PLACE_LENGTH, blank=True)
    places = models.PositiveSmallIntegerField(_("familles"), default=1)

    class Meta:
        verbose_name = _("créneau")
        ordering = ("starts_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["note", "starts_at", "place"], name="liaison_slot_once"),
            models.CheckConstraint(condition=Q(places__gte=1), name="liaison_slot_places"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%d/%m/%Y %H:%M}"


class Attachment(models.Model):
    """A file joined to a note, readable by whoever reads the note."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=cascade_if_installed, related_name="+")

    class Meta:
        verbose_name = _("pièce jointe")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["file"], name="liaison_attachment_file_once")]

    def __str__(self) -> str:
        return str(self.file)


class Revision(models.Model):
    """A change made after publication, which families are shown."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="revisions")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, related_name="+")
    # In words: « le texte et la date limite »
    what = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("modification")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.what


class Copy(models.Model):
    """A note for one child. `school_class` is the child's when it was published, and stays."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="copies")
    child = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="liaison_copies")
    school_class = models.ForeignKey(SchoolClass, on_delete=set_null_if_installed, null=True, related_name="+")
    # The document was given by hand.
    paper_in_hand_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mot d’un élève")
        constraints = [models.UniqueConstraint(fields=["note", "child"], name="liaison_copy_once")]

    def __str__(self) -> str:
        return f"{self.child} · {self.note}"


class Receipt(models.Model):
    """What one guardian has said for one child. Acknowledged and answered are two things.

    Without a guardian: given on paper for a child who has none here, or by somebody who was erased since.
    """

    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, related_name="receipts")
    guardian = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, blank=True, related_name="liaison_receipts"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=8, choices=Answer.choices, blank=True, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)
    choice = models.ForeignKey(Choice, on_delete=models.RESTRICT, null=True, blank=True, related_name="receipts")
    # A seat of a slot is one number, which the database lets nobody take twice.
    slot = models.ForeignKey(Slot, on_delete=models.RESTRICT, null=True, blank=True, related_name="receipts")
    seat = models.PositiveSmallIntegerField(null=True, blank=True)
    word = models.CharField(_("mot"), max_length=WORD_LENGTH, blank=True)
    # Whoever entered an answer that was given on paper.
    entered_by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, blank=True, related_name="+")
    on_paper = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("réponse d’un responsable")
        constraints = [
            models.UniqueConstraint(fields=["copy", "guardian"], name="liaison_receipt_once"),
            models.UniqueConstraint(
                fields=["slot", "seat"], condition=Q(slot__isnull=False), name="liaison_seat_once"
            ),
            models.CheckConstraint(
                condition=Q(slot=None, seat=None) | Q(slot__isnull=False, seat__isnull=False),
                name="liaison_slot_has_seat",
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False), name="liaison_answer_has_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian} · {self.copy}"

    @property
    def is_given(self) -> bool:
        """Whether this guardian has answered."""
        return bool(self.answer)


class Step(models.Model):
    """What was answered, each time it was: the history of a receipt."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    # The choice or the slot as it was called then.
    detail = models.CharField(max_length=200, blank=True)
    word = models.CharField(max_length=WORD_LENGTH, blank=True)
    on_paper = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("étape d’une réponse")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.get_answer_display()


class Paper(models.Model):
    """A file that a guardian has returned. Whoever returned it and the school read it; the other guardian does not."""

    copy = models.ForeignKey(Copy, on_delete=models.CASCADE, related_name="papers")
    guardian = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, blank=True, related_name="liaison_papers"
    )
    file = models.ForeignKey(StoredFile, on_delete=cascade_if_installed, related_name="+")
    returned_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document rendu")
        ordering = ("returned_at", "id")
        constraints = [models.UniqueConstraint(fields=["file"], name="liaison_paper_file_once")]

    def __str__(self) -> str:
        return str(self.file)


class Word(models.Model):
    """What a guardian writes to the school about a child."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("motif"), max_length=8, choices=WordKind.choices)
    child = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="liaison_words")
    author = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, editable=False, related_name="liaison_words_written"
    )
    # First and last day, both included; hours on the first day, or on each of them.
    starts_on = models.DateField(_("jour"))
    ends_on = models.DateField(_("jusqu’au"))
    from_time = models.TimeField(_("à partir de"), null=True, blank=True)
    to_time = models.TimeField(_("jusqu’à"), null=True, blank=True)
    text = models.CharField(_("votre mot"), max_length=WORD_LENGTH, blank=True)
    state = models.CharField(_("état"), max_length=9, choices=WordState.choices, default=WordState.RECEIVED)
    # What the school answered.
    reply = models.CharField(_("réponse"), max_length=WORD_LENGTH, blank=True)
    treated_by = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, blank=True, related_name="liaison_words_treated"
    )
    treated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mot d’une famille")
        ordering = ("-created_at", "-id")
        indexes = [
            models.Index(fields=["starts_on"], name="liaison_word_open", condition=Q(state__in=OPEN_WORDS)),
            models.Index(fields=["child", "-starts_on"], name="liaison_word_child"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="liaison_word_days"),
        ]

    def __str__(self) -> str:
        return f"{self.child} · {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Whether the school has still to decide."""
        return self.state in OPEN_WORDS


class WordStep(models.Model):
    """One step of a word's treatment."""

    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, on_delete=set_null_if_installed, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=9, choices=WordState.choices)
    reply = models.CharField(max_length=WORD_LENGTH, blank=True)

    class Meta:
        verbose_name = _("étape d’un mot")
        ordering = ("at", "id")

    def __str__(self) -> str:
        return self.get_state_display()


class WordFile(models.Model):
    """A file joined to a word: for whoever wrote it and for those who treat it."""

    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=cascade_if_installed, related_name="+")

    class Meta:
        verbose_name = _("pièce d’un mot")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["file"], name="liaison_word_file_once")]

    def __str__(self) -> str:
        return str(self.file)

"""Sections, articles, who they are for, and who has read them.

Keys to core use `core.modules.deletion`: people are deleted in schools without the module too.
"""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.files.models import StoredFile
from core.modules.deletion import cascade_if_installed, set_null_if_installed
from core.people.choices import Role
from core.people.models import Person
from core.structure.models import Group, SchoolClass
from core.ui import richtext
from modules.news.choices import AudienceKind, Hue, Icon, State, Status

TITLE_LENGTH, SUMMARY_LENGTH, BODY_LENGTH, COMMENT_LENGTH = 150, 300, 20_000, 1000


class Section(models.Model):
    """A rubrique: the thread that an article belongs to. A reader may hide it for themselves."""

    name = models.CharField(_("nom"), max_length=60)
    description = models.CharField(_("description"), max_length=200, blank=True)
    hue = models.CharField(_("couleur"), max_length=10, choices=Hue.choices, default=Hue.SLATE)
    icon = models.CharField(_("icône"), max_length=20, choices=Icon.choices, default=Icon.NEWSPAPER)
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    restricted = models.BooleanField(_("réservée à ses contributeurs"), default=False)
    # Its articles stay readable; nothing new is written in it.
    archived_at = models.DateTimeField(_("archivée le"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("rubrique")
        ordering = ("position", "name", "id")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="news_section_name_once",
                violation_error_message=_("Une autre rubrique porte déjà ce nom."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Contributor(models.Model):
    """A person or a role that may write in a section; with `manages`, also validate and describe it.

    Unless the section is restricted, everyone who may write news writes in it too.
    """

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="contributors")
    person = models.ForeignKey(
        Person, on_delete=cascade_if_installed, null=True, blank=True, related_name="news_contributions"
    )
    role = models.CharField(_("rôle"), max_length=20, choices=Role.choices, blank=True)
    manages = models.BooleanField(_("responsable de la rubrique"), default=False)

    class Meta:
        verbose_name = _("contributeur")
        ordering = ("section", "role", "person__last_name", "person__first_name", "id")
        constraints = [
            models.UniqueConstraint(fields=["section", "person"], name="news_contributor_person_once"),
            models.UniqueConstraint(
                fields=["section", "role"], condition=~Q(role=""), name="news_contributor_role_once"
            ),
            models.CheckConstraint(
                condition=Q(person=None) & ~Q(role="") | Q(person__isnull=False, role=""),
                name="news_contributor_person_or_role",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.get_role_display())


class Hiding(models.Model):
    """A reader has hidden a section from their own list. Urgent news passes all the same."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="hidings")
    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="news_hidings")

    class Meta:
        verbose_name = _("rubrique masquée")
        constraints = [models.UniqueConstraint(fields=["section", "person"], name="news_hiding_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.section}"


class Article(models.Model):
    """One piece of news. Whether it can be read now follows from status and dates, at each read."""

    section = models.ForeignKey(Section, verbose_name=_("rubrique"), on_delete=models.PROTECT, related_name="articles")
    title = models.CharField(_("titre"), max_length=TITLE_LENGTH)
    summary = models.CharField(_("résumé"), max_length=SUMMARY_LENGTH, blank=True)
    # Light Markdown as it was typed, and the HTML that it became; the HTML is cleaned again when it is shown.
    body = models.TextField(_("texte"), blank=True)
    body_html = models.TextField(blank=True, editable=False)
    cover = models.ForeignKey(
        StoredFile, on_delete=set_null_if_installed, null=True, blank=True, editable=False, related_name="+"
    )
    cover_alt = models.CharField(_("description de l’image"), max_length=200, blank=True)

    status = models.CharField(_("état"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    author = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, editable=False, related_name="news_written"
    )
    submitted_at = models.DateTimeField(null=True, editable=False)
    reviewer = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, editable=False, related_name="news_reviewed"
    )
    # Why it was sent back; emptied when it is submitted again.
    review_comment = models.CharField(_("commentaire"), max_length=COMMENT_LENGTH, blank=True, editable=False)

    # Whoever withdrew it may put it back; its author may not undo what somebody else decided.
    withdrawn_by = models.ForeignKey(
        Person, on_delete=set_null_if_installed, null=True, editable=False, related_name="+"
    )

    # Empty until publication means: at once. Readable from this instant on, until just before `expires_at`.
    publish_at = models.DateTimeField(_("publier le"), null=True, blank=True)
    expires_at = models.DateTimeField(_("retirer le"), null=True, blank=True)
    pinned_until = models.DateField(_("épingler jusqu’au"), null=True, blank=True)
    # Each reader confirms that they have read it.
    urgent = models.BooleanField(_("urgente, avec confirmation de lecture"), default=False)
    # On every page of the school while it is published, up to and including this day.
    banner_until = models.DateField(_("bannière jusqu’au"), null=True, blank=True)

    # Counts the changes of what is written; an editor who started from an older one is told.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("actualité")
        ordering = ("-publish_at", "-id")
        indexes = [
            models.Index(fields=["status", "-publish_at"], name="news_article_published"),
            # Every page asks for banners; hardly any article is one.
            models.Index(fields=["banner_until"], name="news_article_banner", condition=Q(banner_until__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(publish_at=None) | Q(expires_at__gt=F("publish_at")),
                name="news_expires_after_publication",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | Q(publish_at__isnull=False),
                name="news_published_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def html(self) -> SafeString:
        """The text as it may be shown, cleaned once more."""
        return richtext.clean(self.body_html)

    def state(self, now: datetime) -> State:
        if self.status == Status.DRAFT:
            return State.SENT_BACK if self.review_comment else State.DRAFT
        if self.status != Status.PUBLISHED:
            return State(self.status)
        if self.publish_at is not None and self.publish_at > now:
            return State.SCHEDULED
        return State.EXPIRED if self.has_expired(now) else State.PUBLISHED

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def is_pinned(self, today: date) -> bool:
        return self.pinned_until is not None and self.pinned_until >= today


class Audience(models.Model):
    """One line of who an article is for; `modules.news.selectors.audience` says what the lines mean together.

    A class or group that is deleted leaves its line behind, which then stands for nobody: without the line,
    news for one class would silently become news for the whole school.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="audience")
    kind = models.CharField(max_length=5, choices=AudienceKind.choices)
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    school_class = models.ForeignKey(
        SchoolClass, on_delete=set_null_if_installed, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(Group, on_delete=set_null_if_installed, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("ligne de destinataires")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "role"], condition=Q(kind="role"), name="news_audience_role_once"
            ),
            models.UniqueConstraint(fields=["article", "school_class"], name="news_audience_class_once"),
            models.UniqueConstraint(fields=["article", "group"], name="news_audience_group_once"),
            models.CheckConstraint(
                condition=(
                    Q(kind="role", school_class=None, group=None) & ~Q(role="")
                    | Q(kind="class", role="", group=None)
                    | Q(kind="group", role="", school_class=None)
                ),
                name="news_audience_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.school_class or self.group or self.get_role_display() or self.get_kind_display())


class Attachment(models.Model):
    """A file joined to an article, readable exactly when the article is."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=cascade_if_installed, related_name="+")

    class Meta:
        verbose_name = _("pièce jointe")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["file"], name="news_attachment_file_once")]

    def __str__(self) -> str:
        return str(self.file)

    @property
    def extension(self) -> str:
        """« PDF », "" for a name without extension."""
        _stem, dot, extension = self.file.name.rpartition(".")
        return extension.upper() if dot else ""


class Reading(models.Model):
    """A person has opened an article: their own unread mark, and a count. Never shown by name."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="news_readings")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lecture")
        constraints = [models.UniqueConstraint(fields=["article", "person"], name="news_reading_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.article}"


class Confirmation(models.Model):
    """A person has confirmed reading urgent news: for a guardian, one row per child that it concerns."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="confirmations")
    person = models.ForeignKey(Person, on_delete=cascade_if_installed, related_name="news_confirmations")
    child = models.ForeignKey(
        Person, on_delete=cascade_if_installed, null=True, blank=True, related_name="news_confirmations_for"
    )
    confirmed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("confirmation de lecture")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person", "child"], nulls_distinct=False, name="news_confirmation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.article}"

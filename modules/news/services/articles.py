"""Writing articles: what they say, whom they are for, what is joined to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core.audit import services as audit
from core.errors import DomainError, NotAllowed
from core.files import services as files
from core.files.models import Kind
from core.people.records import check, fill
from core.people.text import tidy
from core.permissions.viewer import Viewer
from core.structure.models import Group, SchoolClass
from core.ui import richtext
from modules.news import finding, rules, selectors
from modules.news.choices import AudienceKind, Status
from modules.news.models import BODY_LENGTH, Article, Attachment, Audience, Section
from modules.news.selectors import Spec
from modules.news.services import telling
from modules.news.services.holding import hold, refuse_unless, touch

MODULE = "news"
MAX_ATTACHMENTS = 10
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an author decides about an article. `body` is light Markdown; dates are aware."""

    section: Section
    title: str
    summary: str = ""
    body: str = ""
    cover_alt: str = ""
    publish_at: datetime | None = None
    expires_at: datetime | None = None
    pinned_until: Any = None
    urgent: bool = False
    banner_until: Any = None
    audience: Spec = field(default_factory=Spec)


@dataclass(frozen=True, kw_only=True)
class FileChanges:
    """A new cover or none any more, files to join, and ids of attachments to drop."""

    cover: UploadedFile | None = None
    drop_cover: bool = False
    added: Sequence[UploadedFile] = ()
    dropped: Sequence[int] = ()


@transaction.atomic
def create_article(*, viewer: Viewer, content: Content, changes: FileChanges | None = None) -> Article:
    """A draft, seen by its author alone. Raises NotAllowed, or DomainError with a sentence per field."""
    article = Article(author=viewer.person, section=content.section)
    _write(article, viewer, content)
    article.save()
    _set_audience(article, content.audience)
    _apply_files(article, viewer, changes or FileChanges())
    finding.changed(article)
    audit.record("news.create", actor=viewer.person, target=article)
    return article


@transaction.atomic
def change_article(
    *, viewer: Viewer, article: Article, version: int, content: Content, changes: FileChanges | None = None
) -> Article:
    """Rewrite an article that the viewer saw as `version`. Raises Conflict when it has moved on since."""
    article = hold(article, version=version)
    refuse_unless(selectors.rights_on(viewer, article).edit)
    before = selectors.spec_of(article)
    _keep_what_readers_were_told(article, content, before)
    differences = _write(article, viewer, content)
    if content.audience != before:
        differences["destinataires"] = [_in_words(article), None]
        _set_audience(article, content.audience)
        differences["destinataires"][1] = _in_words(article)
    _apply_files(article, viewer, changes or FileChanges())
    touch(article)
    audit.record("news.change", actor=viewer.person, target=article, changes=differences)
    telling.changed(article)
    return article


def _write(article: Article, viewer: Viewer, content: Content) -> dict[str, list[Any]]:
    """Fill and check the row without saving it. Returns what changed, as the journal tells it."""
    _may_write(article, viewer, content)
    body = richtext.normalise(content.body)
    _check_dates(article, content)
    if len(body) > BODY_LENGTH:
        sentence = _("Ce texte est trop long\u00a0: %(limit)d caractères au plus.") % {"limit": BODY_LENGTH}
        raise DomainError("too-long", sentence, {"body": sentence})
    values = {
        "section": content.section,
        "title": tidy(content.title),
        "summary": tidy(content.summary),
        "body": body,
        "cover_alt": tidy(content.cover_alt),
        "publish_at": content.publish_at,
        "expires_at": content.expires_at,
        "pinned_until": content.pinned_until,
        "urgent": content.urgent,
        "banner_until": content.banner_until,
    }
    if _is_out(article):  # it has appeared: that instant is history
        values.pop("publish_at")
    differences = fill(article, values, allowed=values)
    article.body_html = str(richtext.to_html(body))
    check(article)
    if "body" in differences:  # the journal tells that the text changed, not the text
        differences["body"] = [len(text) for text in differences["body"]]
    return differences


def _may_write(article: Article, viewer: Viewer, content: Content) -> None:
    moved = article.pk is None or article.section_id != content.section.pk
    if moved and not selectors.section_standing(viewer, content.section).writes:
        sentence = _("Vous n’écrivez pas dans cette rubrique\u00a0: choisissez-en une autre.")
        raise DomainError("section", sentence, {"section": sentence})
    asks = content.urgent and not article.urgent, content.banner_until not in (None, article.banner_until)
    if any(asks) and not viewer.can(rules.URGENT):
        raise NotAllowed("urgent", _("L’envoi d’une information urgente ou d’une bannière ne vous est pas ouvert."))


def _is_out(article: Article) -> bool:
    """Published, and its hour has come."""
    began = article.publish_at is not None and article.publish_at <= timezone.now()
    return article.status == Status.PUBLISHED and began


def _keep_what_readers_were_told(article: Article, content: Content, before: Spec) -> None:
    """Who receives an article and what it asks of them is decided on the page that counts them, not later."""
    if article.status != Status.PUBLISHED:
        return
    if content.audience != before:
        sentence = _("Pour changer les destinataires, retirez d’abord l’actualité, puis publiez-la de nouveau.")
        raise DomainError("published-audience", sentence, {"roles": sentence})
    if content.urgent and not article.urgent:
        sentence = _("Pour demander une confirmation, retirez d’abord l’actualité, puis publiez-la de nouveau.")
        raise DomainError("published-urgent", sentence, {"urgent": sentence})


def _check_dates(article: Article, content: Content) -> None:
    for name in ("publish_at", "expires_at"):
        value = getattr(content, name)
        if value is not None and not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            raise _date_refused(name, _("Cette date est hors du possible\u00a0: vérifiez l’année."))
    start, end = content.publish_at or timezone.now(), content.expires_at
    if _is_out(article):
        start = article.publish_at or start
    elif article.status == Status.PUBLISHED and content.publish_at is None:
        raise _date_refused("publish_at", _("Cette actualité est programmée\u00a0: indiquez quand elle paraît."))
    if end is not None and end <= start and (content.publish_at or _is_out(article)):
        raise _date_refused("expires_at", _("Le retrait doit venir après la parution."))
    if content.banner_until and content.banner_until < timezone.localtime(start).date() and content.publish_at:
        raise _date_refused("banner_until", _("La bannière s’arrêterait avant la parution."))


def _date_refused(name: str, sentence: str) -> DomainError:
    return DomainError("dates", sentence, {name: sentence})


def _in_words(article: Article) -> str:
    fresh = Article.objects.prefetch_related("audience__school_class", "audience__group").get(pk=article.pk)
    return selectors.audience_in_words(fresh)


def _set_audience(article: Article, spec: Spec) -> None:
    """Replace the lines. Places that are not there any more are refused: nothing widens by mistake."""
    if SchoolClass.objects.filter(pk__in=spec.classes).count() != len(spec.classes):
        raise _place_gone("classes")
    if Group.objects.filter(pk__in=spec.groups).count() != len(spec.groups):
        raise _place_gone("groups")
    lost = ~Q(kind=AudienceKind.ROLE) & Q(school_class=None, group=None)
    (article.audience.exclude(lost) if spec.lost else article.audience.all()).delete()
    Audience.objects.bulk_create(
        [
            *(Audience(article=article, kind=AudienceKind.ROLE, role=role) for role in sorted(spec.roles)),
            *(Audience(article=article, kind=AudienceKind.CLASS, school_class_id=pk) for pk in sorted(spec.classes)),
            *(Audience(article=article, kind=AudienceKind.GROUP, group_id=pk) for pk in sorted(spec.groups)),
        ]
    )


def _place_gone(name: str) -> DomainError:
    sentence = _("Une classe ou un groupe choisi n’existe plus\u00a0: vérifiez les destinataires.")
    return DomainError("place-gone", sentence, {name: sentence})


# --- Files ----------------------------------------------------------------------------------------------
def _apply_files(article: Article, viewer: Viewer, changes: FileChanges) -> None:
    if changes.cover is not None or changes.drop_cover:
        _set_cover(article, viewer, changes.cover)
    for attachment in article.attachments.select_related("file").filter(pk__in=changes.dropped):
        attachment.delete()
        files.remove(stored=attachment.file, actor=viewer.person)
    if article.attachments.count() + len(changes.added) > MAX_ATTACHMENTS:
        sentence = _("%(limit)d pièces jointes au plus.") % {"limit": MAX_ATTACHMENTS}
        raise DomainError("too-many-files", sentence, {"attachments": sentence})
    for upload in changes.added:
        stored = _store(article, viewer, upload, kind=Kind.DOCUMENT, field_name="attachments")
        Attachment.objects.create(article=article, file=stored)


def _set_cover(article: Article, viewer: Viewer, upload: UploadedFile | None) -> None:
    old = article.cover
    article.cover = _store(article, viewer, upload, kind=Kind.IMAGE, field_name="cover") if upload else None
    if upload is None:
        article.cover_alt = ""
    article.save(update_fields=["cover", "cover_alt"])
    if old is not None:
        files.remove(stored=old, actor=viewer.person)


def _store(article: Article, viewer: Viewer, upload: UploadedFile, *, kind: str, field_name: str) -> Any:
    """A refusal of the file is told beside the field it came from, with its name."""
    try:
        return files.store(
            upload=upload, module=MODULE, kind=kind, actor=viewer.person, owner_ref=f"article:{article.pk}"
        )
    except DomainError as error:
        sentence = _("%(name)s\u00a0: %(reason)s") % {
            "name": tidy(upload.name or "")[:80],
            "reason": error.message,
        }
        raise DomainError(error.code, sentence, {field_name: sentence}) from error

"""The way of an article: proposed, published, sent back, withdrawn, and back again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.audit import services as audit
from core.errors import Conflict, DomainError
from core.people.text import tidy
from core.permissions.viewer import Viewer
from modules.news import selectors
from modules.news.choices import Status
from modules.news.models import COMMENT_LENGTH, Article
from modules.news.selectors.preview import Preview, widened
from modules.news.services import telling
from modules.news.services.holding import hold, refuse_unless, touch


class AudienceWidened(Conflict):
    """More people would see it than when its author looked; `preview` holds the new count."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(
            "audience-widened",
            _("Les destinataires sont plus nombreux que tout à l’heure. Vérifiez-les, puis recommencez."),
        )
        self.preview = preview


@transaction.atomic
def submit(*, viewer: Viewer, article: Article, version: int, seen: str) -> Article:
    """Hand a draft to those who validate. `seen` is the fingerprint of the preview its author confirmed."""
    article = hold(article, version=version)
    refuse_unless(selectors.rights_on(viewer, article).submit)
    _check(article, viewer, seen)
    article.status, article.submitted_at = Status.SUBMITTED, timezone.now()
    article.review_comment = ""
    touch(article)
    audit.record("news.submit", actor=viewer.person, target=article)
    telling.submitted(article, viewer)
    adoption.count("news.submit", viewer)
    return article


@transaction.atomic
def publish(*, viewer: Viewer, article: Article, version: int, seen: str) -> Article:
    """Publish at once, or at `publish_at` when that is still to come.

    The audience is counted again: raises AudienceWidened when a role has more people than in `seen`, and
    DomainError when something keeps the article from being published.
    """
    article = hold(article, version=version)
    refuse_unless(selectors.rights_on(viewer, article).publish)
    preview = _check(article, viewer, seen)
    now = timezone.now()
    before = article.status
    article.status = Status.PUBLISHED
    article.publish_at = max(article.publish_at or now, now)
    article.review_comment = ""
    if viewer.person is not None and article.author_id != viewer.person.pk:
        article.reviewer = viewer.person
    touch(article)
    audit.record(
        "news.publish",
        actor=viewer.person,
        target=article,
        changes={
            "status": [before, article.status],
            "publish_at": [None, article.publish_at],
            "destinataires": [None, preview.total],
        },
    )
    telling.published(article, viewer)
    _count(viewer, article, now)
    return article


def _count(viewer: Viewer, article: Article, now: datetime) -> None:
    adoption.count("news.publish", viewer)
    if article.publish_at and article.publish_at > now:
        adoption.count("news.schedule", viewer)
    if article.urgent:
        adoption.count("news.urgent", viewer)
    if article.banner_until:
        adoption.count("news.banner", viewer)


def _check(article: Article, viewer: Viewer, seen: str) -> Preview:
    preview = selectors.preview_of(article, viewer)
    if preview.problems:
        raise DomainError("not-ready", " ".join(preview.problems))
    if widened(seen, preview.by_role):
        raise AudienceWidened(preview)
    return preview


@transaction.atomic
def send_back(*, viewer: Viewer, article: Article, version: int, comment: str) -> Article:
    """Give a proposal back to its author, with the reason, which may not be empty."""
    article = hold(article, version=version)
    refuse_unless(selectors.rights_on(viewer, article).send_back)
    comment = tidy(comment)
    if not comment:
        sentence = _("Dites à l’auteur ce qu’il faut revoir.")
        raise DomainError("comment-missing", sentence, {"comment": sentence})
    if len(comment) > COMMENT_LENGTH:
        sentence = _("%(limit)d caractères au plus.") % {"limit": COMMENT_LENGTH}
        raise DomainError("comment-too-long", sentence, {"comment": sentence})
    article.status, article.reviewer, article.review_comment = Status.DRAFT, viewer.person, comment
    touch(article)
    audit.record("news.send_back", actor=viewer.person, target=article, changes={"review_comment": [None, comment]})
    telling.sent_back(article, viewer)
    return article


def recall(*, viewer: Viewer, article: Article) -> Article:
    """The author takes a proposal back before it is decided."""
    return _move(viewer, article, "recall", Status.DRAFT)


def withdraw(*, viewer: Viewer, article: Article) -> Article:
    """Readers no longer see it, from this instant. What they confirmed is kept."""
    return _move(viewer, article, "withdraw", Status.WITHDRAWN)


def restore(*, viewer: Viewer, article: Article) -> Article:
    """Put a withdrawn article back as it was: the undo of `withdraw`. It cannot have been edited since."""
    return _move(viewer, article, "restore", Status.PUBLISHED)


def reopen(*, viewer: Viewer, article: Article) -> Article:
    """Make a draft again of a withdrawn article, to change and publish it anew."""
    return _move(viewer, article, "reopen", Status.DRAFT)


def discard(*, viewer: Viewer, article: Article) -> Article:
    """Put an article away. It can be recovered until housekeeping erases it."""
    return _move(viewer, article, "discard", Status.DISCARDED)


def recover(*, viewer: Viewer, article: Article) -> Article:
    """The undo of `discard`: a draft again."""
    return _move(viewer, article, "recover", Status.DRAFT)


@transaction.atomic
def _move(viewer: Viewer, article: Article, verb: str, to: Status) -> Article:
    article = hold(article)
    refuse_unless(getattr(selectors.rights_on(viewer, article), verb))
    before, article.status = article.status, to
    article.withdrawn_by = viewer.person if to == Status.WITHDRAWN else None
    if to == Status.DRAFT and article.publish_at and article.publish_at <= timezone.now():
        article.publish_at = None  # that hour is past: it will appear when it is published again
    touch(article)
    audit.record(f"news.{verb}", actor=viewer.person, target=article, changes={"status": [before, to]})
    telling.moved(article, verb)
    return article

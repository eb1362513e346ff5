"""Which articles a person may see, and the lists that pages are made of."""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import Http404
from django.utils import timezone

from core.files.models import StoredFile
from core.people.models import Person
from core.permissions.viewer import Viewer
from modules.news import rules
from modules.news.choices import Status
from modules.news.models import Article, Attachment, Confirmation, Hiding, Reading
from modules.news.selectors.audience import concerning, reaching, reader_of, terms_of
from modules.news.selectors.children import children_by_article
from modules.news.selectors.sections import managed_keys, section_standing

OUT = (Status.PUBLISHED, Status.WITHDRAWN)


def readable_now(now: datetime) -> Q:
    """Published, begun, and not yet over: readable from `publish_at` on, and no more at `expires_at`."""
    return Q(status=Status.PUBLISHED, publish_at__lte=now) & (Q(expires_at=None) | Q(expires_at__gt=now))


def articles_for(viewer: Viewer, now: datetime | None = None) -> QuerySet[Article]:
    """What the viewer receives as a reader."""
    if viewer.person is None:
        return Article.objects.none()
    return Article.objects.filter(readable_now(now or timezone.now()), reaching(reader_of(viewer)))


def articles_visible_to(viewer: Viewer) -> QuerySet[Article]:
    """What the viewer receives, wrote, reviews, or follows the confirmations of. All else is 404."""
    if viewer.person is None:
        return Article.objects.none()
    # Conditions on the row itself, not a list of keys: asked of one row, as the search does, they cost one row.
    received = readable_now(timezone.now()) & reaching(reader_of(viewer))
    visible = received | Q(author=viewer.person) | _reviewed_by(viewer)
    if viewer.can(rules.REPORTS):
        visible |= Q(urgent=True, status__in=OUT)
    return Article.objects.filter(visible)


def _reviewed_by(viewer: Viewer) -> Q:
    beyond_drafts = Q(status__in=(Status.SUBMITTED, *OUT))
    if viewer.can(rules.PUBLISH):
        return beyond_drafts
    return beyond_drafts & Q(section__in=managed_keys(viewer))


def get_visible_or_404(viewer: Viewer, pk: int) -> Article:
    """The article of an address with all its pages show. Raises Http404 outside one’s sight."""
    article = (
        articles_visible_to(viewer)
        .select_related("section", "author", "reviewer", "cover")
        .prefetch_related("audience__school_class", "audience__group", "attachments__file")
        .filter(pk=pk)
        .first()
    )
    if article is None:
        raise Http404("no such article")
    return article


def articles_holding(viewer: Viewer, stored: StoredFile) -> QuerySet[Article]:
    """The articles that show this file and that the viewer may see: one at most."""
    joined = Attachment.objects.filter(file=stored).values("article")
    return articles_visible_to(viewer).filter(Q(cover=stored) | Q(pk__in=joined))


def is_reader_of(viewer: Viewer, article: Article) -> bool:
    """Whether the article reaches the viewer now, beyond any part they have in it."""
    return articles_for(viewer).filter(pk=article.pk).exists()


# --- Lists ----------------------------------------------------------------------------------------------
def reading_list(
    viewer: Viewer, *, section: int | None = None, unread: bool = False, child: Person | None = None
) -> QuerySet[Any]:
    """What one reads: to confirm, pinned, then the rest, each with `is_pinned_now`, `is_unread` and `must_confirm`.

    Hidden sections are left out, but for urgent news and for a section that is asked for by itself. With `child`,
    what is about a brother or a sister only is left out.
    """
    articles = with_marks(articles_for(viewer), viewer)
    if child is not None:
        articles = articles.filter(concerning(child, terms_of(viewer)))
    if section is not None:
        articles = articles.filter(section=section)
    else:
        hidden = Hiding.objects.filter(person=viewer.person).values("section")
        articles = articles.filter(Q(urgent=True) | ~Q(section__in=hidden))
    if unread:
        articles = articles.filter(Q(is_unread=True) | Q(must_confirm=True))
    return articles.order_by("-must_confirm", "-is_pinned_now", "-publish_at", "-pk")


def with_marks(articles: QuerySet[Article], viewer: Viewer) -> QuerySet[Any]:
    """Annotated for a list: see `reading_list`."""
    read = Reading.objects.filter(article=OuterRef("pk"), person=viewer.person)
    confirmed = Confirmation.objects.filter(article=OuterRef("pk"), person=viewer.person)
    pinned = When(pinned_until__gte=timezone.localdate(), then=Value(True))
    return (
        articles.select_related("section")
        .prefetch_related("audience")
        .annotate(
            is_unread=~Exists(read),
            must_confirm=Case(
                When(urgent=True, then=~Exists(confirmed)), default=Value(False), output_field=BooleanField()
            ),
            is_pinned_now=Case(pinned, default=Value(False), output_field=BooleanField()),
            attachment_count=Count("attachments"),
        )
    )


def banner_articles(viewer: Viewer) -> QuerySet[Article]:
    """What stands on top of every page for the viewer: until it is over, and when urgent until confirmed."""
    confirmed = Confirmation.objects.filter(person=viewer.person).values("article")
    return (
        articles_for(viewer)
        .filter(banner_until__gte=timezone.localdate())
        .exclude(urgent=True, pk__in=confirmed)
        .order_by("-urgent", "-publish_at", "-pk")
    )


def written_by(viewer: Viewer) -> QuerySet[Article]:
    """One's own articles, what is still to be done first, then the latest."""
    order = Case(
        When(status=Status.DRAFT, then=Value(0)),
        When(status=Status.SUBMITTED, then=Value(1)),
        default=Value(2),
    )
    return (
        Article.objects.filter(author=viewer.person)
        .exclude(status=Status.DISCARDED)
        .select_related("section", "author", "reviewer")
        .order_by(order, "-updated_at", "-pk")
    )


def to_review(viewer: Viewer) -> QuerySet[Article]:
    """What waits for the viewer's decision, the longest waiting first."""
    return (
        Article.objects.filter(_reviewed_by(viewer), status=Status.SUBMITTED)
        .select_related("section", "author")
        .order_by("submitted_at", "pk")
    )


def reviews_anything(viewer: Viewer) -> bool:
    return viewer.can(rules.PUBLISH) or bool(managed_keys(viewer))


# --- What one may do ------------------------------------------------------------------------------------
def rights_on(viewer: Viewer, article: Article) -> rules.Rights:
    """What the viewer may do with the article as it stands."""
    is_author = viewer.person is not None and article.author_id == viewer.person.pk
    section = section_standing(viewer, article.section)
    standing = rules.Standing(
        codes=viewer.codes,
        direct=rules.publishes_directly(viewer.roles, viewer.modules["news"].settings["direct_publish"]),
        is_author=is_author,
        writes_in_section=section.writes,
        manages_section=section.manages,
        withdrew_it=viewer.person is not None and article.withdrawn_by_id == viewer.person.pk,
    )
    return rules.rights(standing, article.status, urgent=article.urgent)


def confirmation_asked(viewer: Viewer, article: Article) -> dict[str, Any]:
    """Whether urgent news asks the viewer to confirm, when they did, and for which children."""
    if not article.urgent or viewer.person is None or not is_reader_of(viewer, article):
        return {"asked": False, "confirmed_at": None, "children": []}
    own = Confirmation.objects.filter(article=article, person=viewer.person).order_by("confirmed_at")
    confirmed_at = own.values_list("confirmed_at", flat=True).first()
    concerned = children_by_article(viewer, [article]).get(article.pk, [])
    return {"asked": confirmed_at is None, "confirmed_at": confirmed_at, "children": concerned}


def reader_count(article: Article) -> int:
    """How many have opened it. Who they are is told to nobody."""
    return Reading.objects.filter(article=article).count()

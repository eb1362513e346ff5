"""What has been kept long enough: found for core.privacy, which announces and erases it; and the bin, emptied."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from core.audit import services as audit
from core.files import services as files
from modules.news import finding
from modules.news.choices import Status
from modules.news.models import Article, Confirmation, Reading

# A discarded article can be recovered for this long.
DISCARDED_DAYS = 30
# Erased in small transactions: a large school's purge neither holds locks for long nor starts all over.
BATCH = 100


def old_articles(limit: datetime) -> QuerySet[Article]:
    """Articles whose last date and last change are both past the limit."""
    return Article.objects.filter(
        Q(publish_at=None) | Q(publish_at__lt=limit),
        Q(expires_at=None) | Q(expires_at__lt=limit),
        updated_at__lt=limit,
    )


def old_readings(limit: datetime) -> QuerySet[Reading]:
    return Reading.objects.filter(read_at__lt=limit)


def old_confirmations(limit: datetime) -> QuerySet[Confirmation]:
    return Confirmation.objects.filter(confirmed_at__lt=limit)


def erase_articles(articles: QuerySet[Article]) -> int:
    """With their files. Called inside a transaction."""
    return sum(erase(article) for article in articles)


def empty_bin(*, now: datetime) -> int:
    """Erase what was discarded a month ago, for good. Returns the number of rows removed."""
    discarded = Article.objects.filter(
        status=Status.DISCARDED, updated_at__lt=now - timedelta(days=DISCARDED_DAYS)
    ).order_by("pk")
    removed = 0
    while batch := list(discarded[:BATCH]):
        with transaction.atomic():
            removed += sum(erase(article) for article in batch)
    return removed


def erase(article: Article) -> int:
    """Delete an article with its files, for good. Called inside a transaction."""
    kept = [attachment.file for attachment in article.attachments.select_related("file")]
    kept += [article.cover] if article.cover else []
    audit.record("news.purge", actor=None, target=article)
    pk = article.pk
    removed = article.delete()[0]
    finding.gone(pk)
    for stored in kept:
        files.remove(stored=stored, actor=None)
    return removed

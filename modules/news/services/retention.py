"""What has been kept long enough goes."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from core.audit import services as audit
from core.files import services as files
from modules.news import finding
from modules.news.choices import Status
from modules.news.manifest import manifest
from modules.news.models import Article, Confirmation, Contributor, Hiding, Reading

# A discarded article can be recovered for this long.
DISCARDED_DAYS = 30
# Erased in small transactions: a large school's purge neither holds locks for long nor starts all over.
BATCH = 100
DAYS_A_MONTH = 365.25 / 12


def months_kept(model: str) -> int:
    """What the manifest declares for a model ("news.Article")."""
    return next(kept.months for kept in manifest.retention if kept.model == model)


def purge(*, now: datetime) -> int:
    """Erase what is past its time, also what concerned people who left. Returns the number of rows removed."""
    removed = _purge_articles(now)
    removed += Reading.objects.filter(read_at__lt=_limit(now, "news.Reading")).delete()[0]
    removed += Confirmation.objects.filter(confirmed_at__lt=_limit(now, "news.Confirmation")).delete()[0]
    for rows, model in ((Hiding.objects, "news.Hiding"), (Contributor.objects, "news.Contributor")):
        removed += rows.filter(person__left_on__lt=_limit(now, model).date()).delete()[0]
    return removed


def _limit(now: datetime, model: str) -> datetime:
    return now - timedelta(days=months_kept(model) * DAYS_A_MONTH)


def _purge_articles(now: datetime) -> int:
    """Articles whose last date and last change are both past the limit; discarded ones after a month."""
    limit = _limit(now, "news.Article")
    old = (
        Q(updated_at__lt=limit)
        & (Q(publish_at=None) | Q(publish_at__lt=limit))
        & (Q(expires_at=None) | Q(expires_at__lt=limit))
    )
    discarded = Q(status=Status.DISCARDED, updated_at__lt=now - timedelta(days=DISCARDED_DAYS))
    removed = 0
    while batch := list(Article.objects.filter(old | discarded).order_by("pk")[:BATCH]):
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

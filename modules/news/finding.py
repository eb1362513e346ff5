"""Articles in the school's search."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone

from core.modules.contract import SearchEntry
from core.search import services as search
from core.ui import richtext
from modules.news.choices import Status
from modules.news.models import Article

KIND = "news.article"


def entries(articles: QuerySet[Article]) -> Iterator[SearchEntry]:
    """All but what was put away: a draft too is found by its author. Files count by their names."""
    kept = articles.exclude(status=Status.DISCARDED).select_related("section")
    for article in kept.prefetch_related("attachments__file").order_by("pk"):
        files = " ".join(attachment.file.name for attachment in article.attachments.all())
        moment = article.publish_at or article.created_at
        yield SearchEntry(
            pk=article.pk,
            title=article.title,
            line=" · ".join(part for part in (article.section.name, article.summary) if part),
            text=f"{richtext.to_text(article.body)} {article.cover_alt} {files}",
            on=timezone.localtime(moment).date(),
        )


def changed(*articles: Article) -> None:
    """Within a service's transaction, after the change."""
    search.refresh(KIND, *(article.pk for article in articles))


def gone(*pks: int) -> None:
    search.refresh(KIND, *pks)

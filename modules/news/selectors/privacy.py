"""What the module holds about one person, for them to take away."""

from typing import Any

from core.people.models import Person
from modules.news.models import Article, Confirmation, Contributor, Hiding, Reading


def everything_about(person: Person) -> dict[str, Any]:
    """JSON-able: what they wrote and reviewed, read and confirmed, chose and may do."""
    return {
        "articles": [_article(article) for article in Article.objects.filter(author=person).order_by("pk")],
        "reviewed": list(Article.objects.filter(reviewer=person).order_by("pk").values_list("title", flat=True)),
        "contributes_to": [
            {"section": line.section.name, "manages": line.manages}
            for line in Contributor.objects.filter(person=person).select_related("section").order_by("pk")
        ],
        "hidden_sections": list(
            Hiding.objects.filter(person=person).order_by("pk").values_list("section__name", flat=True)
        ),
        "readings": [
            {"article": title, "read_at": at.isoformat()}
            for title, at in Reading.objects.filter(person=person)
            .order_by("pk")
            .values_list("article__title", "read_at")
        ],
        "confirmations": [_confirmation(row) for row in _confirmations(person)],
        "confirmed_for_them": Confirmation.objects.filter(child=person).count(),
    }


def _article(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "summary": article.summary,
        "text": article.body,
        "status": article.get_status_display(),
        "created_at": article.created_at.isoformat(),
        "publish_at": article.publish_at.isoformat() if article.publish_at else None,
        "sent_back_because": article.review_comment,
    }


def _confirmations(person: Person) -> list[Confirmation]:
    rows = Confirmation.objects.filter(person=person).select_related("article", "child")
    return list(rows.order_by("pk"))


def _confirmation(row: Confirmation) -> dict[str, Any]:
    return {
        "article": row.article.title,
        "child": row.child.full_name if row.child else None,
        "confirmed_at": row.confirmed_at.isoformat(),
    }

"""What the manifest names: widgets, banners, who reads a file, a person's data."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from core.files.models import StoredFile
from core.modules.contract import Banner
from core.people.children import chosen_child
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_of
from modules.news import selectors
from modules.news.selectors import privacy as held
from modules.news.services import privacy

LATEST = 4


def latest_widget(request: HttpRequest) -> dict[str, Any] | None:
    """The latest news, what waits for a confirmation first; nothing while there is no news at all."""
    viewer = viewer_of(request)
    articles = selectors.reading_list(viewer, child=chosen_child(request))
    waiting = list(articles.filter(must_confirm=True).order_by("publish_at", "pk")[:LATEST])
    latest = list(articles.exclude(pk__in=[article.pk for article in waiting])[: LATEST - len(waiting)])
    if not waiting and not latest:
        return None
    selectors.name_children(viewer, [*waiting, *latest])
    return {"waiting": waiting, "articles": latest, "unread": articles.filter(is_unread=True).count()}


def review_widget(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for the viewer's decision; hidden when there is nothing to decide."""
    articles = selectors.to_review(viewer_of(request))
    count = articles.count()
    return {"articles": list(articles[:LATEST]), "count": count} if count else None


def banners(request: HttpRequest) -> list[Banner]:
    """News that stands on top of every page but its own."""
    viewer = viewer_of(request)
    if not viewer.can("news.view"):
        return []
    found = [
        Banner(text=article.title, url=reverse("news:detail", args=[article.pk]), urgent=article.urgent)
        for article in selectors.banner_articles(viewer)
    ]
    return [banner for banner in found if banner.url != request.path]


def file_access(viewer: Viewer, stored_file: StoredFile) -> bool:
    """A file is readable exactly when its article is."""
    if not viewer.can("news.view"):
        return False
    return selectors.articles_holding(viewer, stored_file).exists()


def export_person(person: Person) -> dict[str, Any]:
    return held.everything_about(person)


def erase_person(person: Person, *, actor: Person | None) -> int:
    return privacy.forget(person, actor=actor)

"""What several pages share: tabs, pages of a list, the words of an article."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.permissions.viewer import Viewer, viewer_of
from modules.news import selectors
from modules.news.models import Article

PAGE_SIZE = 20


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None = None


def tabs(request: HttpRequest) -> list[Tab]:
    """The places of the module that concern the viewer; none for those who only read."""
    viewer = viewer_of(request)
    places: list[tuple[str, str, int | None]] = [("news:list", _("À lire"), None)]
    if selectors.writes_anywhere(viewer) or selectors.written_by(viewer).exists():
        places.append(("news:mine", _("Mes actualités"), None))
    if selectors.reviews_anything(viewer):
        places.append(("news:queue", _("À valider"), selectors.to_review(viewer).count() or None))
    if len(places) == 1:
        return []
    return [Tab(label, reverse(name), request.path == reverse(name), count) for name, label, count in places]


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], *, size: int = PAGE_SIZE) -> Page[Any]:
    """The page that the address asks for; a number that makes no sense gives the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def header(request: HttpRequest) -> dict[str, Any]:
    """The context of every list: tabs, and whether one may write."""
    return {
        "tabs": tabs(request),
        "may_write": selectors.writes_anywhere(viewer_of(request)),
        "name": viewer_of(request).modules["news"].name,
    }


def about(viewer: Viewer, article: Article) -> dict[str, Any]:
    """What an article's pages tell of it: its state, who it is for, what the viewer may do."""
    return {
        "article": article,
        "state": article.state(timezone.now()),
        "rights": selectors.rights_on(viewer, article),
        "audience": selectors.audience_in_words(article),
        "attachments": list(article.attachments.all()),
    }

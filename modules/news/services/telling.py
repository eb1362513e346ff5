"""What readers, reviewers and authors are told of an article's way."""

from django.urls import reverse

from core.modules.contract import Importance
from core.notifications import services as notifications
from core.permissions.viewer import Viewer
from modules.news.choices import Status
from modules.news.models import Article

OUT = ("news.published", "news.urgent")
ON_THE_WAY = ("news.to_review", "news.sent_back")


def key_of(article: Article) -> str:
    return f"article:{article.pk}"


def submitted(article: Article, viewer: Viewer) -> None:
    notifications.withdraw(key_of(article), kinds=ON_THE_WAY)
    author = article.author.full_name if article.author else ""
    _emit("news.to_review", article, viewer, author=author)


def sent_back(article: Article, viewer: Viewer) -> None:
    notifications.withdraw(key_of(article), kinds=ON_THE_WAY)
    _emit("news.sent_back", article, viewer, reviewer=viewer.person.full_name if viewer.person else "")


def published(article: Article, viewer: Viewer) -> None:
    """Told when it appears, which may be later."""
    notifications.withdraw(key_of(article))
    if article.urgent:
        _emit("news.urgent", article, viewer, at_its_hour=True)
    else:
        _emit("news.published", article, viewer, at_its_hour=True, section=article.section.name)


def changed(article: Article) -> None:
    """What waits for the hour of an article that was rewritten is told with its new words, at its new hour."""
    notifications.amend(
        key_of(article),
        kinds=OUT,
        data={"title": article.title, "section": article.section.name},
        due_at=article.publish_at if article.status == Status.PUBLISHED else None,
    )


def moved(article: Article, verb: str) -> None:
    """Nobody is told of what is no longer there; what is put back is told as before."""
    if verb == "restore":
        notifications.reinstate(key_of(article), kinds=OUT)
    else:
        notifications.withdraw(key_of(article))


def _emit(kind: str, article: Article, viewer: Viewer, *, at_its_hour: bool = False, **words: str) -> None:
    notifications.emit(
        kind,
        actor=viewer.person,
        key=key_of(article),
        data={"article": article.pk, "title": article.title, **words},
        url=reverse("news:detail", args=[article.pk]),
        importance=Importance.URGENT if article.urgent and kind == "news.urgent" else None,
        due_at=article.publish_at if at_its_hour else None,
        modules=viewer.modules,
    )

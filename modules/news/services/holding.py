"""What every change of an article begins with: the row as it is now, locked, and the right to change it."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, NotAllowed
from modules.news import finding
from modules.news.models import Article


def hold(article: Article, *, version: int | None = None) -> Article:
    """The article as it is now, locked until the transaction ends.

    Raises Conflict when it is gone, or is no longer the `version` that its reader had before their eyes.
    """
    current = (
        Article.objects.select_for_update(of=("self",)).select_related("section", "cover").filter(pk=article.pk).first()
    )
    if current is None:
        raise Conflict("gone", _("Cette actualité vient d’être supprimée."))
    if version is not None and current.version != version:
        raise Conflict("stale", _("Quelqu’un d’autre a modifié cette actualité pendant ce temps."))
    return current


def touch(article: Article) -> None:
    """Save, as one more version; last of all, so that the search finds it as it has become."""
    article.version += 1
    article.updated_at = timezone.now()
    article.save()
    finding.changed(article)


def refuse_unless(allowed: bool) -> None:
    """Raises NotAllowed; what one may not even see never comes this far."""
    if not allowed:
        raise NotAllowed("not-now", _("Cette action n’est pas possible pour cette actualité dans son état actuel."))

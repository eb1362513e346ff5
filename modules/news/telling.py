"""Whom each kind of event of the module is for, asked when it is told and again when a message leaves."""

from django.db.models import Q
from django.utils import timezone

from core.modules.state import Modules
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.people.models import Person
from modules.news import selectors
from modules.news.choices import Status
from modules.news.models import Article, Contributor
from modules.news.rules import PUBLISH
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


def readers_of_event(event: Event) -> Recipients:
    """Whoever the article reaches now, but its author; nobody once it is withdrawn or over."""
    article = _article_of(event)
    if article is None or article.status != Status.PUBLISHED or article.has_expired(timezone.now()):
        return Recipients()
    told = selectors.told_of(article, selectors.terms_in(_modules()))
    return told.without(article.author_id) if article.author_id else told


def reviewers_of_event(event: Event) -> Recipients:
    """Those who may decide on it while it waits: who publishes for all, and who is in charge of its section."""
    article = _article_of(event)
    if article is None or article.status != Status.SUBMITTED:
        return Recipients()
    news = _modules()["news"]
    roles = news.grants[PUBLISH.partition(".")[2]] & news.roles
    managers = Contributor.objects.filter(section=article.section_id, manages=True)
    reviewers = (
        Q(roles__overlap=sorted(roles))
        | Q(pk__in=managers.exclude(person=None).values("person"))
        | Q(roles__overlap=sorted(managers.exclude(role="").values_list("role", flat=True)))
    )
    people = Person.objects.filter(reviewers, left_on=None)
    return Recipients(people=people.exclude(pk=article.author_id) if article.author_id else people)


def author_of_event(event: Event) -> Recipients:
    """Its author, while it is theirs to take up again."""
    article = _article_of(event)
    if article is None or article.status != Status.DRAFT or article.author_id is None:
        return Recipients()
    return Recipients(people=Person.objects.filter(pk=article.author_id, left_on=None))


def _article_of(event: Event) -> Article | None:
    return Article.objects.filter(pk=event.data.get("article")).first()


def _modules() -> Modules:
    return Modules(Establishment.objects.get(uai=current_uai()))

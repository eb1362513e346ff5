"""Forgetting a person."""

from django.db import transaction
from django.db.models import Q

from core.audit import services as audit
from core.people.models import Person
from modules.news.choices import Status
from modules.news.models import Article, Confirmation, Contributor, Hiding, Reading
from modules.news.services.retention import erase

# What others have seen stays, without its author; what only the author has seen goes.
SEEN_BY_OTHERS = (Status.PUBLISHED, Status.WITHDRAWN)


@transaction.atomic
def forget(person: Person, *, actor: Person | None) -> int:
    """Remove or anonymise all rows that name the person. Returns how many."""
    own = Article.objects.filter(author=person)
    touched = sum(erase(article) for article in own.exclude(status__in=SEEN_BY_OTHERS))
    touched += own.update(author=None)
    touched += Article.objects.filter(reviewer=person).update(reviewer=None)
    touched += Article.objects.filter(withdrawn_by=person).update(withdrawn_by=None)
    for rows in (
        Contributor.objects.filter(person=person),
        Hiding.objects.filter(person=person),
        Reading.objects.filter(person=person),
        Confirmation.objects.filter(Q(person=person) | Q(child=person)),
    ):
        touched += rows.delete()[0]
    audit.record("news.forget", actor=actor, target=None, changes={"lignes": [touched, 0]})
    return touched

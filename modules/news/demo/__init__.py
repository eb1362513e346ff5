"""Several weeks of plausible news for a demo school: invented, and the same for the same seed."""

import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from core.notifications.models import Event
from core.people.choices import Role
from core.people.models import Person
from core.permissions.viewer import Viewer, viewer_as
from core.structure.models import SchoolClass
from modules.news import finding, selectors, services
from modules.news.choices import Status
from modules.news.demo.content import Story, sections_for, stories_for
from modules.news.demo.pictures import landscape
from modules.news.models import Article, Confirmation, Reading, Section
from modules.news.selectors import Spec, audience
from modules.news.selectors.audience import Terms
from modules.news.services import Content, FileChanges
from modules.news.services.telling import key_of
from tenants.establishments.models import Establishment

# Of those whom past news reached, this share has opened it, and has confirmed when it was urgent.
OPENED, CONFIRMED = 0.55, 0.8


@transaction.atomic
def create(establishment: Establishment, rng: random.Random) -> None:
    """Fill a school that has no section yet; any other is left as it is. Stands in the school."""
    if Section.objects.exists() or not Person.objects.filter(roles__contains=[Role.MANAGEMENT]).exists():
        return
    writer = _Writer(establishment, rng)
    for position, values in enumerate(sections_for(establishment.type)):
        services.create_section(viewer=writer.head, values=values | {"position": position * 10})
    for story in stories_for(establishment.type):
        writer.tell(story)


class _Writer:
    """Tells stories through the services, then moves their dates into the past."""

    def __init__(self, establishment: Establishment, rng: random.Random) -> None:
        self.establishment, self.rng = establishment, rng
        self.head = self._viewer(Role.MANAGEMENT)
        self.school_class = SchoolClass.objects.order_by("name").first()

    def tell(self, story: Story) -> None:
        author = self._viewer(story.role)
        article = self._written(author, story)
        if story.status == Status.DRAFT:
            return
        if selectors.rights_on(author, article).submit:
            seen = selectors.preview_of(article, author).fingerprint
            article = services.submit(viewer=author, article=article, version=article.version, seen=seen)
        elif story.status == Status.SUBMITTED:
            return  # a school so small that everybody publishes: it stays a draft
        if story.comment:
            services.send_back(viewer=self.head, article=article, version=article.version, comment=story.comment)
        elif story.status == Status.PUBLISHED:
            self._published(article, author, story)

    def _viewer(self, role: str) -> Viewer:
        """Somebody with this role and, if possible, no say in publishing; the head where there is nobody."""
        present = Person.objects.filter(left_on=None).order_by("pk")
        plain = present.filter(roles__contains=[role]).exclude(roles__contains=[Role.MANAGEMENT])
        people = list(plain[:5]) or list(present.filter(roles__contains=[Role.MANAGEMENT])[:1])
        return viewer_as(self.rng.choice(people), self.establishment)

    def _written(self, author: Viewer, story: Story) -> Article:
        classes = {self.school_class.pk} if story.for_one_class and self.school_class else set()
        upcoming = story.days_ago < 0
        content = Content(
            section=Section.objects.get(name=story.section),
            title=story.title,
            summary=story.summary,
            body=story.body,
            cover_alt=story.picture_says,
            publish_at=_at(story.days_ago, story.hour) if upcoming else None,
            pinned_until=_day(-story.pinned_for) if story.pinned_for else None,
            urgent=story.urgent,
            banner_until=_day(-story.banner_for) if story.banner_for else None,
            audience=Spec(roles=frozenset(story.roles), classes=frozenset(classes)),
        )
        return services.create_article(viewer=author, content=content, changes=self._files(story))

    def _files(self, story: Story) -> FileChanges:
        cover = None
        if story.picture_says:
            buffer = BytesIO()
            landscape(self.rng).save(buffer, "JPEG", quality=88)
            cover = SimpleUploadedFile("illustration.jpg", buffer.getvalue(), "image/jpeg")
        joined = [SimpleUploadedFile(one["name"], one["text"].encode(), "text/plain") for one in story.joined]
        return FileChanges(cover=cover, added=joined)

    def _published(self, article: Article, author: Viewer, story: Story) -> None:
        by = author if selectors.rights_on(author, article).publish else self.head
        seen = selectors.preview_of(article, by).fingerprint
        article = services.publish(viewer=by, article=article, version=article.version, seen=seen)
        if story.days_ago < 0:
            return
        self._read(article)
        _move_into_the_past(article, story)

    def _read(self, article: Article) -> None:
        terms = selectors.terms_of(self.head)
        people = list(selectors.recipients_of(article, terms).order_by("pk"))
        opened = [person for person in people if self.rng.random() < OPENED]
        Reading.objects.bulk_create([Reading(article=article, person=person) for person in opened])
        if article.urgent:
            _confirm(article, opened[: int(len(people) * OPENED * CONFIRMED)], terms)


def _confirm(article: Article, people: list[Person], terms: Terms) -> None:
    """What `services.confirm` would write for each of them, in one go: hundreds confirm one piece of news."""
    reached = audience.pupils(audience.spec_of(article), terms)
    links = audience.links_on(terms).filter(guardian__in=people, child__in=reached)
    children: dict[int, list[int | None]] = defaultdict(list)
    for guardian, child in links.values_list("guardian", "child").order_by("pk"):
        children[guardian].append(child)
    Confirmation.objects.bulk_create(
        Confirmation(article=article, person=person, child_id=child)
        for person in people
        for child in children.get(person.pk, [None])
    )


def _move_into_the_past(article: Article, story: Story) -> None:
    """Services know no time but now; the demo needs yesterday."""
    at = _at(story.days_ago, story.hour)
    lasts = timedelta(days=story.lasts) if story.lasts else None
    Article.objects.filter(pk=article.pk).update(
        publish_at=at, created_at=at, updated_at=at, expires_at=at + lasts if lasts else None
    )
    finding.changed(article)
    Event.objects.filter(key=key_of(article)).update(happened_at=at)
    read_at = min(at + timedelta(hours=2), timezone.now())
    article.readings.update(read_at=read_at)
    article.confirmations.update(confirmed_at=read_at)


def _at(days_ago: int, hour: int) -> datetime:
    at = timezone.make_aware(datetime.combine(_day(days_ago), time(hour)))
    return min(at, timezone.now() - timedelta(minutes=20)) if days_ago >= 0 else at


def _day(days_ago: int) -> date:
    return timezone.localdate() - timedelta(days=days_ago)

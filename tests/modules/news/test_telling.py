"""Who hears of an article, when, and what is called back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.modules.state import Modules
from core.notifications import relay
from core.notifications.models import Event, Notification
from modules.news import selectors, services
from modules.news.models import Contributor, Hiding
from tests.factories import make_guardian, make_person
from tests.modules.news.conftest import change, for_class, published, submitted, written

pytestmark = pytest.mark.django_db


def tell(cast, ahead=timedelta()):
    Event.objects.filter(due_at__lte=timezone.now() + ahead).update(due_at=timezone.now())
    relay.drain(Modules(cast.establishment), until=timezone.now() + timedelta(seconds=20))


def told(person, kind="news.published", **fields):
    return list(Notification.objects.filter(person=person, event__kind=kind, channel="in_app", **fields))


def test_readers_are_told_of_an_article(here):
    published(here)
    tell(here)
    assert len(told(here.pupil)) == 1


def test_its_author_is_not(here):
    published(here)
    tell(here)
    assert told(here.head) == []


def test_whom_it_is_not_for_is_not(here):
    published(here, audience=for_class(here))
    tell(here)
    assert told(here.outsider) == []


def test_a_guardian_is_told_which_child_it_concerns(here):
    published(here, audience=for_class(here))
    tell(here)
    assert [row.children for row in told(here.parent)] == [[here.pupil.pk]]


def test_a_guardian_of_three_children_is_told_once(here):
    for _ in range(2):
        make_guardian(here.establishment, make_person(here.establishment, "pupil"), here.parent)
    published(here)
    tell(here)
    (row,) = told(here.parent)
    assert len(row.children) == 3


def test_who_is_told_is_who_can_read_it(here):
    article = published(here, audience=for_class(here))
    tell(here)
    reached = selectors.recipients_of(article, selectors.terms_of(here.viewer(here.head)))
    told_of_it = Notification.objects.filter(channel="in_app").values_list("person", flat=True)
    assert set(told_of_it) == set(reached.values_list("pk", flat=True)) - {here.head.pk}


def test_who_hides_its_section_is_left_in_peace(here):
    Hiding.objects.create(section=here.section, person=here.pupil)
    published(here)
    tell(here)
    assert told(here.pupil) == []


def test_urgent_news_reach_those_who_hide_its_section(here):
    Hiding.objects.create(section=here.section, person=here.pupil)
    published(here, urgent=True)
    tell(here)
    assert len(told(here.pupil, "news.urgent")) == 1


def test_a_scheduled_article_is_told_when_it_appears(here):
    published(here, publish_at=timezone.now() + timedelta(days=1))
    tell(here)
    assert told(here.pupil) == []


def test_a_scheduled_article_that_moves_is_told_at_its_new_hour(here):
    article = published(here, publish_at=timezone.now() + timedelta(days=1))
    later = timezone.now() + timedelta(days=3)
    change(here, article, by=here.head, publish_at=later)
    assert Event.objects.get(kind="news.published").due_at == later


def test_an_article_rewritten_before_its_hour_is_told_in_its_new_words(here):
    article = published(here, publish_at=timezone.now() + timedelta(days=1))
    change(here, article, by=here.head, title="Portes closes", publish_at=article.publish_at)
    assert Event.objects.get(kind="news.published").data["title"] == "Portes closes"


def test_a_withdrawn_article_is_not_announced_any_more(here):
    article = published(here)
    tell(here)
    services.withdraw(viewer=here.viewer(here.head), article=article)
    assert not Notification.objects.exclude(state="cancelled").exists()


def test_an_article_that_is_put_back_is_announced_again(here):
    article = published(here)
    tell(here)
    services.withdraw(viewer=here.viewer(here.head), article=article)
    services.restore(viewer=here.viewer(here.head), article=article)
    tell(here)
    assert [row.state for row in told(here.pupil)] == ["unread"]


def test_an_article_withdrawn_before_it_was_told_is_told_once_it_is_back(here):
    article = published(here)
    services.withdraw(viewer=here.viewer(here.head), article=article)
    tell(here)
    services.restore(viewer=here.viewer(here.head), article=article)
    tell(here)
    assert len(told(here.pupil)) == 1


def test_reviewers_are_told_of_a_proposal(here):
    submitted(here, here.teacher)
    tell(here)
    assert [len(told(one, "news.to_review")) for one in (here.head, here.other_teacher)] == [1, 0]


def test_who_is_in_charge_of_the_section_is_told_of_a_proposal(here):
    Contributor.objects.create(section=here.section, person=here.other_teacher, manages=True)
    Contributor.objects.create(section=here.section, role="teacher")
    submitted(here, here.teacher)
    tell(here)
    assert len(told(here.other_teacher, "news.to_review")) == 1


def test_a_decided_proposal_asks_nobody_any_more(here):
    article = submitted(here, here.teacher)
    tell(here)
    services.send_back(viewer=here.viewer(here.head), article=article, version=article.version, comment="Datez-la.")
    assert told(here.head, "news.to_review", state="unread") == []


def test_the_author_is_told_that_it_is_sent_back(here):
    article = submitted(here, here.teacher)
    services.send_back(viewer=here.viewer(here.head), article=article, version=article.version, comment="Datez-la.")
    tell(here)
    assert len(told(here.teacher, "news.sent_back")) == 1


def test_a_draft_tells_nobody(here):
    written(here, here.teacher)
    assert not Event.objects.exists()

"""The way to readers, and back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.modules.models import ModuleChoice
from core.people.models import Person
from modules.news import selectors, services
from modules.news.choices import Status
from modules.news.models import Article, Contributor, Section
from modules.news.services import FileChanges
from tests.factories import make_person
from tests.modules.news.conftest import (
    Cast,
    change,
    for_class,
    picture,
    publish,
    published,
    submitted,
    written,
)


# --- The way to readers ---
def test_the_head_publishes_at_once(here: Cast) -> None:
    article = published(here)
    assert (article.status, article.publish_at <= timezone.now()) == (Status.PUBLISHED, True)


def test_publishing_is_written_down_with_the_count(here: Cast) -> None:
    published(here, audience=for_class(here))
    assert AuditEntry.objects.get(action="news.publish").changes["destinataires"] == [None, 3]


def test_a_teacher_submits_and_does_not_publish(here: Cast) -> None:
    article = written(here, here.teacher)
    with pytest.raises(NotAllowed):
        publish(here, article, by=here.teacher)


def test_who_publishes_directly_is_a_setting(here: Cast) -> None:
    ModuleChoice.objects.filter(slug="news").update(settings={"direct_publish": ["teacher"]})
    assert published(here, by=here.teacher).status == Status.PUBLISHED


def test_a_proposal_is_published_by_a_reviewer(here: Cast) -> None:
    article = publish(here, submitted(here, here.teacher), by=here.head)
    assert (article.status, article.reviewer) == (Status.PUBLISHED, here.head)


def test_the_manager_of_a_section_reviews_in_it(here: Cast) -> None:
    Contributor.objects.create(section=here.section, person=here.other_teacher, manages=True)
    Contributor.objects.create(section=here.section, role="teacher")
    article = publish(here, submitted(here, here.teacher), by=here.other_teacher)
    assert article.status == Status.PUBLISHED


def test_a_date_to_come_is_kept(here: Cast) -> None:
    later = timezone.now() + timedelta(days=2)
    assert published(here, publish_at=later).publish_at == later


def test_a_date_that_has_passed_meanwhile_becomes_now(here: Cast) -> None:
    with time_machine.travel("2026-11-03 08:00+01:00", tick=False) as traveller:
        article = written(here, here.head, publish_at=timezone.now() + timedelta(hours=1))
        traveller.shift(timedelta(hours=3))
        assert publish(here, article, by=here.head).publish_at == timezone.now()


def _expired_draft(here: Cast) -> Article:
    article = written(here, here.head)
    Article.objects.filter(pk=article.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    return article


def _in_archive(here: Cast) -> Article:
    article = written(here, here.head)
    Section.objects.update(archived_at=timezone.now())
    return article


def _bare_cover(here: Cast) -> Article:
    return change(here, written(here, here.head), here.head, changes=FileChanges(cover=picture()))


@pytest.mark.parametrize(
    "prepare",
    [
        lambda here: written(here, here.head, body="  "),
        lambda here: written(here, here.head, audience=for_class(here, "partner")),
        _expired_draft,
        _bare_cover,
    ],
)
def test_what_is_not_ready_is_not_published(here: Cast, prepare: Callable[[Cast], Article]) -> None:
    with pytest.raises(DomainError) as refusal:
        publish(here, prepare(here), by=here.head)
    assert refusal.value.code == "not-ready"


def test_nothing_is_published_in_an_archived_section(here: Cast) -> None:
    with pytest.raises(DomainError):
        publish(here, _in_archive(here), by=here.head)


def test_a_wider_audience_than_was_seen_stops_publication(here: Cast) -> None:
    article, viewer = written(here, here.head, audience=for_class(here)), here.viewer(here.head)
    seen = selectors.preview_of(article, viewer).fingerprint
    newcomer = make_person(here.establishment, "pupil")
    here.school_class.memberships.create(person=newcomer)
    with pytest.raises(services.AudienceWidened) as refusal:
        services.publish(viewer=viewer, article=article, version=1, seen=seen)
    assert refusal.value.preview.by_role["pupil"] == 2


def test_a_narrower_audience_than_was_seen_is_published(here: Cast) -> None:
    article, viewer = written(here, here.head, audience=for_class(here)), here.viewer(here.head)
    seen = selectors.preview_of(article, viewer).fingerprint
    Person.objects.filter(pk=here.teacher.pk).update(left_on=timezone.localdate())
    assert services.publish(viewer=viewer, article=article, version=1, seen=seen).status == Status.PUBLISHED


@pytest.mark.parametrize("seen", ["", "pupil", "pupil:x", "pupil:-1", ":::,,,", "pupil:²"])
def test_a_fingerprint_that_makes_no_sense_counts_as_unseen(here: Cast, seen: str) -> None:
    article = written(here, here.head, audience=for_class(here))
    with pytest.raises(services.AudienceWidened):
        services.publish(viewer=here.viewer(here.head), article=article, version=1, seen=seen)


def test_publishing_another_version_than_was_seen_is_a_conflict(here: Cast) -> None:
    article = submitted(here, here.teacher)
    change(here, article, here.teacher, title="Tout autre chose")
    with pytest.raises(Conflict):
        publish(here, article, by=here.head)


def test_sending_back_needs_a_reason(here: Cast) -> None:
    article = submitted(here, here.teacher)
    with pytest.raises(DomainError):
        services.send_back(viewer=here.viewer(here.head), article=article, version=2, comment=" \n")


def test_sending_back_refuses_a_novel(here: Cast) -> None:
    article = submitted(here, here.teacher)
    with pytest.raises(DomainError):
        services.send_back(viewer=here.viewer(here.head), article=article, version=2, comment="x" * 1001)


def test_what_is_sent_back_is_a_draft_with_its_comment(here: Cast) -> None:
    article = submitted(here, here.teacher)
    back = services.send_back(viewer=here.viewer(here.head), article=article, version=2, comment="Quand ?")
    assert (back.status, back.review_comment, back.reviewer) == (Status.DRAFT, "Quand ?", here.head)


def test_submitting_again_forgets_the_comment(here: Cast) -> None:
    article = submitted(here, here.teacher)
    back = services.send_back(viewer=here.viewer(here.head), article=article, version=2, comment="Quand ?")
    viewer = here.viewer(here.teacher)
    seen = selectors.preview_of(back, viewer).fingerprint
    assert services.submit(viewer=viewer, article=back, version=3, seen=seen).review_comment == ""


@pytest.mark.parametrize("verb", ["recall", "withdraw", "restore", "reopen", "discard", "recover"])
def test_no_step_is_open_to_a_stranger(here: Cast, verb: str) -> None:
    article = published(here)
    with pytest.raises(NotAllowed):
        getattr(services, verb)(viewer=here.viewer(here.teacher), article=article)


def test_an_author_takes_a_proposal_back(here: Cast) -> None:
    article = services.recall(viewer=here.viewer(here.teacher), article=submitted(here, here.teacher))
    assert article.status == Status.DRAFT


def test_withdrawing_and_undoing_it(here: Cast) -> None:
    article = published(here)
    services.withdraw(viewer=here.viewer(here.head), article=article)
    assert services.restore(viewer=here.viewer(here.head), article=article).publish_at == article.publish_at


def test_an_author_does_not_undo_what_a_reviewer_withdrew(here: Cast) -> None:
    article = publish(here, submitted(here, here.teacher), by=here.head)
    services.withdraw(viewer=here.viewer(here.head), article=article)
    with pytest.raises(NotAllowed):
        services.restore(viewer=here.viewer(here.teacher), article=article)


def test_a_reopened_article_appears_anew(here: Cast) -> None:
    article = published(here)
    services.withdraw(viewer=here.viewer(here.head), article=article)
    reopened = services.reopen(viewer=here.viewer(here.head), article=article)
    assert (reopened.status, reopened.publish_at) == (Status.DRAFT, None)


def test_a_discarded_draft_is_recovered(here: Cast) -> None:
    article = services.discard(viewer=here.viewer(here.teacher), article=written(here, here.teacher))
    recovered = services.recover(viewer=here.viewer(here.teacher), article=article)
    assert (article.status, recovered.status) == (Status.DISCARDED, Status.DRAFT)

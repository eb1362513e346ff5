"""Writing articles and joining files: what is kept, what is refused, what the journal says."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.files.models import StoredFile
from modules.news import selectors, services
from modules.news.choices import Status
from modules.news.models import Article, Contributor, Section
from modules.news.selectors import Spec
from modules.news.services import Content, FileChanges
from modules.news.services.articles import MAX_ATTACHMENTS
from tests.modules.news.conftest import (
    Cast,
    change,
    for_class,
    last_action,
    note,
    picture,
    published,
    written,
)


# --- Writing ---
def test_a_new_article_is_a_draft_of_its_author(here: Cast) -> None:
    article = written(here, here.teacher)
    assert (article.status, article.author, last_action()) == (Status.DRAFT, here.teacher, "news.create")


def test_the_text_is_kept_as_typed_and_as_safe_html(here: Cast) -> None:
    article = written(here, here.teacher, body="**Oui** <script>alert(1)</script>")
    assert (article.body.startswith("**Oui**"), "<strong>Oui</strong>" in article.body_html) == (True, True)


def test_a_pupil_may_not_write(here: Cast) -> None:
    with pytest.raises(DomainError):
        written(here, here.pupil)


def test_a_contributor_writes_without_the_permission(here: Cast) -> None:
    Contributor.objects.create(section=here.section, person=here.pupil)
    assert written(here, here.pupil).author == here.pupil


def test_a_restricted_section_is_closed_to_others(here: Cast) -> None:
    Contributor.objects.create(section=here.section, role="administrative")
    here.section.restricted = True
    with pytest.raises(DomainError) as refusal:
        written(here, here.teacher)
    assert "section" in refusal.value.fields


def test_an_archived_section_takes_nothing_new(here: Cast) -> None:
    here.section.archived_at = timezone.now()
    with pytest.raises(DomainError):
        written(here, here.head)


@pytest.mark.parametrize("fields", [{"urgent": True}, {"banner_until": timezone.localdate()}])
def test_urgent_news_needs_the_permission(here: Cast, fields: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        written(here, here.teacher, **fields)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"title": " \x00 "}, "title"),
        ({"body": "é" * 20_001}, "body"),
        ({"publish_at": datetime(1812, 1, 1, tzinfo=UTC)}, "publish_at"),
        ({"expires_at": datetime(9999, 1, 1, tzinfo=UTC)}, "expires_at"),
        (
            {"publish_at": datetime(2030, 1, 2, tzinfo=UTC), "expires_at": datetime(2030, 1, 2, tzinfo=UTC)},
            "expires_at",
        ),
        (
            {"publish_at": datetime(2030, 1, 2, tzinfo=UTC), "banner_until": datetime(2029, 1, 2, tzinfo=UTC).date()},
            "banner_until",
        ),
        ({"audience": Spec(classes=frozenset({10**9}))}, "classes"),
        ({"audience": Spec(groups=frozenset({10**9}))}, "groups"),
    ],
)
def test_nonsense_is_refused_beside_its_field(here: Cast, fields: dict[str, Any], wrong: str) -> None:
    with pytest.raises(DomainError) as refusal:
        written(here, here.head, **fields)
    assert wrong in refusal.value.fields


def test_a_change_is_one_more_version(here: Cast) -> None:
    article = written(here, here.teacher)
    assert change(here, article, here.teacher, title="Nouveau titre").version == 2


def test_the_journal_says_what_changed(here: Cast) -> None:
    change(here, written(here, here.teacher), here.teacher, title="Autre", audience=for_class(here))
    changes = AuditEntry.objects.order_by("-pk")[0].changes
    assert changes["title"] == ["Portes ouvertes", "Autre"]
    assert changes["destinataires"][0] == "Tout l’établissement"


def test_the_second_of_two_editors_is_told(here: Cast) -> None:
    article = written(here, here.teacher)
    change(here, article, here.teacher, title="Premier")
    with pytest.raises(Conflict):
        change(here, article, here.teacher, version=1, title="Second")


def test_what_was_deleted_meanwhile_is_a_conflict(here: Cast) -> None:
    article = written(here, here.teacher)
    Article.objects.filter(pk=article.pk).delete()
    with pytest.raises(Conflict):
        change(here, article, here.teacher)


def test_nobody_else_changes_a_draft(here: Cast) -> None:
    with pytest.raises(NotAllowed):
        change(here, written(here, here.teacher), here.head)


def test_whom_published_news_reaches_is_settled(here: Cast) -> None:
    article = published(here, audience=for_class(here))
    with pytest.raises(DomainError) as refusal:
        change(here, article, here.head, audience=Spec())
    assert refusal.value.code == "published-audience"


def test_published_news_cannot_become_urgent(here: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        change(here, published(here), here.head, urgent=True)
    assert refusal.value.code == "published-urgent"


def test_the_hour_at_which_it_appeared_is_history(here: Cast) -> None:
    article = published(here)
    changed = change(here, article, here.head, publish_at=timezone.now() + timedelta(days=3))
    assert changed.publish_at == article.publish_at


def test_a_scheduled_article_keeps_a_date(here: Cast) -> None:
    article = published(here, publish_at=timezone.now() + timedelta(days=1))
    with pytest.raises(DomainError) as refusal:
        change(here, article, here.head, publish_at=None)
    assert "publish_at" in refusal.value.fields


def test_expiry_of_published_news_comes_after_its_publication(here: Cast) -> None:
    article = published(here)
    with pytest.raises(DomainError):
        change(here, article, here.head, expires_at=article.publish_at)


def test_an_article_moves_only_to_a_section_one_writes_in(here: Cast) -> None:
    closed = Section.objects.create(name="Réservée", restricted=True)
    with pytest.raises(DomainError):
        change(here, written(here, here.teacher), here.teacher, section=closed)


def test_a_lost_place_stays_when_it_is_not_dropped(here: Cast) -> None:
    article = written(here, here.teacher, audience=for_class(here))
    article.audience.update(school_class=None)
    article = Article.objects.get(pk=article.pk)
    changed = change(here, article, here.teacher, title="Autre", audience=Spec(lost=1, roles=frozenset({"pupil"})))
    assert selectors.spec_of(changed).lost == 1


# --- Files ---
def test_a_cover_and_attachments_are_kept(here: Cast) -> None:
    article = services.create_article(
        viewer=here.viewer(here.teacher),
        content=Content(section=here.section, title="Avec image"),
        changes=FileChanges(cover=picture(), added=[note(), note()]),
    )
    assert (article.cover is not None, article.attachments.count()) == (True, 2)


def test_replacing_the_cover_removes_the_old_one(here: Cast) -> None:
    article = change(here, written(here, here.teacher), here.teacher, changes=FileChanges(cover=picture()))
    change(here, article, here.teacher, changes=FileChanges(cover=picture("autre.png")))
    assert StoredFile.objects.count() == 1


def test_dropping_the_cover_drops_its_description(here: Cast) -> None:
    article = change(here, written(here, here.teacher), here.teacher, changes=FileChanges(cover=picture()))
    changed = change(here, article, here.teacher, cover_alt="Une cour", changes=FileChanges(drop_cover=True))
    assert (changed.cover, changed.cover_alt, StoredFile.objects.count()) == (None, "", 0)


def test_dropped_attachments_leave_nothing(here: Cast) -> None:
    article = change(here, written(here, here.teacher), here.teacher, changes=FileChanges(added=[note()]))
    joined = article.attachments.get().pk
    change(here, article, here.teacher, changes=FileChanges(dropped=[joined, 10**9]))
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        (FileChanges(cover=note("faux.png")), "cover"),
        (FileChanges(added=[SimpleUploadedFile("virus.exe", b"MZ\x90\x00" * 50)]), "attachments"),
        (FileChanges(added=[note() for _ in range(MAX_ATTACHMENTS + 1)]), "attachments"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(here: Cast, changes: FileChanges, wrong: str) -> None:
    article = written(here, here.teacher)
    with pytest.raises(DomainError) as refusal:
        change(here, article, here.teacher, title="Autre", changes=changes)
    assert (wrong in refusal.value.fields, Article.objects.get().title) == (True, "Portes ouvertes")

"""Writes: what they change, what they refuse, what the journal keeps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.files.models import StoredFile
from core.modules.models import ModuleChoice
from core.people.models import Person
from modules.news import selectors, services
from modules.news.choices import Icon, Status
from modules.news.models import Article, Confirmation, Contributor, Hiding, Reading, Section
from modules.news.selectors import Spec
from modules.news.services import Content, FileChanges
from modules.news.services.articles import MAX_ATTACHMENTS
from modules.news.tasks import housekeeping
from tests.factories import make_class, make_guardian, make_person
from tests.modules.news.conftest import Cast, for_class, publish, published, submitted, written


def picture(name: str = "photo.png") -> SimpleUploadedFile:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/png")


def note(name: str = "menu.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"Lundi : soupe", "text/plain")


def change(cast: Cast, article: Article, by: Person, *, version: int | None = None, **fields: Any) -> Article:
    values = {
        "section": article.section, "title": article.title, "body": article.body,
        "publish_at": None, "expires_at": article.expires_at, "urgent": article.urgent,
        "audience": selectors.spec_of(article),
    }  # fmt: skip
    changes = fields.pop("changes", None)
    content = Content(**(values | fields))
    return services.change_article(
        viewer=cast.viewer(by), article=article, version=version or article.version, content=content, changes=changes
    )


def last_action() -> str:
    return AuditEntry.objects.order_by("-pk").values_list("action", flat=True)[0]


# --- Writing --------------------------------------------------------------------------------------------
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


# --- Files ----------------------------------------------------------------------------------------------
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


# --- The way to readers ---------------------------------------------------------------------------------
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


# --- Readers --------------------------------------------------------------------------------------------
def test_opening_twice_is_reading_once(here: Cast) -> None:
    article = published(here)
    for _ in range(2):
        services.mark_read(viewer=here.viewer(here.pupil), article=article)
    assert Reading.objects.count() == 1


def test_a_reviewer_who_does_not_receive_it_leaves_no_mark(here: Cast) -> None:
    article = published(here, audience=for_class(here))
    services.mark_read(viewer=here.viewer(here.head), article=article)
    assert not Reading.objects.exists()


def test_a_guardian_confirms_for_each_child(here: Cast) -> None:
    sister = make_person(here.establishment, "pupil")
    make_guardian(here.establishment, sister, here.parent)
    make_class(here.establishment, "2de 2", sister)
    article = published(here, urgent=True)
    services.confirm(viewer=here.viewer(here.parent), article=article)
    assert set(Confirmation.objects.values_list("child", flat=True)) == {here.pupil.pk, sister.pk}


def test_confirming_twice_is_once(here: Cast) -> None:
    article = published(here, urgent=True)
    for _ in range(2):
        services.confirm(viewer=here.viewer(here.pupil), article=article)
    assert Confirmation.objects.count() == 1


def test_nothing_to_confirm_where_nothing_is_asked(here: Cast) -> None:
    with pytest.raises(DomainError):
        services.confirm(viewer=here.viewer(here.pupil), article=published(here))


def test_only_recipients_confirm(here: Cast) -> None:
    article = published(here, urgent=True, audience=for_class(here))
    with pytest.raises(DomainError):
        services.confirm(viewer=here.viewer(here.outsider), article=article)


# --- Sections -------------------------------------------------------------------------------------------
def test_a_section_is_created_and_changed(here: Cast) -> None:
    viewer = here.viewer(here.head)
    section = services.create_section(viewer=viewer, values={"name": " Club  photo ", "icon": Icon.MUSIC})
    changed = services.change_section(viewer=viewer, section=section, values={"name": "Photo"})
    assert (section.name, changed.name, last_action()) == ("Club photo", "Photo", "news.change_section")


def test_a_change_that_changes_nothing_is_not_written_down(here: Cast) -> None:
    services.change_section(viewer=here.viewer(here.head), section=here.section, values={"name": here.section.name})
    assert not AuditEntry.objects.filter(action="news.change_section").exists()


def test_a_name_is_taken_once_whatever_the_case(here: Cast) -> None:
    with pytest.raises(DomainError) as refusal:
        services.create_section(viewer=here.viewer(here.head), values={"name": "VIE DU LYCÉE"})
    assert "name" in refusal.value.fields


def test_the_slower_of_two_is_told_that_the_name_is_taken(here: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check passes for both, the database decides."""
    from modules.news.services import sections

    monkeypatch.setattr(sections, "check", lambda section: None)
    with pytest.raises(DomainError) as refusal:
        services.create_section(viewer=here.viewer(here.head), values={"name": here.section.name})
    assert refusal.value.code == "name-taken"


@pytest.mark.parametrize("values", [{"name": ""}, {"name": "x" * 61}, {"name": "Bon", "icon": "bomb"}])
def test_a_section_without_sense_is_refused(here: Cast, values: dict[str, str]) -> None:
    with pytest.raises(DomainError) as refusal:
        services.create_section(viewer=here.viewer(here.head), values=values)
    assert refusal.value.code != "name-taken"


def test_a_teacher_does_not_create_sections(here: Cast) -> None:
    with pytest.raises(NotAllowed):
        services.create_section(viewer=here.viewer(here.teacher), values={"name": "À moi"})


def test_a_manager_describes_the_section(here: Cast) -> None:
    Contributor.objects.create(section=here.section, person=here.teacher, manages=True)
    viewer = here.viewer(here.teacher)
    assert services.change_section(viewer=viewer, section=here.section, values={"name": "Autre"}).name == "Autre"


def test_archiving_twice_is_once(here: Cast) -> None:
    for _ in range(2):
        services.archive_section(viewer=here.viewer(here.head), section=here.section)
    assert AuditEntry.objects.filter(action="news.archive_section").count() == 1


def test_reopening_twice_is_once(here: Cast) -> None:
    services.archive_section(viewer=here.viewer(here.head), section=here.section)
    for _ in range(2):
        section = services.reopen_section(viewer=here.viewer(here.head), section=here.section)
    assert (section.is_archived, AuditEntry.objects.filter(action="news.reopen_section").count()) == (False, 1)


def test_a_contributor_is_added_changed_and_removed(here: Cast) -> None:
    viewer = here.viewer(here.head)
    line = services.set_contributor(viewer=viewer, section=here.section, person=here.teacher, manages=False)
    services.set_contributor(viewer=viewer, section=here.section, person=here.teacher, manages=True)
    assert here.section.contributors.get().manages
    services.remove_contributor(viewer=viewer, section=here.section, contributor_id=line.pk)
    assert not here.section.contributors.exists()


def test_setting_the_same_contributor_again_is_not_written_down(here: Cast) -> None:
    for _ in range(2):
        services.set_contributor(viewer=here.viewer(here.head), section=here.section, role="teacher", manages=False)
    assert AuditEntry.objects.filter(action="news.set_contributor").count() == 1


@pytest.mark.parametrize("role", ["", "wizard"])
def test_a_contributor_is_a_person_or_a_known_role(here: Cast, role: str) -> None:
    with pytest.raises(DomainError):
        services.set_contributor(viewer=here.viewer(here.head), section=here.section, role=role, manages=False)


def test_somebody_who_has_left_does_not_contribute(here: Cast) -> None:
    Person.objects.filter(pk=here.teacher.pk).update(left_on=timezone.localdate())
    with pytest.raises(DomainError):
        services.set_contributor(
            viewer=here.viewer(here.head), section=here.section, person=here.teacher, manages=False
        )


def test_removing_a_contributor_who_is_gone_says_so(here: Cast) -> None:
    with pytest.raises(DomainError):
        services.remove_contributor(viewer=here.viewer(here.head), section=here.section, contributor_id=10**9)


def test_removing_the_last_contributor_does_not_open_a_restricted_section(here: Cast) -> None:
    Section.objects.update(restricted=True)
    line = Contributor.objects.create(section=here.section, person=here.teacher)
    assert selectors.writes_anywhere(here.viewer(here.teacher))
    line.delete()
    assert not selectors.writes_anywhere(here.viewer(here.teacher))


# --- Time passes ----------------------------------------------------------------------------------------
def test_housekeeping_erases_old_articles_with_their_files(here: Cast) -> None:
    article = change(here, written(here, here.head), here.head, changes=FileChanges(added=[note()], cover=picture()))
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now() - timedelta(days=800))
    housekeeping()
    assert (Article.objects.exists(), StoredFile.objects.exists(), last_action()) == (False, False, "files.remove")


def test_housekeeping_leaves_what_is_still_shown(here: Cast) -> None:
    article = published(here, expires_at=timezone.now() + timedelta(days=1))
    long_ago = timezone.now() - timedelta(days=800)
    Article.objects.filter(pk=article.pk).update(updated_at=long_ago, publish_at=long_ago)
    housekeeping()
    assert Article.objects.exists()


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_discarded_drafts_go_after_a_month(here: Cast, days: int, left: int) -> None:
    article = services.discard(viewer=here.viewer(here.teacher), article=written(here, here.teacher))
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now() - timedelta(days=days))
    housekeeping()
    assert Article.objects.count() == left


def test_housekeeping_erases_old_marks(here: Cast) -> None:
    article = published(here, urgent=True)
    services.confirm(viewer=here.viewer(here.pupil), article=article)
    long_ago = timezone.now() - timedelta(days=370)
    Reading.objects.update(read_at=long_ago)
    Confirmation.objects.update(confirmed_at=long_ago)
    housekeeping()
    assert not Reading.objects.exists()
    assert not Confirmation.objects.exists()


def test_housekeeping_forgets_choices_of_people_long_gone(here: Cast) -> None:
    services.hide_section(viewer=here.viewer(here.pupil), section=here.section)
    services.set_contributor(viewer=here.viewer(here.head), section=here.section, person=here.teacher, manages=False)
    Person.objects.update(left_on=timezone.localdate() - timedelta(days=370))
    housekeeping()
    assert not Contributor.objects.exists()
    assert not Hiding.objects.exists()

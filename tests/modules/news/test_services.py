"""Readers, sections, and what time does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import DomainError, NotAllowed
from core.files.models import StoredFile
from core.people.models import Person
from modules.news import selectors, services
from modules.news.choices import Icon
from modules.news.models import Article, Confirmation, Contributor, Hiding, Reading, Section
from modules.news.services import FileChanges
from modules.news.tasks import housekeeping
from tests.core.privacy.nights import nights_pass
from tests.factories import make_class, make_guardian, make_person
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


# --- Readers ---
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


# --- Sections ---
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


# --- Time passes ---
def test_old_articles_are_erased_with_their_files(here: Cast) -> None:
    article = change(here, written(here, here.head), here.head, changes=FileChanges(added=[note()], cover=picture()))
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now() - timedelta(days=800))
    nights_pass()
    assert (Article.objects.exists(), StoredFile.objects.exists()) == (False, False)


def test_what_is_still_shown_is_not_erased(here: Cast) -> None:
    article = published(here, expires_at=timezone.now() + timedelta(days=1))
    long_ago = timezone.now() - timedelta(days=800)
    Article.objects.filter(pk=article.pk).update(updated_at=long_ago, publish_at=long_ago)
    nights_pass()
    assert Article.objects.exists()


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_discarded_drafts_go_after_a_month(here: Cast, days: int, left: int) -> None:
    article = services.discard(viewer=here.viewer(here.teacher), article=written(here, here.teacher))
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now() - timedelta(days=days))
    housekeeping()
    assert Article.objects.count() == left


def test_old_marks_are_erased(here: Cast) -> None:
    article = published(here, urgent=True)
    services.confirm(viewer=here.viewer(here.pupil), article=article)
    long_ago = timezone.now() - timedelta(days=370)
    Reading.objects.update(read_at=long_ago)
    Confirmation.objects.update(confirmed_at=long_ago)
    nights_pass()
    assert not Reading.objects.exists()
    assert not Confirmation.objects.exists()


def test_choices_go_with_people_long_gone(here: Cast) -> None:
    services.hide_section(viewer=here.viewer(here.pupil), section=here.section)
    services.set_contributor(viewer=here.viewer(here.head), section=here.section, person=here.teacher, manages=False)
    Person.objects.update(left_on=timezone.localdate() - timedelta(days=370))
    nights_pass()
    assert not Contributor.objects.exists()
    assert not Hiding.objects.exists()

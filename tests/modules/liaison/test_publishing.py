"""From a draft to families, and back."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import Conflict, DomainError, NotAllowed
from core.modules.models import ModuleChoice
from core.notifications.models import Event
from core.structure.models import ClassMembership, TeachingService
from modules.liaison import selectors, services, telling
from modules.liaison.choices import Status
from modules.liaison.models import Copy, Note, Receipt, Revision
from modules.liaison.selectors import Spec
from modules.liaison.services import Amendment, Content
from tests.factories import make_guardian, make_person
from tests.modules.liaison.conftest import Cast, answer, for_class, publish, published, written


def test_a_note_reaches_each_guardian_of_each_pupil(here: Cast) -> None:
    published(here)
    assert (Copy.objects.count(), Receipt.objects.count()) == (2, 3)
    assert Copy.objects.filter(school_class=here.school_class).count() == 2


def test_publication_takes_as_many_statements_for_many_as_for_few(here: Cast) -> None:
    def statements() -> int:
        note = written(here)
        viewer = here.viewer(here.teacher)
        seen = selectors.preview_of(note, viewer).fingerprint
        with CaptureQueriesContext(connection) as queries:
            services.publish(viewer=here.viewer(here.teacher), note=note, version=note.version, seen=seen)
        return len(queries)

    few = statements()
    for _ in range(10):
        child, guardian = make_person(here.establishment, "pupil"), make_person(here.establishment, "guardian")
        make_guardian(here.establishment, child, guardian)
        ClassMembership.objects.create(
            school_class=here.school_class, person=child, starts_on=here.school_class.year.starts_on
        )
    assert statements() == few
    assert Copy.objects.count() == 14


def test_a_teacher_writes_only_about_those_they_teach(here: Cast) -> None:
    with pytest.raises(DomainError, match="à qui vous enseignez"):
        written(here, by=here.other_teacher)
    assert written(here, audience=Spec(pupils=frozenset({here.pupil.pk}))).lines.count() == 1


def test_school_life_writes_to_all(here: Cast) -> None:
    assert published(here, by=here.life).copies.count() == 2


def test_a_teacher_who_lost_the_class_cannot_publish(here: Cast) -> None:
    note = written(here)
    TeachingService.objects.all().delete()
    with pytest.raises(DomainError):
        publish(here, note)


def test_the_same_form_sent_twice_is_one_draft(here: Cast) -> None:
    key, viewer = uuid.uuid4(), here.viewer(here.teacher)
    content = Content(kind="information", title="Une fois", audience=for_class(here))
    made = [services.create_note(viewer=viewer, content=content, key=key) for _ in range(2)]
    assert made[0] == made[1]
    assert Note.objects.count() == 1


def test_an_audience_that_grew_is_looked_at_again(here: Cast) -> None:
    note, viewer = written(here), here.viewer(here.teacher)
    with pytest.raises(services.AudienceWidened):
        services.publish(viewer=viewer, note=note, version=note.version, seen="1:1")


def test_a_preview_counts_and_warns(here: Cast) -> None:
    alone = make_person(here.establishment, "pupil")
    ClassMembership.objects.create(
        school_class=here.school_class, person=alone, starts_on=here.school_class.year.starts_on
    )
    preview = selectors.preview_of(written(here), here.viewer(here.teacher))
    assert (preview.pupils, preview.families, preview.guardians) == (3, 2, 3)
    assert any("aucun responsable" in warning for warning in preview.warnings)
    assert any("activé" in warning for warning in preview.warnings)


def test_a_scheduled_note_leaves_at_its_hour(here: Cast) -> None:
    note = published(here, publish_at=timezone.now() + timedelta(hours=1))
    assert (note.status, services.publish_due()) == (Status.SCHEDULED, 0)
    assert services.publish_due(timezone.now() + timedelta(hours=2)) == 1
    assert Copy.objects.count() == 2


def test_newcomers_of_the_class_are_given_it_on_demand(here: Cast) -> None:
    note = published(here)
    child, guardian = make_person(here.establishment, "pupil"), make_person(here.establishment, "guardian")
    make_guardian(here.establishment, child, guardian)
    ClassMembership.objects.create(
        school_class=here.school_class, person=child, starts_on=here.school_class.year.starts_on
    )
    assert services.extend(viewer=here.viewer(here.teacher), note=note) == 1
    event = Event.objects.order_by("-pk")[0]
    assert {pair[1] for pair in telling.debtors_of_note(event).pairs()} == {child.pk}


# --- Changes after publication --------------------------------------------------------------------------
def test_what_changes_after_publication_is_shown(here: Cast) -> None:
    note = published(here)
    change = Amendment(body="Vendredi.", due_on=note.due_on, pupils_see=note.pupils_see)
    services.amend_note(viewer=here.viewer(here.teacher), note=note, version=note.version, change=change)
    assert Revision.objects.get().what == "le texte".replace(" ", "\u00a0")


def test_a_change_that_changes_nothing_is_none(here: Cast) -> None:
    note = published(here)
    change = Amendment(body=note.body, due_on=note.due_on, pupils_see=note.pupils_see)
    services.amend_note(viewer=here.viewer(here.teacher), note=note, version=note.version, change=change)
    assert not Revision.objects.exists()


def test_a_published_note_is_no_draft_any_more(here: Cast) -> None:
    note = published(here)
    with pytest.raises(NotAllowed):
        services.change_note(
            viewer=here.viewer(here.teacher), note=note, version=note.version,
            content=Content(kind="signature", title="Autre", audience=for_class(here)),
        )  # fmt: skip


def test_the_slower_of_two_editors_is_told(here: Cast) -> None:
    note = written(here)
    content = Content(kind="signature", title="Autre", audience=for_class(here))
    services.change_note(viewer=here.viewer(here.teacher), note=note, version=1, content=content)
    with pytest.raises(Conflict):
        services.change_note(viewer=here.viewer(here.teacher), note=note, version=1, content=content)


# --- Ways back ------------------------------------------------------------------------------------------
def test_a_withdrawn_note_is_gone_from_families_and_comes_back_as_it_was(here: Cast) -> None:
    note = published(here)
    answer(here, note, here.pupil, here.mother)
    note = services.withdraw(viewer=here.viewer(here.teacher), note=note)
    assert not selectors.notes_visible_to(here.viewer(here.mother)).exists()
    assert set(Event.objects.values_list("state", flat=True)) == {"cancelled"}
    services.restore(viewer=here.viewer(here.teacher), note=note)
    assert Receipt.objects.get(guardian=here.mother).answer == "signed"
    assert selectors.notes_visible_to(here.viewer(here.mother)).exists()


def test_nothing_is_told_of_a_withdrawn_note(here: Cast) -> None:
    note = published(here)
    event = Event.objects.get()
    assert len(telling.debtors_of_note(event).pairs()) == 3
    services.withdraw(viewer=here.viewer(here.teacher), note=note)
    assert telling.debtors_of_note(event).pairs() == []


def test_pupils_see_what_the_author_chose(here: Cast) -> None:
    published(here, pupils_see=True, title="Vu")
    published(here, pupils_see=False, title="Caché")
    titles = selectors.notes_visible_to(here.viewer(here.pupil)).values_list("title", flat=True)
    assert list(titles) == ["Vu"]


# --- Reminders ------------------------------------------------------------------------------------------
def test_a_reminder_goes_to_those_who_owe_an_answer_and_to_nobody_else(here: Cast) -> None:
    note = published(here)
    answer(here, note, here.pupil, here.mother)
    assert services.remind(viewer=here.viewer(here.teacher), note=note) == 1
    event = Event.objects.get(kind="liaison.reminder")
    assert telling.owing_of_note(event).pairs() == [(here.aunt.pk, here.friend.pk)]


def test_a_second_reminder_waits_an_hour(here: Cast) -> None:
    note, viewer = published(here), here.viewer(here.teacher)
    services.remind(viewer=viewer, note=note)
    with pytest.raises(DomainError, match="une heure"):
        services.remind(viewer=viewer, note=note)
    Note.objects.update(reminded_at=timezone.now() - timedelta(minutes=61))
    assert services.remind(viewer=viewer, note=note) == 2


def test_the_schools_own_reminder_leaves_once(here: Cast) -> None:
    note = published(here, due_on=timezone.localdate() + timedelta(days=1))
    Note.objects.update(published_at=timezone.now() - timedelta(days=3))
    assert (services.remind_before_due(), services.remind_before_due()) == (1, 0)
    assert Event.objects.filter(kind="liaison.reminder", key=f"note:{note.pk}").count() == 1


def test_a_school_may_want_no_reminder_of_its_own(here: Cast) -> None:
    ModuleChoice.objects.update_or_create(slug="liaison", defaults={"enabled": True, "settings": {"remind_days": 0}})
    published(here, due_on=timezone.localdate() + timedelta(days=1))
    Note.objects.update(published_at=timezone.now() - timedelta(days=3))
    assert services.remind_before_due() == 0


def test_a_contradiction_is_told_to_the_author_while_it_lasts(here: Cast) -> None:
    note = published(here)
    answer(here, note, here.pupil, here.mother)
    answer(here, note, here.pupil, here.father, "refused", word="Non")
    event = Event.objects.get(kind="liaison.contradiction")
    assert telling.author_of_note(event).pairs() == [(here.teacher.pk, None)]
    answer(here, note, here.pupil, here.father)
    assert telling.author_of_note(event).pairs() == []

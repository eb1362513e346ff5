"""Asked for, decided by the school, shown first, done whole."""

import pytest
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError, NotAllowed
from core.modules.models import ModuleChoice
from core.notifications.models import Event
from core.people.models import GuardianLink, Person
from core.privacy import hooks
from core.privacy.models import Archive, ConsentAnswer, ErasureRequest
from core.privacy.services import erasing
from core.structure.models import ClassMembership
from modules.news.models import Article, Reading, Section
from tenants.schemas.context import school
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(world):
    """The pupil has left; something of him is everywhere."""
    with school(world.school):
        Person.objects.filter(pk=world.pupil.pk).update(left_on=timezone.localdate())
        world.pupil.refresh_from_db()
        section = Section.objects.create(name="Fil")
        seen = Article.objects.create(
            section=section, title="Lu", author=world.pupil, status="published", publish_at=timezone.now()
        )
        Reading.objects.create(article=seen, person=world.pupil)
        ConsentAnswer.objects.create(person=world.pupil, consent="dummy.photo", version=1, answer="asked")
    return world.pupil


def test_somebody_who_is_still_here_is_not_erased(world):
    with school(world.school), pytest.raises(NotAllowed):
        erasing.erase(person=world.pupil, actor=world.head)


def test_nobody_erases_themselves(world):
    with school(world.school):
        Person.objects.filter(pk=world.head.pk).update(left_on=timezone.localdate())
        with pytest.raises(NotAllowed):
            erasing.erase(person=world.head, actor=world.head)


def test_a_referent_does_not_erase_a_head(world):
    make_person(world.school, "management", account=True)
    with school(world.school):
        Person.objects.filter(pk=world.head.pk).update(left_on=timezone.localdate())
        with pytest.raises(NotAllowed):
            erasing.erase(person=world.head, actor=world.referent)


def test_erasing_leaves_nothing_that_names_the_person(world, left):
    with school(world.school):
        erasing.erase(person=left, actor=world.head)
        assert not Person.objects.filter(pk=left.pk).exists()
        assert not Reading.objects.exists()
        assert not ConsentAnswer.objects.exists()
        assert not GuardianLink.objects.filter(child=left.pk).exists()
        assert not ClassMembership.objects.filter(person=left.pk).exists()
        assert Article.objects.get().author is None
        assert AuditEntry.objects.filter(action="privacy.erase_person").exists()


def test_the_journal_of_an_erasure_does_not_tell_the_name(world, left):
    with school(world.school):
        erasing.erase(person=left, actor=world.head)
        entry = AuditEntry.objects.get(action="privacy.erase_person")
    assert left.last_name not in f"{entry.target_label} {entry.changes}"


def test_a_module_that_is_off_forgets_too(world, left):
    with school(world.school):
        ModuleChoice.objects.filter(slug="news").update(enabled=False)
        erasing.erase(person=left, actor=world.head)
        assert not Reading.objects.exists()


def test_all_or_nothing(world, left, monkeypatch):
    from core.people import hooks

    def refuse(person, *, actor):
        raise OSError("lost")

    with school(world.school):
        monkeypatch.setattr(hooks, "erase_person", refuse)
        with pytest.raises(OSError, match="lost"):
            erasing.erase(person=left, actor=world.head)
        assert Reading.objects.exists()
        assert Person.objects.filter(pk=left.pk).exists()


def test_the_preview_counts_and_touches_nothing(world, left):
    with school(world.school):
        losses = {loss.manifest.slug: loss for loss in erasing.preview(left)}
        assert losses["news"].rows == 2
        assert losses["people"].rows == 3  # the record, two links
        assert losses["structure"].rows == 1
        assert losses["audit"].keeps
        assert Reading.objects.exists()


def test_a_request_waits_for_the_school(world, enter):
    client = enter(world.mother)
    client.post("/donnees/effacement/", {"personne": world.pupil.pk, "reason": "Déménagement"})
    with school(world.school):
        asked = ErasureRequest.objects.get()
        assert (asked.person_id, asked.asked_by_id, asked.state) == (world.pupil.pk, world.mother.pk, "waiting")
        assert Person.objects.filter(pk=world.pupil.pk).exists()
        with pytest.raises(Conflict):
            erasing.ask(person=world.pupil, reason="", actor=world.father)
    assert "Déménagement" in enter(world.head).get("/donnees/demandes/").content.decode()


def test_those_who_answer_are_told_of_a_request_without_a_name(world):
    with school(world.school):
        asked = erasing.ask(person=world.pupil, reason="Déménagement", actor=world.mother)
        event = Event.objects.get(kind="privacy.erasure_asked")
        assert event.data == {"request": asked.pk}
        assert set(hooks.deciders_of_request(event).people) == {world.head, world.referent}
        erasing.withdraw(request=asked, actor=world.mother)
        assert not hooks.deciders_of_request(event).people.exists()


def test_a_child_under_fifteen_does_not_ask_alone(world, enter):
    assert enter(world.pupil).get("/donnees/effacement/").status_code == 404


def test_only_whoever_asked_takes_it_back(world):
    with school(world.school):
        asked = erasing.ask(person=world.pupil, reason="", actor=world.mother)
        with pytest.raises(NotAllowed):
            erasing.withdraw(request=asked, actor=world.father)
        assert erasing.withdraw(request=asked, actor=world.mother).state == "withdrawn"


def test_a_refusal_says_why_and_the_person_reads_it(world, enter):
    with school(world.school):
        asked = erasing.ask(person=world.teacher, reason="", actor=world.teacher)
        with pytest.raises(DomainError):
            erasing.refuse(request=asked, answer=" ", actor=world.head)
    path = f"/donnees/demandes/{asked.pk}/refuser/"
    assert enter(world.head).post(path, {"answer": ""}).status_code == 422
    assert enter(world.head).post(path, {"answer": "Obligation légale jusqu’en 2031"}).status_code == 302
    assert "Obligation légale" in enter(world.teacher).get("/donnees/").content.decode()


def test_erasing_asks_for_the_name(world, left, enter):
    client, path = enter(world.head), f"/donnees/personnes/{left.pk}/effacer/"
    assert client.post(path, {"name": "Autre"}).status_code == 422
    assert client.post(path, {"name": left.last_name.upper()}).status_code == 302
    with school(world.school):
        assert not Person.objects.filter(pk=left.pk).exists()


def test_the_page_of_somebody_who_is_here_says_what_to_do_first(world, enter):
    client, path = enter(world.head), f"/donnees/personnes/{world.pupil.pk}/effacer/"
    page = client.get(path).content.decode()
    assert "enregistrez d’abord son départ" in page
    assert client.post(path, {"name": world.pupil.last_name}).status_code == 403


def test_a_request_that_is_granted_keeps_no_name(world, left):
    with school(world.school):
        erasing.ask(person=left, reason="Je pars", actor=world.mother)
        Archive.objects.create(person=left, asked_by=world.mother, state="expired")
        erasing.erase(person=left, actor=world.head)
        kept = ErasureRequest.objects.get()
    assert (kept.person_id, kept.reason, kept.state, kept.decided_by_id) == (None, "", "done", world.head.pk)

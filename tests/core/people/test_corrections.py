"""What the school corrects of imported people is noted, kept, and can be taken back."""

from datetime import date
from typing import Any

import pytest
from django.utils.timezone import localdate

from core.errors import DomainError, NotAllowed
from core.people import services
from core.people.models import GuardianLink, Person
from core.people.services.corrections import note_corrections
from tenants.schemas.context import school

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def imported(world: Any) -> Person:
    Person.objects.filter(pk=world.pupil.pk).update(external_ids={"aaf": "12-345"}, last_name="DURANT")
    return Person.objects.get(pk=world.pupil.pk)


@pytest.fixture
def link(world: Any) -> GuardianLink:
    GuardianLink.objects.filter(guardian=world.mother).update(source="aaf", priority=2)
    return GuardianLink.objects.get(guardian=world.mother)


def noted(row: Any) -> dict[str, Any]:
    return type(row).objects.get(pk=row.pk).corrections


def test_correcting_an_imported_person_notes_what_the_source_said(world: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, last_name="Durand")
    assert noted(imported) == {"last_name": {"value": "DURANT", "on": localdate().isoformat()}}


def test_correcting_twice_keeps_what_the_source_said_first(world: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, last_name="Durand")
    services.update_person(person=imported, actor=world.head, last_name="Dupont")
    assert noted(imported)["last_name"]["value"] == "DURANT"


def test_saying_again_what_the_source_says_is_no_correction(world: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, last_name="Durand")
    services.update_person(person=imported, actor=world.head, last_name="DURANT")
    assert noted(imported) == {}


def test_people_no_import_knows_have_no_corrections(world: Any) -> None:
    services.update_person(person=world.pupil, actor=world.head, last_name="Durand")
    assert noted(world.pupil) == {}


def test_what_the_machine_changes_is_no_correction(imported: Person) -> None:
    services.update_person(person=imported, actor=None, last_name="Durand")
    assert noted(imported) == {}


def test_own_contact_is_kept_against_imports(imported: Person) -> None:
    services.update_own_contact(person=imported, email="moi@example.org", phone=imported.phone)
    assert noted(imported)["email"]["value"] == ""


def test_dates_are_noted_as_text_and_restored_as_dates(world: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, birth_date=date(2014, 5, 4))
    assert noted(imported)["birth_date"]["value"] == "2014-05-03"
    assert services.restore_field(person=imported, field="birth_date", actor=world.head).birth_date == date(2014, 5, 3)


def test_restoring_takes_the_source_value_and_folds_the_name_again(world: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, last_name="Zidane")
    restored = services.restore_field(person=imported, field="last_name", actor=world.head)
    assert (restored.last_name, restored.corrections) == ("DURANT", {})
    assert restored.search_text.startswith("durant")


def test_restoring_what_was_not_corrected_is_refused(world: Any, imported: Person) -> None:
    with pytest.raises(DomainError, match="suit déjà"):
        services.restore_field(person=imported, field="last_name", actor=world.head)


def test_restoring_asks_for_the_rank(world: Any) -> None:
    Person.objects.filter(pk=world.head.pk).update(corrections={"last_name": {"value": "A", "on": "2026-09-01"}})
    with pytest.raises(NotAllowed):
        services.restore_field(person=world.head, field="last_name", actor=world.referent)


def test_note_corrections_tells_whether_anything_changed(imported: Person) -> None:
    assert note_corrections(imported, {"last_name": ["DURANT", "Durand"]})
    assert not note_corrections(imported, {"last_name": ["Durand", "Durand"]})


def test_correcting_an_imported_link_notes_the_source(world: Any, link: GuardianLink) -> None:
    services.update_guardian_link(link=link, actor=world.head, priority=1)
    assert noted(link)["priority"]["value"] == 2


def test_ending_an_imported_link_is_kept_against_imports(world: Any, link: GuardianLink) -> None:
    services.end_guardian_link(link=link, actor=world.head)
    assert noted(link)["ends_on"]["value"] is None


def test_restoring_a_link_field_reopens_it(world: Any, link: GuardianLink) -> None:
    services.end_guardian_link(link=link, actor=world.head)
    restored = services.restore_link_field(link=link, field="ends_on", actor=world.head)
    assert (restored.ends_on, restored.corrections) == (None, {})


def test_links_entered_by_hand_have_no_corrections(world: Any) -> None:
    link = GuardianLink.objects.get(guardian=world.father)
    services.update_guardian_link(link=link, actor=world.head, priority=3)
    assert noted(link) == {}


def test_person_page_tells_what_the_import_said_and_takes_it_back(world: Any, enter: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, last_name="Durand")
    client = enter(world.head)
    html = client.get(f"/annuaire/{imported.pk}/").content.decode()
    assert "Corrigé à la main" in html
    assert "DURANT" in html
    assert client.post(f"/annuaire/{imported.pk}/reprendre/", {"champ": "last_name"}).status_code == 302
    with school(world.school):
        assert Person.objects.get(pk=imported.pk).last_name == "DURANT"


def test_corrections_are_not_shown_to_others(world: Any, enter: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, last_name="Durand")
    assert "Corrigé à la main" not in enter(world.teacher).get(f"/annuaire/{imported.pk}/").content.decode()


def test_details_one_may_not_see_cannot_be_taken_back(world: Any, enter: Any, imported: Person) -> None:
    services.update_person(person=imported, actor=world.head, address="3 rue Neuve")
    client = enter(world.referent)
    assert client.post(f"/annuaire/{imported.pk}/reprendre/", {"champ": "address"}).status_code == 404


def test_link_page_takes_the_import_back(world: Any, enter: Any, link: GuardianLink) -> None:
    services.update_guardian_link(link=link, actor=world.head, priority=1)
    client = enter(world.head)
    assert "Corrigé à la main" in client.get(f"/annuaire/responsables/{link.pk}/").content.decode()
    client.post(f"/annuaire/responsables/{link.pk}/reprendre/", {"champ": "priority"})
    with school(world.school):
        assert GuardianLink.objects.get(pk=link.pk).priority == 2

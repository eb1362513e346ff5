"""Writing the journal, and only adding to it."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from core.audit.models import AuditEntry
from core.audit.services import forget, record
from core.modules.models import ModuleChoice
from core.people.models import Person
from tenants.schemas.context import OutsideSchool
from tests.core.privacy.nights import nights_pass


def entry_of(age_in_days):
    return AuditEntry.objects.create(
        at=timezone.now() - timedelta(days=age_in_days), actor_name="x", action="people.update"
    )


def test_record_copies_who_and_what(in_lycee, head):
    entry = record("people.update", actor=head, target=head, changes={"email": ["", "m@example.fr"]})
    assert (entry.actor_name, entry.actor_account_id) == ("Maud Vautrin", head.account_id)
    assert (entry.target_type, entry.target_id, entry.target_label) == (
        "people.person",
        str(head.pk),
        "Maud Vautrin",
    )
    assert entry.changes == {"email": ["", "m@example.fr"]}


def test_record_outlives_the_person(in_lycee, head):
    entry = record("people.update", actor=head, target=head)
    Person.objects.filter(pk=head.pk).delete()
    entry.refresh_from_db()
    assert entry.actor_name == "Maud Vautrin"


def test_record_without_a_person_names_the_system(in_lycee):
    assert record("modules.apply", actor=None, target=None, label="Préréglage").actor_name == "préau"


def test_record_keeps_any_value_as_json(in_lycee, head):
    changes = {
        "day": [None, date(2026, 9, 1)],
        "roles": [{"b", "a"}, ("c",)],
        "by": [head, {1: date(2026, 1, 1)}],
    }
    entry = record("people.update", actor=head, target=head, changes=changes)
    entry.refresh_from_db()
    assert entry.changes == {
        "day": [None, "2026-09-01"],
        "roles": [["a", "b"], ["c"]],
        "by": ["Maud Vautrin", {"1": "2026-01-01"}],
    }


def test_record_cuts_a_long_label(in_lycee):
    assert len(record("news.publish", actor=None, target=None, label="é" * 500).target_label) == 200


def test_record_refuses_outside_a_school(db):
    with pytest.raises(OutsideSchool):
        record("news.publish", actor=None, target=None)


def test_record_vanishes_with_the_change_it_tells(in_lycee, head):
    with suppress(RuntimeError), transaction.atomic():
        Person.objects.filter(pk=head.pk).update(function="Proviseure")
        record("people.update", actor=head, target=head)
        raise RuntimeError
    head.refresh_from_db()
    assert head.function == ""
    assert not AuditEntry.objects.filter(action="people.update").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET actor_name = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry",
    ],
)
def test_the_school_role_cannot_alter_the_journal(in_lycee, statement):
    entry_of(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == in_lycee.schema_name
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)


def test_an_entry_is_never_saved_again_nor_deleted(in_lycee):
    entry = entry_of(0)
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()


def test_what_is_too_old_is_announced_then_erased(in_lycee):
    old, young = entry_of(400), entry_of(300)
    nights_pass()
    kept = set(AuditEntry.objects.values_list("pk", flat=True))
    assert young.pk in kept
    assert old.pk not in kept
    assert AuditEntry.objects.filter(action="privacy.erase_expired").exists()


def test_what_is_too_old_follows_the_setting(in_lycee):
    entry = entry_of(300)
    ModuleChoice.objects.create(slug="audit", settings={"months": 6})
    nights_pass()
    assert not AuditEntry.objects.filter(pk=entry.pk).exists()


def test_forget_gives_the_right_back(in_lycee):
    entry = entry_of(400)
    forget(AuditEntry.objects.filter(pk=entry.pk))
    with pytest.raises(ProgrammingError), transaction.atomic():
        connection.cursor().execute("DELETE FROM audit_auditentry")

"""Destroying what a module holds: asked for, called off, done."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core.audit.models import AuditEntry
from core.errors import Conflict, DomainError
from core.files.models import StoredFile
from core.modules import purging, registry, services, tasks
from core.modules.models import ModuleChoice
from core.modules.state import Modules
from core.people.choices import Role
from tenants.audit.models import RegionalAuditEntry
from tenants.policies.models import EnabledModule, Policy
from tenants.schemas import engine, purges
from tenants.schemas.context import region, school
from tenants.schemas.models import ModulePurge
from tenants.schemas.selectors import table_exists
from tests.contract.dummy.models import Meal
from tests.factories import give_account, make_person

pytestmark = pytest.mark.django_db
NAME = "Cantine d’essai"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def lycee(lycee_a):
    """The canteen is off, with a meal and a file left in it."""
    with school(lycee_a):
        Meal.objects.create(served_on="2026-11-01", dish="Tarte")
        store("dummy")
        services.change(lycee_a, {"dummy": {"enabled": False}}, actor=None)
        with connection.cursor() as cursor:  # as at the end of a transaction
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return lycee_a


@pytest.fixture
def referent(lycee):
    person = make_person(lycee, Role.DIGITAL_REFERENT)
    give_account(lycee, person)
    return person


def store(module):
    stored = StoredFile(module=module, kind="document", name="menu.txt", content_type="text/plain", size=5)
    stored.content.save("menu.txt", ContentFile(b"Tarte"), save=False)
    stored.save()
    return stored


def ask(establishment, actor, typed=NAME):
    with school(establishment):
        purging.ask(Modules(establishment), "dummy", typed=typed, actor=actor)


def the_day_comes():
    ModulePurge.objects.update(due_at=timezone.now() - timedelta(minutes=1))


def run_due(monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(tasks.purge_slice, "delay", lambda pks: tasks.purge_slice(pks))
    with django_capture_on_commit_callbacks(execute=True):
        return tasks.purge_due()


@pytest.fixture
def run(monkeypatch, django_capture_on_commit_callbacks):
    return lambda: run_due(monkeypatch, django_capture_on_commit_callbacks)


# --- asking ----------------------------------------------------------------------------------------------
def test_it_is_planned_in_thirty_days(lycee, referent):
    ask(lycee, referent)
    left = ModulePurge.objects.get().due_at - timezone.now()
    assert timedelta(days=29) < left <= timedelta(days=30)


@pytest.mark.parametrize("typed", ["cantine d'essai", "  CANTINE   d’essai "])
def test_the_name_is_understood(lycee, referent, typed):
    ask(lycee, referent, typed)
    assert ModulePurge.objects.exists()


@pytest.mark.parametrize("typed", ["", "dummy", "Cantine"])
def test_another_name_is_refused(lycee, referent, typed):
    with pytest.raises(DomainError, match="Écrivez"):
        ask(lycee, referent, typed)
    assert not ModulePurge.objects.exists()


def test_the_name_is_the_one_that_the_school_gave(lycee, referent):
    with school(lycee):
        services.change(lycee, {"dummy": {"name": "Le self"}}, actor=None)
    ask(lycee, referent, "le self")
    assert ModulePurge.objects.exists()


def test_it_is_written_in_both_journals(lycee, referent):
    ask(lycee, referent)
    assert RegionalAuditEntry.objects.latest("pk").action == "schemas.purge_planned"
    with school(lycee):
        entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.actor_name) == ("modules.purge_plan", referent.full_name)


def test_a_module_that_is_on_is_refused(lycee_a):
    with pytest.raises(DomainError, match="Désactivez"):
        ask(lycee_a, None)


def test_a_required_module_is_refused(lycee):
    Policy.objects.create(module="dummy", effect="require")
    with pytest.raises(DomainError, match="impose"):
        ask(lycee, None)


def test_a_module_without_tables_is_refused(lycee):
    engine.purge(lycee, "dummy")
    with pytest.raises(DomainError, match="rien à supprimer"):
        ask(lycee, None)


def test_what_another_module_stands_on_is_refused(lycee, monkeypatch):
    real = registry.manifests()
    changed = {**real, "news": replace(real["news"], depends_on=("dummy",))}
    monkeypatch.setattr(registry, "manifests", lambda: changed)
    with pytest.raises(DomainError, match="Actualités s’appuie"):
        ask(lycee, None)


def test_the_core_is_refused(lycee):
    with school(lycee):
        assert purging.refusal(Modules(lycee), "people")


def test_what_is_lost_is_counted(lycee):
    with school(lycee):
        found = purging.loss(lycee, "dummy")
    assert ([kind.number for kind in found.kinds], found.files, found.size) == ([1], 1, 5)


def test_asking_twice_plans_once(lycee, referent):
    ask(lycee, referent)
    ask(lycee, referent)
    assert ModulePurge.objects.count() == 1


# --- calling off -----------------------------------------------------------------------------------------
def test_it_is_called_off(lycee, referent):
    ask(lycee, referent)
    with school(lycee):
        purging.cancel(Modules(lycee), "dummy", actor=referent)
    assert ModulePurge.objects.get().state == "cancelled"
    assert RegionalAuditEntry.objects.latest("pk").action == "schemas.purge_cancelled"


def test_what_the_region_asked_is_not_called_off_by_the_school(lycee, referent):
    purges.plan([lycee.uai], "dummy", NAME, asker=purges.Asker(by_region=True))
    with school(lycee), pytest.raises(DomainError, match="La région l’a demandée"):
        purging.cancel(Modules(lycee), "dummy", actor=referent)


@pytest.mark.parametrize("by_region", [True, False])
def test_switching_on_calls_it_off(lycee, referent, by_region):
    purges.plan([lycee.uai], "dummy", NAME, asker=purges.Asker(by_region=by_region))
    with school(lycee):
        services.change(lycee, {"dummy": {"enabled": True}}, actor=referent)
        assert AuditEntry.objects.latest("pk").action == "modules.purge_cancel"
    assert ModulePurge.objects.get().state == "cancelled"


def test_switching_something_else_on_leaves_it(lycee, referent):
    ask(lycee, referent)
    with school(lycee):
        services.change(lycee, {"news": {"enabled": False}}, actor=None)
        services.change(lycee, {"news": {"enabled": True}}, actor=None)
    assert ModulePurge.objects.get().state == "planned"


# --- doing -----------------------------------------------------------------------------------------------
def test_nothing_happens_before_the_day(lycee, referent, run):
    ask(lycee, referent)
    assert run() == 0
    assert table_exists(lycee.schema_name, "dummy_meal")


def test_on_the_day_the_tables_go(lycee, referent, run):
    ask(lycee, referent)
    the_day_comes()
    assert run() == 1
    assert not table_exists(lycee.schema_name, "dummy_meal")
    assert "dummy" not in engine.installed_labels(lycee.uai)
    assert ModulePurge.objects.get().state == "done"


def test_its_files_go_with_their_bytes(lycee, referent, run):
    with school(lycee):
        kept = store("news")
        gone = StoredFile.objects.get(module="dummy").content.name
    ask(lycee, referent)
    the_day_comes()
    run()
    with school(lycee):
        assert list(StoredFile.objects.values_list("pk", flat=True)) == [kept.pk]
        assert not default_storage.exists(gone)
        assert default_storage.exists(kept.content.name)


def test_what_was_lost_is_kept_in_numbers(lycee, referent, run):
    ask(lycee, referent)
    the_day_comes()
    run()
    assert ModulePurge.objects.get().lost == {"rows": 1, "files": 1}
    assert RegionalAuditEntry.objects.latest("pk").action == "schemas.purge_done"
    with school(lycee):
        assert AuditEntry.objects.latest("pk").action == "modules.purge"


def test_the_module_comes_back_empty(lycee, referent, run):
    ask(lycee, referent)
    the_day_comes()
    run()
    with school(lycee):
        services.change(lycee, {"dummy": {"enabled": True}}, actor=None)
        assert Modules(lycee)["dummy"].enabled
        assert not Meal.objects.exists()


def test_a_forbidden_module_that_was_chosen_is_off_afterwards(lycee, run):
    with school(lycee):
        ModuleChoice.objects.filter(slug="dummy").update(enabled=True)
    Policy.objects.create(module="dummy", effect="forbid")
    ask(lycee, None)
    the_day_comes()
    run()
    with school(lycee):
        assert not ModuleChoice.objects.get(slug="dummy").enabled
    assert not EnabledModule.objects.get(uai=lycee.uai, module="dummy").enabled


def test_it_ends_what_a_killed_run_had_begun(lycee, referent, run):
    ask(lycee, referent)
    the_day_comes()
    engine.purge(lycee, "dummy")
    run()
    with school(lycee):
        assert not StoredFile.objects.filter(module="dummy").exists()
    assert ModulePurge.objects.get().state == "done"


def test_a_module_that_is_on_meanwhile_is_spared(lycee, referent, run):
    ask(lycee, referent)
    with school(lycee):
        ModuleChoice.objects.filter(slug="dummy").update(enabled=True)
    the_day_comes()
    run()
    assert ModulePurge.objects.get().state == "cancelled"
    assert table_exists(lycee.schema_name, "dummy_meal")


def test_a_school_that_closed_is_left_alone(lycee, referent, run):
    ask(lycee, referent)
    the_day_comes()
    type(lycee).objects.filter(pk=lycee.pk).update(lifecycle="archived")
    run()
    assert ModulePurge.objects.get().state == "cancelled"


def test_a_failure_is_kept_and_tried_again(lycee, referent, run, monkeypatch):
    ask(lycee, referent)
    the_day_comes()
    with monkeypatch.context() as broken:
        broken.setattr(engine, "purge", lambda *args: 1 / 0)
        run()
    assert "ZeroDivisionError" in ModulePurge.objects.get().error
    assert run() == 1
    assert ModulePurge.objects.get().state == "done"


def test_a_busy_school_is_taken_again(lycee, referent, monkeypatch):
    ask(lycee, referent)
    the_day_comes()

    def busy(*args):
        raise Conflict("schema-busy", "Occupé.")

    monkeypatch.setattr(purging, "execute", busy)
    again = []
    monkeypatch.setattr(tasks.purge_slice, "retry", lambda **options: again.append(options["args"]) or RuntimeError)
    pk = ModulePurge.objects.get().pk
    with pytest.raises(RuntimeError):
        tasks.purge_slice([pk])
    assert again == [([pk],)]
    assert ModulePurge.objects.get().state == "planned"


def test_they_are_handed_out_in_slices(lycee, monkeypatch):
    purges.plan([f"{n:07d}A" for n in range(120)], "dummy", NAME, asker=purges.Asker())
    the_day_comes()
    sent = []
    monkeypatch.setattr(tasks.purge_slice, "delay", lambda pks: sent.append(len(pks)))
    assert tasks.purge_due() == 120
    assert sent == [50, 50, 20]


# --- the référent's pages --------------------------------------------------------------------------------
@pytest.fixture
def client(lycee, as_person):
    return as_person(lycee, "digital_referent")[0]


def url(name):
    return reverse(f"modules:{name}", args=["dummy"])


def text(response):
    return response.content.decode().replace("\xa0", " ")


def test_the_page_counts_what_is_lost(client):
    page = text(client.get(url("purge")))
    assert "Fichiers" in page
    assert "Repas" in page


def test_the_page_plans_and_the_module_says_so(client):
    page = text(client.post(url("purge"), {"name": NAME}, follow=True))
    assert "La suppression est prévue" in page
    assert "Ce que le module contient sera supprimé" in page
    assert "suppression du contenu prévue" in text(client.get(reverse("modules:index")))


def test_the_wrong_name_is_told_beside_its_field(client):
    response = client.post(url("purge"), {"name": "x"})
    assert response.status_code == 422
    assert not ModulePurge.objects.exists()


def test_the_page_calls_it_off(client):
    client.post(url("purge"), {"name": NAME})
    assert "Rien ne sera supprimé" in text(client.post(url("purge_cancel"), follow=True))
    with region():
        assert ModulePurge.objects.get().state == "cancelled"


def test_a_module_that_is_on_says_why_not(lycee_a, as_person):
    client, _person = as_person(lycee_a, "digital_referent")
    assert "Désactivez" in text(client.get(url("purge")))


def test_a_teacher_finds_nothing(lycee, as_person):
    client, _person = as_person(lycee, "teacher")
    assert client.get(url("purge")).status_code in {403, 404}

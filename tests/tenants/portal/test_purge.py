"""The region asks for what a module holds to be destroyed in one school."""

import pytest

from core.modules import services
from tenants.policies.models import EnabledModule, Policy
from tenants.schemas.context import school
from tenants.schemas.models import ModulePurge

pytestmark = pytest.mark.django_db
NAME = "Cantine d’essai"


def text(response) -> str:
    return response.content.decode().replace("\xa0", " ")


@pytest.fixture
def lycee(lycee_a):
    with school(lycee_a):
        services.change(lycee_a, {"dummy": {"enabled": False}}, actor=None)
    return lycee_a


def page(establishment, end="supprimer/"):
    return f"/console/etablissements/{establishment.uai}/modules/dummy/{end}"


def test_the_school_shows_its_modules(regional, lycee):
    shown = text(regional().get(f"/console/etablissements/{lycee.uai}/"))
    assert NAME in shown
    assert page(lycee) in shown


def test_support_is_offered_no_destruction(regional, lycee):
    assert page(lycee) not in text(regional("support").get(f"/console/etablissements/{lycee.uai}/"))


def test_it_is_planned_for_who_types_the_name(regional, lycee):
    client = regional()
    assert "Ce qui sera perdu" in text(client.get(page(lycee)))
    shown = text(client.post(page(lycee), {"name": "cantine d'essai"}, follow=True))
    assert "suppression du contenu prévue" in shown
    assert ModulePurge.objects.get().by_region


def test_another_name_is_refused_beside_its_field(regional, lycee):
    assert regional().post(page(lycee), {"name": "x"}).status_code == 422
    assert not ModulePurge.objects.exists()


def test_a_module_that_is_on_says_why_not(regional, lycee):
    with school(lycee):
        services.change(lycee, {"dummy": {"enabled": True}}, actor=None)
    assert "Le module est activé" in text(regional().get(page(lycee)))
    assert regional().post(page(lycee), {"name": NAME}).status_code == 422


def test_a_required_module_says_why_not(regional, lycee):
    Policy.objects.create(module="dummy", effect="require")
    assert "La région impose" in text(regional().get(page(lycee)))


def test_it_is_called_off(regional, lycee):
    client = regional()
    client.post(page(lycee), {"name": NAME})
    assert "Rien ne sera supprimé" in text(client.post(page(lycee, "supprimer/annuler/"), follow=True))
    assert ModulePurge.objects.get().state == "cancelled"


def test_nothing_to_call_off_is_told(regional, lycee):
    assert "Aucune suppression" in text(regional().post(page(lycee, "supprimer/annuler/"), follow=True))


def test_a_module_that_the_school_does_not_hold_is_not_there(regional, row):
    assert regional().get(page(row(lifecycle="active"))).status_code == 404


def test_a_school_outside_ones_scope_is_not_there(regional, lycee):
    client = regional("administrator", "departement", "057")
    assert client.post(page(lycee), {"name": NAME}).status_code == 404
    assert not ModulePurge.objects.exists()


# --- many schools ------------------------------------------------------------------------------------------
MANY = "/console/modules/dummy/supprimer/"


def test_the_number_of_schools_is_shown_with_what_is_left_aside(regional, lycee, college_b):
    EnabledModule.objects.update_or_create(uai=college_b.uai, module="dummy", defaults={"enabled": True})
    shown = text(regional().get(MANY))
    assert "1 établissement concerné" in shown
    assert "Le module est activé." in shown


def test_it_is_planned_wherever_it_may_be(regional, lycee, college_b):
    EnabledModule.objects.update_or_create(uai=college_b.uai, module="dummy", defaults={"enabled": True})
    shown = text(regional().post(MANY, {"name": NAME, "count": "1"}, follow=True))
    assert "prévue dans 1 établissement." in shown
    assert "la prochaine" in shown
    assert list(ModulePurge.objects.values_list("uai", flat=True)) == [lycee.uai]


@pytest.mark.parametrize("data", [{"name": NAME, "count": "7"}, {"name": "x", "count": "2"}, {"count": "2"}])
def test_another_number_or_name_plans_nothing(regional, lycee, college_b, data):
    EnabledModule.objects.filter(uai=college_b.uai, module="dummy").update(enabled=False)
    assert regional().post(MANY, data).status_code == 422
    assert not ModulePurge.objects.exists()


def test_filters_narrow_the_schools(regional, lycee, college_b):
    EnabledModule.objects.filter(uai=college_b.uai, module="dummy").update(enabled=False)
    assert "1 établissement concerné" in text(regional().get(f"{MANY}?type=college"))


def test_an_administrator_of_a_part_reaches_that_part(regional, lycee, college_b):
    client = regional("administrator", "departement", "067")
    client.post(MANY, {"name": NAME, "count": "1"})
    assert list(ModulePurge.objects.values_list("uai", flat=True)) == [lycee.uai]


def test_an_unknown_module_is_not_there(regional):
    assert regional().get("/console/modules/gone/supprimer/").status_code == 404

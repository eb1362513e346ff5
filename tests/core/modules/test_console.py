"""The référent's console: every change shown before, effective at once, audited, undone."""

import re

import pytest
from django.urls import reverse

from core.audit.models import AuditEntry
from core.modules.models import ChangeSet, ModuleChoice
from core.people.choices import STAFF, Role
from tenants.policies.models import Policy
from tenants.schemas.context import region, school

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"modules:{name}", args=args)


def version(referent, slug="news"):
    with school(referent.school):
        return ModuleChoice.objects.get(slug=slug).version


def post(referent, page, slug="news", **data):
    return referent.client.post(url(page, slug), {"version": version(referent, slug), **data})


def apply(referent, response, **data):
    """Press « Appliquer » on the page that shows the difference."""
    proposal = re.search(r'name="proposal" value="([^"]+)"', response.content.decode())[1]
    return referent.client.post(url("apply"), {"proposal": proposal, **data}, follow=True)


def last_audit(referent):
    with school(referent.school):
        return AuditEntry.objects.latest("pk").action


def undo(referent):
    with school(referent.school):
        done = ChangeSet.objects.latest("pk")
    return referent.client.post(url("undo", done.pk))


NOTIFICATIONS = {
    "published-rule": "forced",
    "published-channels": ["in_app"],
    "published-importance": "important",
    "urgent-rule": "default",
    "urgent-channels": ["in_app", "email", "push"],
    "urgent-importance": "urgent",
    "to_review-rule": "default",
    "to_review-channels": ["in_app", "email"],
    "to_review-importance": "normal",
    "sent_back-rule": "default",
    "sent_back-channels": ["in_app", "email"],
    "sent_back-importance": "normal",
}


def test_switching_news_off_is_shown_before(referent, now):
    page = post(referent, "activation", enabled="0").content.decode()
    assert "activé" in page
    assert "désactivé" in page
    assert now()["news"].enabled


def test_switching_news_off_takes_effect_at_once(referent, as_person):
    reader, _person = as_person(referent.school, "pupil")
    apply(referent, post(referent, "activation", enabled="0"))
    assert reader.get("/actualites/").status_code == 404


def test_switching_news_off_takes_it_out_of_the_menu(referent):
    apply(referent, post(referent, "activation", enabled="0"))
    assert "/actualites/" not in referent.client.get(url("index")).content.decode()


def test_switching_news_off_and_on_again(referent, now):
    apply(referent, post(referent, "activation", enabled="0"))
    apply(referent, post(referent, "activation", enabled="1"))
    assert now()["news"].enabled


def test_switching_is_audited_and_undone(referent, now):
    apply(referent, post(referent, "activation", enabled="0"))
    assert last_audit(referent) == "modules.disable"
    undo(referent)
    assert (now()["news"].enabled, last_audit(referent)) == (True, "modules.undo")


def test_renaming_shows_in_the_menu_at_once(referent):
    page = apply(referent, post(referent, "general", name="La gazette", icon="newspaper"))
    assert page.content.decode().count("La gazette") >= 1
    assert "La gazette" in referent.client.get(url("history")).content.decode()


def test_renaming_is_undone(referent, now):
    apply(referent, post(referent, "general", name="La gazette", icon="megaphone"))
    undo(referent)
    assert (now()["news"].name, now()["news"].icon) == ("Actualités", "newspaper")


def staff_only(referent, now):
    state = now()["news"]
    data = {f"grant_{slug}": sorted(roles) for slug, roles in state.grants.items()}
    return post(referent, "access", roles=sorted(STAFF), **data)


def test_limiting_to_staff_is_shown_in_words(referent, now):
    page = staff_only(referent, now).content.decode()
    assert "tous (" in page
    assert "le personnel (" in page


def test_limiting_to_staff_shuts_families_out_at_once(referent, now, as_person):
    family, _person = as_person(referent.school, "guardian")
    apply(referent, staff_only(referent, now))
    assert family.get("/actualites/").status_code == 404


def test_limiting_to_staff_is_undone(referent, now, as_person):
    apply(referent, staff_only(referent, now))
    undo(referent)
    assert now()["news"].roles == frozenset(Role.values)


def test_notification_rule_is_changed_and_undone(referent, now):
    page = post(referent, "notifications", **NOTIFICATIONS)
    assert "personne ne peut la couper" in page.content.decode()
    apply(referent, page)
    assert now()["news"].notifications["published"]["rule"] == "forced"
    undo(referent)
    assert now()["news"].notifications["published"]["rule"] == "default"


def test_notification_without_channel_is_refused_beside_its_field(referent):
    response = post(referent, "notifications", **(NOTIFICATIONS | {"published-channels": []}))
    assert response.status_code == 422
    assert "au moins un moyen" in response.content.decode()


def test_a_role_is_told_by_other_channels_and_a_mail_at_its_own_pace(referent, now):
    parts = {"published-pace-email": "weekly", "published-apart": "on", "published-role-pupil": ["push"]}
    page = post(referent, "notifications", **NOTIFICATIONS, **parts)
    assert "Pour les élèves" in page.content.decode()
    apply(referent, page)
    stored = now()["news"].notifications["published"]
    assert (stored["frequencies"], stored["roles"]["pupil"]) == ({"email": "weekly"}, ["push"])


def test_channels_by_role_count_only_when_they_are_asked_for(referent, now):
    apply(referent, post(referent, "notifications", **NOTIFICATIONS, **{"published-role-pupil": ["push"]}))
    assert now()["news"].notifications["published"]["roles"] == {}


def test_setting_is_changed_from_its_generated_form(referent, now):
    page = post(referent, "options", default_days="30", large_audience="300", direct_publish=["management"])
    apply(referent, page)
    assert now()["news"].settings["default_days"] == 30


@pytest.mark.parametrize("days", ["", "-1", "366", "1e3", "douze", "9" * 400])
def test_setting_refuses_nonsense(referent, days):
    assert post(referent, "options", default_days=days, large_audience="300").status_code == 422


def test_outdated_form_is_refused(referent):
    response = post(referent, "general", name="La gazette", icon="newspaper", version="41")
    assert response.status_code == 422
    assert "entre-temps" in response.content.decode()


def test_two_people_applying_the_same_change_are_told(referent, now):
    page = post(referent, "general", name="La gazette", icon="newspaper")
    apply(referent, page)
    assert "entre-temps" in apply(referent, page).content.decode()


def test_forbidden_module_is_shown_with_its_reason(referent):
    with region():
        Policy.objects.create(module="news", effect="forbid", note="En attente de la CNIL")
    page = referent.client.get(url("index")).content.decode()
    assert "Interdit par la région" in page
    assert "En attente de la CNIL" in page


def test_forbidden_module_answers_404_at_once(referent, as_person):
    reader, _person = as_person(referent.school, "teacher")
    with region():
        Policy.objects.create(module="news", scope="type", scope_value="lycee", effect="forbid")
    assert reader.get("/actualites/").status_code == 404


def test_required_module_offers_no_switch(referent):
    with region():
        Policy.objects.create(module="news", effect="require")
    page = referent.client.get(url("index")).content.decode()
    assert url("activation", "news") not in page


def test_forced_switch_of_a_required_module_is_refused(referent, now):
    with region():
        Policy.objects.create(module="news", effect="require", note="Pour tous")
    response = referent.client.post(
        url("activation", "news"), {"enabled": "0", "version": version(referent)}, follow=True
    )
    assert "Pour tous" in response.content.decode()


def test_locked_setting_is_shown_locked(referent):
    with region():
        Policy.objects.create(
            module="news",
            effect="keep",
            defaults={"default_days": 20},
            locked=["default_days"],
            note="Charte",
        )
    page = referent.client.get(url("options", "news")).content.decode()
    assert "Verrouillé par la région" in page
    assert "Charte" in page
    assert re.search(r'name="default_days"[^>]*disabled', page)


def test_locked_setting_ignores_what_is_posted(referent, now):
    with region():
        Policy.objects.create(module="news", effect="keep", defaults={"default_days": 20}, locked=["default_days"])
    post(referent, "options", default_days="3", large_audience="300", direct_publish=["management"])
    assert now()["news"].settings["default_days"] == 20


def test_order_moves_without_changing_anything(referent, now):
    slugs = [state.slug for state in now().offered()]
    data = {"order": slugs, "move": f"down:{slugs[0]}"} | {f"version_{s}": version(referent, s) for s in slugs}
    page = referent.client.post(url("order"), data).content.decode()
    shown = re.findall(r'name="order" value="(\w+)"', page)
    assert shown == [slugs[1], slugs[0], *slugs[2:]]
    assert [state.slug for state in now().offered()] == slugs


def test_order_is_applied(referent, now):
    slugs = [state.slug for state in now().offered()][::-1]
    data = {"order": slugs} | {f"version_{s}": version(referent, s) for s in slugs}
    apply(referent, referent.client.post(url("order"), data))
    assert [state.slug for state in now().offered()] == slugs


def test_preset_page_leads_back(referent, now):
    apply(referent, post(referent, "general", name="La gazette", icon="newspaper"))
    apply(referent, referent.client.get(url("preset")))
    assert now()["news"].name == "Actualités"


def test_undo_page_shows_what_comes_back(referent):
    apply(referent, post(referent, "general", name="La gazette", icon="newspaper"))
    with school(referent.school):
        done = ChangeSet.objects.latest("pk")
    page = referent.client.get(url("undo", done.pk)).content.decode()
    assert page.index("La gazette") < page.rindex("Actualités")


def test_undo_that_conflicts_is_explained(referent):
    apply(referent, post(referent, "general", name="La gazette", icon="newspaper"))
    with school(referent.school):
        done = ChangeSet.objects.latest("pk")
    apply(referent, post(referent, "general", name="Le canard", icon="newspaper"))
    page = referent.client.post(url("undo", done.pk), follow=True).content.decode()
    assert "Annulez d’abord ce changement-là" in page


def test_apply_returns_only_to_this_host(referent):
    page = post(referent, "general", name="La gazette", icon="newspaper")
    proposal = re.search(r'name="proposal" value="([^"]+)"', page.content.decode())[1]
    response = referent.client.post(url("apply"), {"proposal": proposal, "back": "//evil.example/"})
    assert response.url == url("index")


PAGES = [
    ("index",),
    ("order",),
    ("preset",),
    ("history",),
    ("general", "news"),
    ("access", "news"),
    ("options", "news"),
    ("notifications", "news"),
    ("module_history", "news"),
    ("options", "people"),
]


@pytest.mark.parametrize("page", PAGES, ids="-".join)
def test_page_answers_the_referent(referent, page):
    assert referent.client.get(url(*page)).status_code == 200


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"management", "digital_referent"}))
def test_others_find_no_console(lycee_a, as_person, role):
    client, _person = as_person(lycee_a, role)
    assert client.get(url("index")).status_code == 404


@pytest.mark.parametrize("name", ["general", "access", "options", "notifications", "module_history"])
def test_unknown_module_is_not_found(referent, name):
    assert referent.client.get(url(name, "nothing")).status_code == 404


def test_areas_of_core_have_no_switch(referent):
    response = referent.client.post(url("activation", "people"), {"enabled": "0", "version": "0"}, follow=True)
    assert "toujours là" in response.content.decode()


def test_index_takes_the_same_queries_whatever_the_modules(referent, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        referent.client.get(url("index"))

"""Each system check fails on a manifest that is broken in its way, and only then."""

from dataclasses import replace

import pytest
from django.db import models

from core.modules import registry
from core.modules.checks import manifests_hold, problems
from core.modules.checks import models as model_checks
from core.modules.checks import views as view_checks
from core.modules.checks.common import Subject
from core.modules.contract import (
    Channel,
    Feature,
    Frequency,
    IntSetting,
    Job,
    NavItem,
    Permission,
)
from core.modules.routes import Route
from core.permissions.guards import open_to_all, requires, signed_in

DUMMY = registry.get("dummy")
PACKAGE = registry.packages()["dummy"]


def found(manifest=DUMMY, package=PACKAGE):
    return {problem.id.removeprefix("modules.") for problem in problems(Subject(manifest, package))}


def with_widget(**fields):
    return {"widgets": (replace(DUMMY.widgets[0], **fields),)}


def with_kind(**fields):
    return {"notifications": (replace(DUMMY.notifications[0], **fields),)}


def with_find(number=0, **fields):
    return {"search": (replace(DUMMY.search[number], **fields),)}


def with_retention(**fields):
    return {"retention": (replace(DUMMY.retention[0], **fields), *DUMMY.retention[1:])}


BROKEN = [
    ("E101", {"name": " "}),
    ("E101", {"description": ""}),
    ("E102", {"path": "Ma Cantine"}),
    ("E102", {"path": "actualites"}),
    ("E102", {"core": True}),
    ("E103", {"roles": (*DUMMY.roles, "wizard")}),
    ("E103", {"school_types": ("university",)}),
    ("E103", {"school_types": ()}),
    ("E103", {"preset": ("ecole",)}),
    ("E104", {"depends_on": ("nothing",)}),
    ("E104", {"depends_on": ("people",)}),
    ("E104", {"depends_on": ("dummy",)}),
    ("E105", {"permissions": (*DUMMY.permissions, Permission(slug="view", label="Voir"))}),
    ("E105", {"role_defaults": {"partner": ("view",)}}),
    ("E105", {"role_defaults": {"teacher": ("fly",)}}),
    ("E106", {"settings": (*DUMMY.settings, DUMMY.settings[0])}),
    ("E106", {"settings": (IntSetting(key="n", label="N", default=9, maximum=5),)}),
    ("E106", {"settings": (IntSetting(key="Two Words", label="N"),)}),
    ("E106", {"settings": (IntSetting(key="number", label=""),)}),
    ("E107", {"navigation": (NavItem(label="X", url_name="dummy:nowhere", permission="dummy.view"),)}),
    ("E107", {"navigation": (NavItem(label="X", url_name="dummy:list", permission="news.view"),)}),
    ("E108", with_widget(permission="dummy.fly")),
    ("E108", with_widget(template="dummy/widgets/nothing.html")),
    ("E108", with_widget(roles=("partner",))),
    ("E108", {"widgets": DUMMY.widgets * 2}),
    ("E108", with_widget(on_request=("pupil",))),
    ("E108", with_widget(on_request=("partner",))),
    ("E108", with_widget(weights={"partner": 1})),
    ("E108", with_widget(school_types=("ecole",))),
    ("E108", with_widget(rows=0)),
    ("E108", with_widget(rows=40)),
    ("E108", with_widget(label="")),
    ("E109", with_kind(label="")),
    ("E109", with_kind(channels=())),
    ("E109", with_kind(roles=("partner",))),
    ("E109", with_kind(title=" ")),
    ("E109", with_kind(title="Au menu : %(wine)s")),
    ("E109", with_kind(text="Cent pour cent : %")),
    ("E109", with_kind(title_many="Des menus composés")),
    ("E109", with_kind(sample={})),
    ("E109", with_kind(audience="core.nowhere.at_all")),
    ("E109", with_kind(role_channels={"partner": (Channel.EMAIL,)})),
    ("E109", with_kind(replaces=("nothing",))),
    ("E109", with_kind(replaces=("planned",))),
    ("E109", with_kind(frequencies={Channel.EMAIL: Frequency.NEVER})),
    ("E109", with_kind(frequencies={Channel.IN_APP: Frequency.DAILY})),
    ("E109", {"notifications": DUMMY.notifications * 2}),
    ("E110", {"icon": "no-such-icon"}),
    ("E110", {"navigation": (replace(DUMMY.navigation[0], icon="no-such-icon"),)}),
    ("E111", with_find(entries="tests.contract.dummy.hooks.nothing")),
    ("E111", with_find(visible="nowhere")),
    ("E111", {"demo": "tests.contract.dummy.models"}),
    ("E111", {"banner": "nowhere"}),
    ("E111", with_widget(render="tests.contract.dummy.hooks.nothing")),
    ("E111", {"jobs": (replace(DUMMY.jobs[0], task="nowhere.at_all"),)}),
    ("E112", {"impersonal_models": ()}),
    ("E112", {"impersonal_models": ("dummy.Allergen", "dummy.Ghost")}),
    ("E112", {"impersonal_models": ("dummy.Allergen", "dummy.Meal")}),
    ("E112", {"personal_models": ("dummy.Meal",), "impersonal_models": ("dummy.Allergen", "dummy.Booking")}),
    ("E113", {"retention": DUMMY.retention[:1]}),
    ("E113", {"retention": DUMMY.retention * 2}),
    ("E113", {"export_person": ""}),
    ("E113", {"erase_person": ""}),
    ("E113", with_retention(basis="")),
    ("E113", with_retention(months=0, minimum=0)),
    ("E114", {"features": (*DUMMY.features, *DUMMY.features)}),
    ("E114", {"features": (Feature(slug="book", label=""),)}),
    ("E114", {"features": (Feature(slug="book", label="Réserver", permission="fly"),)}),
    ("E124", {"features": (*DUMMY.features, Feature(slug="invite", label="Inviter"))}),
    ("E124", {"features": ()}),
    ("E114", {"jobs": (Job(slug="x", label="X", task=DUMMY.jobs[0].task, every_minutes=0),)}),
    ("E117", with_widget(template="news/widgets/latest.html")),
    ("E120", with_retention(expired="", follows="")),
    ("E120", with_retention(follows="la fiche")),
    ("E120", with_retention(since="")),
    ("E120", with_retention(months=36)),
    ("E120", with_retention(setting="nothing")),
    ("E120", with_retention(expired="nowhere.at_all")),
    ("E120", with_retention(erase="nowhere.at_all")),
    ("E121", {"processing": None}),
    ("E121", {"processing": replace(DUMMY.processing, data=" ")}),
    ("E121", {"processing": replace(DUMMY.processing, purposes="x" * 301)}),
    ("E122", {"export_labels": {}}),
    ("E122", {"export_files": "nowhere.at_all"}),
    ("E122", {"export_to_guardian": "nowhere.at_all"}),
    ("E123", {"consents": DUMMY.consents * 2}),
    ("E123", {"consents": (replace(DUMMY.consents[0], text=""),)}),
    ("E119", with_find(label=" ")),
    ("E119", with_find(visible="")),
    ("E119", with_find(permission="news.view")),
    ("E119", with_find(icon="no-such-icon")),
    ("E119", with_find(entries="")),
    ("E119", with_find(matching="tests.contract.dummy.hooks.allergens_matching")),
    ("E119", with_find(model="people.Person")),
    ("E119", with_find(url_name="dummy:list")),
    ("E119", with_find(1, shown="")),
    ("E119", {"search": DUMMY.search * 2}),
    ("E119", {"pages": (replace(DUMMY.pages[0], label=""),)}),
    ("E119", {"pages": (replace(DUMMY.pages[0], url_name="dummy:nowhere"),)}),
    ("E119", {"pages": (replace(DUMMY.pages[0], permission="news.view"),)}),
]


def test_dummy_passes():
    assert found() == set()


@pytest.mark.parametrize(("number", "changes"), BROKEN, ids=lambda value: str(value)[:60])
def test_broken_manifest_fails(number, changes):
    assert number in found(replace(DUMMY, **changes))


def test_label_that_is_not_the_slug_fails():
    assert "E101" in found(replace(DUMMY, slug="canteen"))


def test_package_that_is_not_installed_fails():
    assert "E101" in found(package="tests.contract.elsewhere")


def test_slug_of_another_alphabet_fails():
    assert "E101" in found(replace(DUMMY, slug="Ma cantine"))


def test_circle_of_dependencies_fails(monkeypatch):
    news = replace(registry.get("news"), depends_on=("dummy",))
    circle = {**registry.manifests(), "news": news}
    monkeypatch.setattr(registry, "manifests", lambda: circle)
    assert "E104" in found(replace(DUMMY, depends_on=("news",)))


def test_dependency_that_suits_fewer_schools_fails(monkeypatch):
    news = replace(registry.get("news"), depends_on=("dummy",))
    ids = {problem.id for problem in problems(Subject(news, registry.packages()["news"]))}
    assert "modules.E104" in ids


@pytest.mark.parametrize(
    ("rule", "broken"),
    [(models.CASCADE, True), (models.SET_NULL, True), (models.PROTECT, True), (None, False)],
    ids=["cascade", "set_null", "protect", "if_installed"],
)
def test_key_to_core_must_know_of_absent_tables(rule, broken, monkeypatch):
    from tests.contract.dummy.models import Booking

    field = Booking._meta.get_field("person")
    if rule:
        monkeypatch.setattr(field.remote_field, "on_delete", rule)
    assert bool(list(model_checks.keys(Subject(DUMMY, PACKAGE)))) == broken


def test_key_to_a_module_must_be_declared(monkeypatch):
    monkeypatch.setattr(registry, "modules", lambda: {"people": DUMMY})
    messages = [problem.msg for problem in model_checks.keys(Subject(DUMMY, PACKAGE))]
    assert any("does not depend on" in message for message in messages)


def view(request):
    raise AssertionError


@pytest.mark.parametrize(
    ("guarded", "broken"),
    [
        (view, True),
        (open_to_all(lambda request: view(request)), True),
        (requires("news.view")(view), True),
        (requires("dummy.view")(view), False),
        (signed_in(view), False),
    ],
    ids=["unguarded", "open", "another-module", "own", "member"],
)
def test_guard_must_be_the_modules_own(guarded, broken, monkeypatch):
    route = Route("dummy:x", "dummy", "x/", guarded, {})
    monkeypatch.setattr(view_checks, "routes_of", lambda slug: [route])
    assert ("E116" in found()) == broken


def test_template_outside_its_folder_fails(tmp_path, monkeypatch):
    from django.apps import apps

    (tmp_path / "templates" / "elsewhere").mkdir(parents=True)
    monkeypatch.setattr(apps.get_app_config("dummy"), "path", str(tmp_path))
    assert "E117" in found()


def test_area_of_core_depends_on_no_module():
    manifest = replace(registry.get("people"), depends_on=("news",))
    ids = {problem.id for problem in problems(Subject(manifest, "core.people"))}
    assert "modules.E104" in ids


def test_checks_run_with_djangos_own():
    assert manifests_hold(None) == [
        problem
        for slug, manifest in registry.manifests().items()
        for problem in problems(Subject(manifest, registry.packages()[slug]))
    ]


def test_two_manifests_with_one_slug_stop_the_start(settings):
    settings.MODULES = ["tests.contract.dummy", "tests.contract.dummy"]
    registry.manifests.cache_clear()
    try:
        with pytest.raises(ValueError, match="two manifests"):
            registry.manifests()
    finally:
        registry.manifests.cache_clear()


def test_every_check_is_in_the_documentation():
    import re
    from pathlib import Path

    from django.conf import settings

    root = Path(settings.BASE_DIR)
    sources = "".join(path.read_text() for path in (root / "core" / "modules" / "checks").glob("*.py"))
    used = set(re.findall(r"error\(\s*(\d{3})", sources))
    assert used == set(re.findall(r"modules\.E(\d{3})", (root / "docs" / "adding-a-module.md").read_text()))


def test_every_part_of_the_manifest_is_in_the_documentation():
    from dataclasses import fields
    from pathlib import Path

    from django.conf import settings

    text = (Path(settings.BASE_DIR) / "docs" / "adding-a-module.md").read_text()
    assert [field.name for field in fields(DUMMY) if f"`{field.name}`" not in text] == ["core"]


def test_dummy_exercises_every_part_of_the_contract():
    from dataclasses import fields

    empty = {field.name for field in fields(DUMMY) if not getattr(DUMMY, field.name)}
    assert empty == {"core", "depends_on"}

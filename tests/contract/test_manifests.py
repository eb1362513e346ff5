"""What every manifest owes, whatever its module does."""

import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template

from core.modules import registry
from core.modules.checks import problems
from core.modules.checks.common import Subject
from core.modules.fields import field_for
from core.modules.words import notification


def test_manifest_passes_every_check(manifest):
    assert problems(Subject(manifest, registry.packages()[manifest.slug])) == []


def test_settings_survive_their_form(manifest):
    for setting in manifest.settings:
        default = setting.clean(setting.default)
        field = field_for(setting)
        assert setting.clean(field.clean(field.prepare_value(default))) == default


def test_settings_refuse_nonsense(manifest):
    for setting in manifest.settings:
        with pytest.raises(ValueError, match=setting.key):
            setting.clean(object())


def test_notifications_are_said_in_words(manifest):
    for kind in manifest.notifications:
        rule = {
            "rule": "default",
            "channels": list(kind.channels),
            "importance": kind.importance,
            "frequencies": dict(kind.frequencies),
            "roles": dict(kind.role_channels),
        }
        assert str(kind.label).strip()
        assert notification(rule).endswith(".")


def test_texts_are_in_one_language(manifest):
    labels = [manifest.name, manifest.description, *(p.label for p in manifest.permissions)]
    assert all(str(label)[:1] == str(label)[:1].upper() for label in labels)


def test_templates_compile(module):
    folder = Path(apps.get_app_config(module.slug).path) / "templates"
    for template in folder.rglob("*.html"):
        get_template(str(template.relative_to(folder)))


def test_migrations_can_be_undone(module):
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    own = [m for key, m in loader.disk_migrations.items() if key[0] == module.slug]
    assert own or not list(apps.get_app_config(module.slug).get_models())
    assert all(operation.reversible for migration in own for operation in migration.operations)


def test_imports_between_modules_are_the_declared_ones():
    """import-linter's exceptions are what manifests depend on, and reach services and selectors only."""
    root = Path(settings.BASE_DIR)
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rule = next(c for c in contracts if c["type"] == "independence")
    edges, targets = set(), set()
    for line in rule.get("ignore_imports", []):
        source, _arrow, target = line.partition(" -> ")
        edges.add((source.split(".")[1], target.split(".")[1]))
        targets.add(target.split(".")[2])
    packages = registry.packages()
    declared = {
        (slug, other)
        for slug, manifest in registry.modules().items()
        for other in manifest.depends_on
        if packages[slug].startswith("modules.")
    }
    assert edges == declared
    assert targets <= {"services", "selectors"}


def test_every_kind_of_notification_reads_well(manifest):
    for kind in manifest.notifications:
        said = [str(kind.title) % kind.sample, str(kind.text) % kind.sample]
        assert said[0].strip()
        assert not any("%" in text or "  " in text for text in said)

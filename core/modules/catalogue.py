"""What the region may know of the modules, as plain data (tenants may not import core)."""

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.modules import registry, words
from core.modules.contract import Manifest, Setting
from core.modules.fields import field_for
from core.modules.presets import with_dependencies
from tenants.policies.catalogue import Entry, Option

# core.modules.state.LOCKABLE, with what each is called.
LOCKABLE = (
    ("name", _("le nom")),
    ("icon", _("l’icône")),
    ("roles", _("les profils à qui il est ouvert")),
    ("grants", _("les droits de chaque profil")),
    ("notifications", _("les règles de notification")),
)


def catalogue() -> dict[str, Entry]:
    """The modules, then the areas of core that have something to set."""
    core = [m for m in registry.manifests().values() if m.core and (m.settings or m.notifications)]
    return {manifest.slug: _entry(manifest) for manifest in [*registry.modules().values(), *core]}


def _entry(manifest: Manifest) -> Entry:
    return Entry(
        slug=manifest.slug,
        name=manifest.name,
        description=manifest.description,
        icon=manifest.icon,
        school_types=manifest.school_types,
        preset=manifest.preset,
        needs=() if manifest.core else tuple(with_dependencies(manifest.slug)),
        options=tuple(_option(setting) for setting in manifest.settings),
        lockable=_lockable_in_core(manifest) if manifest.core else LOCKABLE,
        core=manifest.core,
    )


def _lockable_in_core(manifest: Manifest) -> tuple[tuple[str, Any], ...]:
    return tuple(pair for pair in LOCKABLE if pair[0] == "notifications" and manifest.notifications)


def _option(setting: Setting) -> Option:
    return Option(
        key=setting.key,
        label=setting.label,
        help=setting.help,
        default=setting.clean(setting.default),
        field=partial(field_for, setting),
        clean=setting.clean,
        words=partial(words.setting, setting),
    )

"""What may be chosen for a module, whoever asks. Each refusal says why, and what to do."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.modules.contract import Channel, Frequency, Importance, Manifest, NotificationKind
from core.modules.state import Modules, ModuleState, default_settings
from core.modules.words import RULES
from core.people.choices import Role
from core.ui import icons

# The channels that may wait: the others speak at once.
PACED = (Channel.EMAIL, Channel.PUSH)


def clean(modules: Modules, slug: str, path: str, value: Any) -> Any:
    """The value as it is stored; None where it equals the default. Raises DomainError for a refusal."""
    state = modules[slug]
    if state.is_locked(path):
        raise DomainError("locked", with_reason(_("La région a verrouillé ce réglage."), state))
    root, _dot, key = path.partition(".")
    if state.manifest.core and root not in {"settings", "notifications"}:
        raise DomainError("core", _("Cette partie est toujours là\u00a0: seules ses options se règlent."))
    return _CLEANERS[root](modules, state, key, value)


def with_reason(sentence: str, state: ModuleState) -> str:
    """The sentence, then the region's own words when it gave some."""
    note = state.rule.note if state.rule else ""
    return f"{sentence} {_('Motif :')} {note}" if note else sentence


def _enabled(modules: Modules, state: ModuleState, key: str, value: Any) -> bool | None:
    name = {"name": state.name}
    if value and not modules.suits(state.manifest):
        raise DomainError("unsuited", _("%(name)s n’est pas fait pour ce type d’établissement.") % name)
    if value and state.forbidden:
        raise DomainError("forbidden", with_reason(_("La région interdit %(name)s ici.") % name, state))
    if not value and state.required:
        raise DomainError("required", with_reason(_("La région impose %(name)s ici.") % name, state))
    return True if value else None


def _name(modules: Modules, state: ModuleState, key: str, value: Any) -> str | None:
    name = " ".join(str(value or "").split())
    if len(name) > 40:
        raise DomainError("too-long", _("40 caractères au plus."), {"name": _("40 caractères au plus.")})
    if not name or name == str(state.manifest.name):
        return None
    taken = {s.name.casefold() for s in modules.states.values() if s.slug != state.slug}
    if name.casefold() in taken:
        message = _("Un autre module porte déjà ce nom.")
        raise DomainError("taken", message, {"name": message})
    return name


def _icon(modules: Modules, state: ModuleState, key: str, value: Any) -> str | None:
    if not value or value == state.manifest.icon:
        return None
    if value not in icons.names():
        message = _("Cette icône n’existe pas.")
        raise DomainError("unknown-icon", message, {"icon": message})
    return str(value)


def _position(modules: Modules, state: ModuleState, key: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10_000:
        raise DomainError("position", _("Cette place n’existe pas."))
    return value


def _roles(modules: Modules, state: ModuleState, key: str, value: Any) -> list[str] | None:
    chosen = frozenset(value) if value is not None else state.serves
    if not chosen <= state.serves:
        message = _("Ce module ne s’adresse pas à tous ces profils.")
        raise DomainError("roles", message, {"roles": message})
    if not chosen:
        message = _("Choisissez au moins un profil, ou désactivez le module.")
        raise DomainError("nobody", message, {"roles": message})
    return None if chosen == state.serves else sorted(chosen)


def _grants(modules: Modules, state: ModuleState, key: str, value: Any) -> list[str] | None:
    if key not in {permission.slug for permission in state.manifest.permissions}:
        raise DomainError("unknown", _("Ce droit n’existe pas."))
    default = default_grant(state.manifest, key)
    chosen = frozenset(value) if value is not None else default
    if not chosen <= state.serves:
        message = _("Ce module ne s’adresse pas à tous ces profils.")
        raise DomainError("roles", message, {f"grant_{key}": message})
    return None if chosen == default else sorted(chosen)


def default_grant(manifest: Manifest, permission: str) -> frozenset[str]:
    return frozenset(role for role, slugs in manifest.role_defaults.items() if permission in slugs)


def _settings(modules: Modules, state: ModuleState, key: str, value: Any) -> Any:
    try:
        definition = state.manifest.setting(key)
    except KeyError:
        raise DomainError("unknown", _("Ce réglage n’existe pas.")) from None
    default = default_settings(state.manifest, state.rule)[key]
    try:
        stored = definition.clean(default if value is None else value)
    except ValueError:
        message = _("Cette valeur ne convient pas.")
        raise DomainError("setting", message, {key: message}) from None
    return None if stored == definition.clean(default) else stored


def _notifications(modules: Modules, state: ModuleState, key: str, value: Any) -> dict[str, Any] | None:
    kind = next((kind for kind in state.manifest.notifications if kind.slug == key), None)
    if kind is None:
        raise DomainError("unknown", _("Cette notification n’existe pas."))
    if kind.always:
        sentence = _("Cette notification part toujours, par tous les moyens\u00a0: rien ne la change.")
        raise DomainError("always", sentence)
    default = default_notification(kind)
    chosen = {**default, **(value or {})}
    if chosen["rule"] not in RULES or chosen["importance"] not in list(Importance) or set(chosen) != set(default):
        raise DomainError("notification", _("Cette règle de notification n’existe pas."))
    chosen["channels"] = _in_order(chosen["channels"])
    chosen["frequencies"] = _frequencies(key, chosen["frequencies"])
    chosen["roles"] = _role_channels(kind, chosen["roles"], chosen["channels"])
    if not chosen["channels"] and not any(chosen["roles"].values()) and chosen["rule"] != "hidden":
        message = _("Choisissez au moins un moyen, ou supprimez cette notification.")
        raise DomainError("no-channel", message, {f"{key}-channels": message})
    if chosen["rule"] == "hidden" and chosen["importance"] == Importance.URGENT:
        message = _("Une notification urgente ne se supprime pas.")
        raise DomainError("urgent", message, {f"{key}-rule": message})
    changed = {part: chosen[part] for part in chosen if chosen[part] != default[part]}
    return changed or None


def default_notification(kind: NotificationKind) -> dict[str, Any]:
    """The rule that holds while the school has chosen nothing, as plain data."""
    return {
        "rule": "default",
        "channels": [str(channel) for channel in kind.channels],
        "importance": str(kind.importance),
        "frequencies": {str(channel): str(pace) for channel, pace in kind.frequencies.items()},
        "roles": {str(role): [str(channel) for channel in kind.role_channels[role]] for role in kind.role_channels},
    }


def _in_order(channels: Any) -> list[str]:
    return [str(channel) for channel in Channel if channel in channels]


def _frequencies(key: str, chosen: Any) -> dict[str, str]:
    """How often mails and pushes speak. What appears in the app does so at once, and so does a text message."""
    for channel, pace in chosen.items():
        if channel not in PACED or pace not in set(Frequency) - {Frequency.NEVER}:
            message = _("Ce rythme n’existe pas.")
            raise DomainError("pace", message, {f"{key}-pace-{channel}": message})
    return {str(channel): str(chosen[channel]) for channel in PACED if channel in chosen}


def _role_channels(kind: NotificationKind, chosen: Any, general: list[str]) -> dict[str, list[str]]:
    """The roles that are told by other channels than the rest."""
    strangers = set(chosen) - set(kind.roles or Role.values)
    if strangers:
        raise DomainError("roles", _("Cette notification ne s’adresse pas à tous ces profils."))
    found = {str(role): _in_order(chosen[role]) for role in Role if role in chosen}
    return {role: channels for role, channels in found.items() if channels != general}


_CLEANERS = {
    "enabled": _enabled,
    "name": _name,
    "icon": _icon,
    "position": _position,
    "roles": _roles,
    "grants": _grants,
    "settings": _settings,
    "notifications": _notifications,
}

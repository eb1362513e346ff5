"""The journal in words: what an action is called, what a field is called, what a value says."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.modules import registry
from core.modules import words as module_words
from core.people.choices import Role
from core.ui.typography import in_words

# For actions that their manifest does not name.
_VERBS = {
    "create": gettext_lazy("création"),
    "add": gettext_lazy("ajout"),
    "update": gettext_lazy("modification"),
    "change": gettext_lazy("modification"),
    "remove": gettext_lazy("suppression"),
    "delete": gettext_lazy("suppression"),
    "end": gettext_lazy("fin"),
    "archive": gettext_lazy("archivage"),
    "restore": gettext_lazy("rétablissement"),
    "undo": gettext_lazy("annulation"),
    "enable": gettext_lazy("activation"),
    "disable": gettext_lazy("désactivation"),
    "publish": gettext_lazy("publication"),
    "export": gettext_lazy("export"),
    "import": gettext_lazy("import"),
}
_LONG = 300
# How a change of a module names what changed, and where its manifest keeps the label
_KEYED = {
    "settings": ("settings", "key"),
    "grants": ("permissions", "slug"),
    "notifications": ("notifications", "slug"),
}
# The parts of a notification rule: what each is called, and its values
_RULE_PARTS: dict[str, tuple[Any, Mapping[Any, Any]]] = {
    "rule": (gettext_lazy("règle"), module_words.RULES),
    "channels": (gettext_lazy("envoi"), module_words.CHANNELS),
    "importance": (gettext_lazy("importance"), module_words.IMPORTANCE),
}
_ROLES = {role.value: role.label for role in Role}
# The parts that say something for each channel or role
_RULE_MAPS: dict[str, tuple[Any, Mapping[Any, Any], Mapping[Any, Any]]] = {
    "frequencies": (gettext_lazy("rythme"), module_words.CHANNELS, module_words.FREQUENCIES),
    "roles": (gettext_lazy("autrement"), module_words.ROLES, module_words.CHANNELS),
}


def action(code: str) -> str:
    """`news.publish` as its manifest calls it; otherwise the module's name and the verb."""
    slug, _dot, verb = code.partition(".")
    manifest = registry.manifests().get(slug)
    if manifest is None:
        return code
    if verb in manifest.actions:
        return str(manifest.actions[verb])
    word = _VERBS.get(verb) or _VERBS.get(verb.partition("_")[0])
    return _("%(module)s\u00a0: %(verb)s") % {"module": manifest.name, "verb": word or verb.replace("_", " ")}


def actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a filter, by module: the whole module ("news."), then each action that it names."""
    groups = []
    for slug, manifest in registry.manifests().items():
        named = [(f"{slug}.{verb}", str(label)) for verb, label in manifest.actions.items()]
        everything = (f"{slug}.", _("%(module)s\u00a0: tout") % {"module": manifest.name})
        groups.append((str(manifest.name), [everything, *sorted(named, key=lambda choice: choice[1])]))
    return groups


def target_type(label: str) -> str:
    """`news.article` as its model calls itself, "" when there is none."""
    model = _model(label)
    return capfirst(str(model._meta.verbose_name)) if model else ""


def changes(label: str, changed: dict[str, Any]) -> list[dict[str, str]]:
    """Each change in words: `field`, `before` ("" for what was not there), `after`. `label` is a type."""
    model = _model(label)
    return [_change(_field(model, name), name, pair) for name, pair in changed.items()]


def _change(field: "Field[Any, Any] | None", name: str, pair: Any) -> dict[str, str]:
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
    called = str(field.verbose_name) if field else _of_a_manifest(name) or name.replace("_", " ")
    say = _rule if _is_keyed(name) else partial(value, field)
    appears = before is None and after is not None and not _is_keyed(name)
    return {"field": capfirst(called), "before": "" if appears else say(before), "after": say(after)}


def _is_keyed(name: str) -> bool:
    return name.partition(".")[0] in _KEYED and "." in name


def _rule(raw: Any) -> str:
    """A module's setting, right or notification rule; what is absent follows the manifest."""
    if raw is None:
        return _("comme à l’origine")
    if not isinstance(raw, dict):
        return value(None, raw)
    parts = [_part(key, item) for key, item in raw.items()]
    return ", ".join(parts) or _("comme à l’origine")


def _part(key: str, item: Any) -> str:
    """One part of a notification rule, with the words of the référent's page."""
    if key in _RULE_MAPS and isinstance(item, dict):
        called, keys, values = _RULE_MAPS[key]
        said = (f"{keys.get(one, one)} ({_listed(values, chosen)})" for one, chosen in item.items())
        return f"{called}\u00a0: {', '.join(said) or _('aucun')}"
    known = _RULE_PARTS.get(key)
    if known is None:
        return f"{key}\u00a0: {value(None, item)}"
    return f"{known[0]}\u00a0: {_listed(known[1], item)}"


def _listed(words: Mapping[Any, Any], item: Any) -> str:
    chosen = item if isinstance(item, list) else [item]
    return ", ".join(str(words.get(str(one), one)) for one in chosen) or _("aucun")


def _of_a_manifest(name: str) -> str:
    """`settings.months`, `grants.publish`: as the one manifest that declares such a key calls it."""
    root, _dot, key = name.partition(".")
    if not key or root not in _KEYED:
        return ""
    part, identity = _KEYED[root]
    declared = [item for manifest in registry.manifests().values() for item in getattr(manifest, part)]
    labels = {str(item.label) for item in declared if getattr(item, identity) == key}
    return labels.pop() if len(labels) == 1 else ""


def value(field: "Field[Any, Any] | None", raw: Any) -> str:
    """One value as a reader says it: choices by their label, dates in words, yes and no."""
    if raw is None or raw in ("", [], {}):
        return _("vide")
    if isinstance(raw, bool):
        return _("oui") if raw else _("non")
    if isinstance(raw, list):
        inner = field.base_field if isinstance(field, ArrayField) else field
        return ", ".join(value(inner, item) for item in raw)
    if isinstance(raw, dict):
        return ", ".join(f"{key}\u00a0: {value(None, item)}" for key, item in raw.items())
    if label := _choice(field, raw):
        return label
    moment = _moment(raw) if isinstance(raw, str) else None
    text = in_words(moment) if moment else str(raw)
    return text if len(text) <= _LONG else f"{text[:_LONG].rstrip()}…"


def _choice(field: "Field[Any, Any] | None", raw: Any) -> str:
    """The label of a choice. Roles are the same everywhere, whether their field says so or not."""
    choices = {str(key): str(label) for key, label in (field.flatchoices if field else ())}
    return choices.get(str(raw), "") or str(_ROLES.get(str(raw), ""))


def _moment(text: str) -> date | datetime | None:
    """The date that the text spells, as services write it (ISO 8601)."""
    try:
        return parse_datetime(text) if "T" in text else parse_date(text)
    except ValueError:
        return None


def _model(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label) if label else None
    except (LookupError, ValueError):
        return None  # a module that is no longer installed


def _field(model: type[Model] | None, name: str) -> "Field[Any, Any] | None":
    if model is None:
        return None
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, Field) else None

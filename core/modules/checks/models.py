"""The tables of a module: all declared, and safe where a school does not have them."""

from collections.abc import Iterator

from django.core.checks import CheckMessage
from django.db.models import ForeignKey, Model

from core.modules import registry
from core.modules.checks.common import Subject
from core.modules.deletion import cascade_if_installed, set_null_if_installed

_SAFE = (cascade_if_installed, set_null_if_installed)


def models_of(subject: Subject) -> list[type[Model]]:
    """The app's own models, without the tables that Django makes for many-to-many fields."""
    return list(subject.app.get_models()) if subject.app else []


def declared(subject: Subject) -> Iterator[CheckMessage]:
    """Modules say of each model whether it holds personal data."""
    manifest = subject.manifest
    labels = {f"{subject.slug}.{model.__name__}" for model in models_of(subject)}
    named = set(manifest.personal_models) | set(manifest.impersonal_models)
    if not manifest.core and (silent := labels - named):
        yield subject.error(112, f"neither personal nor impersonal: {sorted(silent)}")
    if both := set(manifest.personal_models) & set(manifest.impersonal_models):
        yield subject.error(112, f"both personal and impersonal: {sorted(both)}")
    if unknown := (named | {rule.model for rule in manifest.retention}) - labels:
        yield subject.error(112, f"no such models: {sorted(unknown)}")


def points_at_people(subject: Subject) -> Iterator[CheckMessage]:
    """A model with a key to a person holds personal data, whatever else it says."""
    for model in models_of(subject):
        label = f"{subject.slug}.{model.__name__}"
        keys = [field for field in model._meta.fields if isinstance(field, ForeignKey)]
        named = any(key.related_model._meta.label == "people.Person" for key in keys)
        if named and label in subject.manifest.impersonal_models:
            yield subject.error(112, f"{label} names a person and is declared impersonal")


def keys(subject: Subject) -> Iterator[CheckMessage]:
    """Keys to core know that the module's tables may be absent; keys to other modules are declared."""
    if subject.manifest.core:
        return
    for model in models_of(subject):
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model not in models_of(subject):
                yield from _key(subject, model, field)


def _key(subject: Subject, model: type[Model], field: "ForeignKey[Model, Model]") -> Iterator[CheckMessage]:
    label = field.related_model._meta.app_label
    where = f"{model.__name__}.{field.name}"
    if label in registry.modules() and label not in subject.manifest.depends_on:
        yield subject.error(115, f"{where} refers to {label!r}, which the manifest does not depend on")
    if field.remote_field.on_delete not in _SAFE:
        yield subject.error(
            115,
            f"{where} must know that a school may lack this module's tables",
            hint="on_delete=cascade_if_installed or set_null_if_installed (core.modules.deletion)",
        )


CHECKS = (declared, points_at_people, keys)

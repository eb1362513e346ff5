"""What a manifest says of personal data: how long, why, in words, and with whose agreement."""

from collections.abc import Iterator

from django.core.checks import CheckMessage

from core.modules.checks.common import Subject, repeated, resolved
from core.modules.contract import Processing, Retention

_LONGEST = 300


def retention(subject: Subject) -> Iterator[CheckMessage]:
    """Each kept model says which rows are past their time, or with what they go."""
    for rule in subject.manifest.retention:
        yield from _rule(subject, rule)


def _rule(subject: Subject, rule: Retention) -> Iterator[CheckMessage]:
    where = f"the retention of {rule.model}"
    if bool(rule.expired) == bool(str(rule.follows)):
        yield subject.error(120, f"{where} says neither which rows are past their time nor with what they go, or both")
    if rule.expired and not str(rule.since).strip():
        yield subject.error(120, f"{where} does not say from when on the months count (since)")
    if not rule.minimum <= rule.months <= rule.maximum:
        yield subject.error(120, f"{where} is not between its minimum and its maximum")
    if rule.setting and rule.setting not in {setting.key for setting in subject.manifest.settings}:
        yield subject.error(120, f"{where} names the setting {rule.setting!r}, which is not declared")
    for dotted in (rule.expired, rule.erase):
        if dotted and resolved(dotted) is None:
            yield subject.error(120, f"{where}: nothing to call at {dotted!r}")


def register(subject: Subject) -> Iterator[CheckMessage]:
    """Whatever holds personal data has its line in the register, in words for people."""
    told = subject.manifest.processing
    if subject.manifest.personal_models and told is None:
        yield subject.error(121, "it holds personal data and has no line in the register (processing)")
    if told is None:
        return
    for name in Processing.__dataclass_fields__:
        text = str(getattr(told, name)).strip()
        if not text or len(text) > _LONGEST:
            yield subject.error(121, f"processing.{name} is empty, or longer than {_LONGEST} characters")


def export(subject: Subject) -> Iterator[CheckMessage]:
    """What is exported can be read by people: its keys have French names."""
    manifest = subject.manifest
    if manifest.export_person and not manifest.export_labels:
        yield subject.error(122, "its export has no labels for people to read (export_labels)")
    for name in ("export_files", "export_to_guardian"):
        dotted = getattr(manifest, name)
        if dotted and resolved(dotted) is None:
            yield subject.error(122, f"{name}: nothing to call at {dotted!r}")


def consents(subject: Subject) -> Iterator[CheckMessage]:
    asked = subject.manifest.consents
    if double := repeated([consent.slug for consent in asked]):
        yield subject.error(123, f"consents declared twice: {double}")
    for consent in asked:
        if not str(consent.label).strip() or not str(consent.text).strip() or consent.version < 1:
            yield subject.error(123, f"the consent {consent.slug!r} lacks its label, its text or its version")


CHECKS = (retention, register, export, consents)

"""What a manifest adds elsewhere: features, jobs, retention of personal data."""

from collections.abc import Iterator

from django.core.checks import CheckMessage

from core.modules.checks.common import Subject, repeated


def counted(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    for what, parts in (("features", manifest.features), ("jobs", manifest.jobs)):
        slugs = [part.slug for part in parts]
        if double := repeated(slugs):
            yield subject.error(114, f"{what} declared twice: {double}")
        if any(not str(part.label).strip() for part in parts):
            yield subject.error(114, f"one of its {what} has no label")
    own = {permission.slug for permission in manifest.permissions}
    for feature in manifest.features:
        if feature.permission and feature.permission not in own:
            yield subject.error(114, f"the feature {feature.slug!r} takes an unknown permission {feature.permission!r}")
    if any(job.every_minutes < 1 for job in manifest.jobs):
        yield subject.error(114, "a job runs at most once a minute")


def personal_data(subject: Subject) -> Iterator[CheckMessage]:
    manifest = subject.manifest
    kept = [rule.model for rule in manifest.retention]
    for model in manifest.personal_models:
        if model not in kept:
            yield subject.error(113, f"{model} holds personal data and has no retention")
    if manifest.personal_models and not (manifest.export_person and manifest.erase_person):
        yield subject.error(113, "it holds personal data and does not say how to export or erase a person's")
    if any(rule.months < 1 or not str(rule.basis).strip() for rule in manifest.retention):
        yield subject.error(113, "a retention lacks its months or its basis")
    if double := repeated(kept):
        yield subject.error(113, f"retention declared twice: {double}")


CHECKS = (counted, personal_data)

"""What a manifest lets people find."""

from collections.abc import Iterator

from django.core.checks import CheckMessage
from django.urls import NoReverseMatch, reverse

from core.modules.checks.common import Subject, repeated
from core.modules.checks.models import models_of
from core.modules.contract import SearchKind
from core.ui import icons


def kinds(subject: Subject) -> Iterator[CheckMessage]:
    """Each kind says who sees it, and is either indexed or searched where it lies."""
    if double := repeated([kind.slug for kind in subject.manifest.search]):
        yield subject.error(119, f"kinds of finds declared twice: {double}")
    for kind in subject.manifest.search:
        yield from _kind(subject, kind)


def _kind(subject: Subject, kind: SearchKind) -> Iterator[CheckMessage]:
    where = f"the kind of finds {kind.slug!r}"
    if not str(kind.label).strip() or not kind.visible:
        yield subject.error(119, f"{where} lacks a label, or does not say who may see it")
    if kind.permission not in subject.manifest.codes():
        yield subject.error(119, f"{where} asks for {kind.permission!r}, not its own")
    if kind.icon and kind.icon not in icons.names():
        yield subject.error(119, f"{where} has no icon {kind.icon!r}")
    if kind.is_indexed == bool(kind.matching):
        yield subject.error(119, f"{where} is indexed (entries) or searched where it lies (matching): one of the two")
    elif kind.is_indexed:
        yield from _indexed(subject, kind, where)
    elif not kind.shown:
        yield subject.error(119, f"{where} does not say how it is shown")


def _indexed(subject: Subject, kind: SearchKind, where: str) -> Iterator[CheckMessage]:
    if kind.model not in {f"{subject.slug}.{model.__name__}" for model in models_of(subject)}:
        yield subject.error(119, f"{where} is indexed from {kind.model!r}, not one of its models")
    if not _leads(kind.url_name, {"pk": 1}):
        yield subject.error(119, f"{where} leads to {kind.url_name!r}, which no address with a key is called")


def pages(subject: Subject) -> Iterator[CheckMessage]:
    for page in subject.manifest.pages:
        if not str(page.label).strip() or not _leads(page.url_name, dict(page.parameters)):
            yield subject.error(119, f"the page {page.url_name!r} has no label or no such address")
        if page.permission and page.permission not in subject.manifest.codes():
            yield subject.error(119, f"the page {page.url_name!r} asks for {page.permission!r}, not its own")


def _leads(url_name: str, parameters: dict[str, object]) -> bool:
    try:
        reverse(url_name, kwargs=parameters)
    except NoReverseMatch:
        return False
    return True


CHECKS = (kinds, pages)

"""What a manifest says is counted, is counted somewhere."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.core.checks import CheckMessage

from core.modules.checks.common import Subject

_COUNTED = re.compile(r"""\bcount\(\s*["']([a-z0-9_]+\.[a-z0-9_]+)["']""")


def features(subject: Subject) -> Iterator[CheckMessage]:
    """Each feature is named in a call of `core.adoption.services.count` in the module's source, and no other is."""
    if subject.app is None:
        return
    declared = {f"{subject.slug}.{feature.slug}" for feature in subject.manifest.features}
    counted = counted_in(Path(subject.app.path))
    for code in sorted(declared - counted):
        yield subject.error(124, f"nothing counts the feature {code!r}", hint=f'adoption.count("{code}", viewer)')
    for code in sorted(code for code in counted - declared if code.startswith(f"{subject.slug}.")):
        yield subject.error(124, f"{code!r} is counted, and is none of its features")


@cache
def counted_in(folder: Path) -> frozenset[str]:
    """The codes that the sources of a package count, by their text."""
    sources = (source.read_text(encoding="utf-8") for source in sorted(folder.rglob("*.py")))
    return frozenset(code for source in sources for code in _COUNTED.findall(source))


CHECKS = (features,)

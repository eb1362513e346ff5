"""What a plan holds, and what tells two readings of a part of it apart.

    {"year": {"label", "starts_on", "ends_on"}, "periods": [{"name", "starts_on", "ends_on"}],
     "classes": [{"key", "name", "level", "code", "copy_of": pk or None}],
     "promotions": {old class pk: destination}, "pupils": {person pk: destination},
     "groups": {old group pk: {"keep": "no" | "empty" | "pupils", "name"}},
     "services": "none" | "same" | "follow", "main_teachers": the same, "left_out": [old service pks]}

Keys are text, dates are ISO. A destination is the key of a class, `LEAVES`, `NOWHERE` (stays, without a class yet) or
empty: not decided.
"""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from typing import Any

from core.structure.turning.dates import Span

LEAVES, NOWHERE, UNDECIDED = "leaves", "nowhere", ""
NONE, SAME, FOLLOW = "none", "same", "follow"
DROP, EMPTY, PUPILS = "no", "empty", "pupils"
POLICIES = (NONE, SAME, FOLLOW)
KEEPS = (DROP, EMPTY, PUPILS)
# What one form changes together
PARTS = {
    "dates": ("year", "periods"),
    "classes": ("classes", "promotions"),
    "groups": ("groups",),
    "services": ("services", "main_teachers", "left_out"),
}


def seen(content: Mapping[str, Any], part: str) -> str:
    """A short text that changes whenever the part does: forms carry it, so that nobody overwrites another one."""
    return _digest([content.get(name) for name in PARTS[part]])


def seen_pupils(content: Mapping[str, Any], pupils: list[int]) -> str:
    """The same for what is decided of these pupils one by one."""
    return _digest([content["pupils"].get(str(pk)) for pk in sorted(pupils)])


def span_of(value: Mapping[str, str]) -> Span:
    name = value.get("label") or value.get("name", "")
    return Span(name, date.fromisoformat(value["starts_on"]), date.fromisoformat(value["ends_on"]))


def year_of(content: Mapping[str, Any]) -> Span:
    return span_of(content["year"])


def as_year(span: Span) -> dict[str, str]:
    return {"label": span.name, "starts_on": span.starts_on.isoformat(), "ends_on": span.ends_on.isoformat()}


def as_period(span: Span) -> dict[str, str]:
    return {"name": span.name, "starts_on": span.starts_on.isoformat(), "ends_on": span.ends_on.isoformat()}


def _digest(value: Any) -> str:
    return blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=8).hexdigest()

"""The demo's mail, by type of school, from the files beside this one.

A conversation has `by` and `to` (see `modules.messaging.demo.casting`), `subject`, `body`, `days_ago`, `hour`; `read`
is the share of its readers; `every_class` tells it in each class; `recalled`, `report` (a recipient's reason),
`asks_receipt`, `weight` and `replies` are what they say. An answer has `by`, `body`, `hours_later` and `to_all`.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@cache
def content_for(school_type: str) -> dict[str, Any]:
    """The file of a type of school; a collège's for one that has none."""
    path = _HERE / f"{school_type}.toml"
    return tomllib.loads((path if path.exists() else _HERE / "college.toml").read_text(encoding="utf-8"))

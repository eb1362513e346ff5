"""The stories that demo schools tell, read from one file per school type. All of it is invented."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.people.choices import Role
from modules.news.choices import Status

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Story:
    """One article. `days_ago` counts from the day of seeding; a negative one is scheduled.

    `lasts` is how many days it is shown (0: no end); `pinned_for` and `banner_for` count from today on;
    `role` is its author's; `joined` are text files as `{name, text}`; `comment` sends it back.
    """

    section: str
    title: str
    body: str
    days_ago: int
    summary: str = ""
    hour: int = 8
    role: str = Role.MANAGEMENT
    roles: tuple[str, ...] = ()
    for_one_class: bool = False
    lasts: int = 60
    pinned_for: int = 0
    banner_for: int = 0
    urgent: bool = False
    status: str = Status.PUBLISHED
    comment: str = ""
    picture_says: str = ""
    joined: tuple[dict[str, str], ...] = ()


def sections_for(school_type: str) -> list[dict[str, Any]]:
    """The values of each section, in order."""
    sections: list[dict[str, Any]] = _read(school_type)["sections"]
    return sections


def stories_for(school_type: str) -> list[Story]:
    """Oldest first, as they would have been written."""
    stories = [Story(**values) for values in _read(school_type)["stories"]]
    return sorted(stories, key=lambda story: -story.days_ago)


def _read(school_type: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{school_type}.toml").read_text(encoding="utf-8"))

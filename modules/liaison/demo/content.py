"""What demo schools write, read from one file per school type. All of it is invented."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.people.choices import Role
from modules.liaison.choices import Needed, Status

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Story:
    """One note. `days_ago` counts from the day of seeding, a negative one is scheduled; `due_in` from that day too.

    `answered` is the share of families who have answered; `choices` are `{label, amount}`; `slots` how many
    appointments are offered; `joined` are text files as `{name, text}`.
    """

    kind: str
    title: str
    body: str
    days_ago: int
    due_in: int | None = None
    hour: int = 9
    role: str = Role.TEACHER
    whole_level: bool = False
    one_pupil: bool = False
    needed: str = Needed.ONE
    paper: str = ""
    answered: float = 0.8
    choices: tuple[dict[str, Any], ...] = ()
    slots: int = 0
    place: str = ""
    status: str = Status.PUBLISHED
    refusal: str = ""
    joined: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A family's word. `in_days` counts from the day of seeding; `twice`: both guardians write it."""

    kind: str
    in_days: int
    text: str
    lasts: int = 1
    from_time: str = ""
    to_time: str = ""
    decision: str = ""
    reply: str = ""
    twice: bool = False


def stories_for(school_type: str) -> list[Story]:
    """Oldest first, as they would have been written."""
    stories = [Story(**values) for values in _read(school_type)["stories"]]
    return sorted(stories, key=lambda story: -story.days_ago)


def letters_for(school_type: str) -> list[Letter]:
    return [Letter(**values) for values in _read(school_type)["letters"]]


def _read(school_type: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{school_type}.toml").read_text(encoding="utf-8"))

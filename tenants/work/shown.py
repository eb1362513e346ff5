"""Works as a page lists them, whatever table they come from (`work/rows.html`)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tenants.work.health import Health, as_shown
from tenants.work.models import State, WorkBase

TAGS = {
    State.WAITING: "info",
    State.RUNNING: "accent",
    State.DONE: "ok",
    State.FAILED: "danger",
    State.INTERRUPTED: "danger",
    State.CANCELLED: "",
}


@dataclass
class Shown:
    """One work. `meta` are short facts in words; the addresses are empty where there is nothing to do or see."""

    label: str
    state: str
    said: str = ""  # the state in a word or two, where it is not one of State
    done: int = 0
    total: int = 0
    text: str = ""
    sentence: str = ""
    detail: str = ""
    who: str = ""
    at: datetime | None = None
    meta: list[str] = field(default_factory=list)
    url: str = ""
    retry_url: str = ""
    cancel_url: str = ""
    still: bool = False  # it waits for somebody's order: nothing moves by itself

    @property
    def tag(self) -> str:
        return TAGS.get(State(self.state), "")

    @property
    def state_label(self) -> str:
        return self.said or str(State(self.state).label)

    @property
    def is_running(self) -> bool:
        return self.state == State.RUNNING

    @property
    def is_open(self) -> bool:
        return self.state in (State.WAITING, State.RUNNING)

    @property
    def moves(self) -> bool:
        return self.is_open and not self.still

    @property
    def is_broken(self) -> bool:
        return self.state in (State.FAILED, State.INTERRUPTED)


def shown(work: WorkBase, health: Health, **more: Any) -> Shown:
    """A row of `RegionalWork` or of a school's `Run`. `more` gives who asked and the addresses."""
    work = as_shown(work, health)
    sentence = work.sentence
    if work.state == State.INTERRUPTED and not sentence:
        sentence = _("Le travail a été interrompu.")
    return Shown(
        label=work.label,
        state=work.state,
        done=work.done,
        total=work.total,
        text=work.message or _("En cours"),
        sentence=sentence,
        at=work.finished_at or work.created_at,
        meta=[_("%(n)s tentatives") % {"n": work.attempts}] if work.attempts > 1 else [],
        **more,
    )

"""After an alert: what happened when, what was delivered, who answered how fast, who never did."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from core.alerts import selectors, telling
from core.alerts.choices import Step
from core.alerts.models import Alert, Answer, MissingPupil
from core.notifications.journal.selectors import Tally, page
from core.notifications.models import Event
from core.notifications.rules import kind_of
from core.notifications.words import COLUMNS
from core.people.models import Person


@dataclass(frozen=True)
class Delivery:
    """One thing that was told: to how many people, and how it fared on each channel."""

    label: str
    at: datetime
    people: int
    unreachable: int
    tallies: list[tuple[Any, Tally]]


@dataclass
class Report:
    """`median` and `most` (90 %) are the times to the first answer; None where nobody answered."""

    alert: Alert
    duration: timedelta
    timeline: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    staff: int = 0
    answered: int = 0
    median: timedelta | None = None
    most: timedelta | None = None
    silent: list[Person] = field(default_factory=list)
    missing: list[MissingPupil] = field(default_factory=list)
    classes: list[selectors.ClassLine] = field(default_factory=list)

    @property
    def never_found(self) -> int:
        return sum(row.found_at is None for row in self.missing)


def of(alert: Alert) -> Report:
    """In a fixed number of queries."""
    first = _first_answers(alert)
    delays = sorted(at - alert.started_at for at in first.values())
    answers = selectors.latest_answers(alert)
    silent = Person.objects.filter(pk__in=set(alert.expected) - set(first))
    missing = selectors.missing_of(alert)
    return Report(
        alert=alert,
        duration=(alert.ended_at or timezone.now()) - alert.started_at,
        timeline=_timeline(alert, missing),
        deliveries=_deliveries(alert),
        staff=len({*alert.expected, *first}),
        answered=len(first),
        median=quantile(delays, 0.5),
        most=quantile(delays, 0.9),
        silent=list(silent.order_by("last_name", "first_name", "pk")),
        missing=missing,
        classes=[line for line in selectors.class_lines(alert, answers) if line.answer],
    )


def quantile(delays: list[timedelta], share: float) -> timedelta | None:
    """The delay within which this share of the sorted delays lies; None of none."""
    if not delays:
        return None
    return delays[min(len(delays) - 1, int(len(delays) * share))]


def _first_answers(alert: Alert) -> dict[int, datetime]:
    rows = Answer.objects.filter(alert=alert).order_by().values("person").annotate(first=Min("at"))
    return {row["person"]: row["first"] for row in rows}


def _timeline(alert: Alert, missing: list[MissingPupil]) -> list[dict[str, Any]]:
    """In the order of time, as `ui/timeline.html` takes it."""
    entries = [_entry(_("Alerte lancée"), alert.started_at, sender_of(alert), alert.text)]
    for update in alert.updates.select_related("author"):
        who = _("La région") if update.regional is not None else _name(update.author)
        title = _("Fin de l’alerte") if update.step == Step.END else _("Suite")
        entries.append(_entry(title, update.at, who, update.text))
    for answer in Answer.objects.filter(alert=alert, needs_help=True).select_related("person"):
        entries.append(_entry(_("Demande d’aide"), answer.at, _name(answer.person), answer.word, "failed"))
    for row in missing:
        name = {"name": row.pupil.full_name}
        told = _("Élève manquant\u00a0: %(name)s") % name
        entries.append(_entry(told, row.reported_at, _name(row.reported_by), "", "failed"))
        if row.found_at:
            entries.append(_entry(_("Retrouvé\u00a0: %(name)s") % name, row.found_at, _name(row.found_by), ""))
    return sorted(entries, key=lambda entry: entry["when"])


def _entry(title: str, when: datetime, who: str, text: str, state: str = "done") -> dict[str, Any]:
    return {"title": title, "when": when, "who": who, "text": text, "state": state}


def sender_of(alert: Alert) -> str:
    """« La région », the name of who launched it, "" once they are erased."""
    return _("La région") if alert.is_regional else _name(alert.sent_by)


def _name(person: Person | None) -> str:
    return person.full_name if person else ""


def _deliveries(alert: Alert) -> list[Delivery]:
    """From the journal of notifications, in the order of time."""
    events = Event.objects.filter(key=telling.key_of(alert)).order_by("-happened_at", "-id")
    found = []
    known = {event.pk: event for event in events}
    for line in reversed(page(events, size=200).lines):
        kind = kind_of(line.event.kind)
        event = known[line.event.pk]
        tallies = [(COLUMNS[tally.channel], tally) for tally in line.tallies]
        label = str(kind.label) if kind else line.event.kind
        found.append(Delivery(label, line.event.happened_at, event.reached, event.unreachable, tallies))
    return found


# --- For a spreadsheet --------------------------------------------------------------------------------------
def head() -> list[str]:
    return [
        _("Personne"), _("Fonction"), _("Première réponse"), _("Délai (secondes)"), _("Classe"), _("Présents"),
        _("Attendus"), _("Élèves manquants"), _("Besoin d’aide"), _("Précision"),
    ]  # fmt: skip


def rows(alert: Alert) -> Iterator[list[Any]]:
    """One line for each of the staff, whether they answered or not."""
    first, answers = _first_answers(alert), selectors.latest_answers(alert)
    pupils = {row.pupil_id: row.pupil.full_name for row in selectors.missing_of(alert)}
    people = Person.objects.filter(pk__in={*alert.expected, *first}).order_by("last_name", "first_name", "pk")
    for person in people:
        at, answer = first.get(person.pk), answers.get(person.pk)
        known = answer is not None and answer.school_class is not None
        yield [
            person.full_name,
            person.function,
            timezone.localtime(at).strftime("%d/%m/%Y %H:%M:%S") if at else _("sans réponse"),
            int((at - alert.started_at).total_seconds()) if at else "",
            answer.school_class.name if known else "",  # type: ignore[union-attr]
            answer.present if known else "",  # type: ignore[union-attr]
            answer.expected if known else "",  # type: ignore[union-attr]
            ", ".join(pupils.get(pk, "") for pk in answer.missing) if answer else "",
            _("oui") if answer and answer.needs_help else "",
            answer.word if answer else "",
        ]

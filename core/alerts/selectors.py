"""Alerts that one may read, what is proposed for a new one, and where an alert stands."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet
from django.http import Http404

from core.alerts import audience
from core.alerts.choices import Audience
from core.alerts.models import Alert, Answer, MissingPupil
from core.alerts.rules import FOLLOW
from core.modules.state import Modules
from core.people.models import Person
from core.people.rules import CONTACT
from core.people.selectors import details_for
from core.permissions.viewer import Viewer
from core.structure.models import SchoolClass
from core.structure.selectors import class_memberships, classes_taught_by, classes_visible_to, current_year
from tenants.alerts.choices import PREPARED, Kind


# --- Alerts -----------------------------------------------------------------------------------------------
def visible_to(viewer: Viewer) -> QuerySet[Alert]:
    """Those that concern the viewer, newest first."""
    return Alert.objects.filter(audience.concerning(viewer))


def active_for(viewer: Viewer) -> list[Alert]:
    """Those that last and concern the viewer. One short query while nothing happens."""
    lasting = list(Alert.objects.filter(ended_at=None).order_by("started_at", "pk"))
    if not lasting:
        return []
    own = set(visible_to(viewer).filter(pk__in=[alert.pk for alert in lasting]).values_list("pk", flat=True))
    return [alert for alert in lasting if alert.pk in own]


def get_visible_or_404(viewer: Viewer, pk: int) -> Alert:
    """Raises Http404 for what does not concern the viewer."""
    found = visible_to(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404("alert")
    return found


def get_followed_or_404(viewer: Viewer, pk: int) -> Alert:
    """For boards and reports. Raises Http404 for who does not follow alerts."""
    if not viewer.can(FOLLOW):
        raise Http404("alert")
    return get_visible_or_404(viewer, pk)


def missing_or_404(alert: Alert, pk: int) -> MissingPupil:
    found = MissingPupil.objects.filter(alert=alert, pk=pk).select_related("alert", "pupil").first()
    if found is None:
        raise Http404("missing pupil")
    return found


def last_drills() -> dict[str, datetime | None]:
    """When each kind was last exercised: a school does so each year (code de l’éducation, art. D. 312-40…)."""
    done = Alert.objects.filter(drill=True).order_by().values("kind").annotate(last=Max("started_at"))
    known = {row["kind"]: row["last"] for row in done}
    return {str(kind): known.get(kind) for kind in (Kind.SHELTER, Kind.EVACUATION, Kind.WEATHER)}


def prepared_text(modules: Modules, kind: str) -> str:
    """The school's own words for a kind, else those that are proposed."""
    own: str = modules["alerts"].settings[f"text_{kind}"]
    return own or str(PREPARED[kind].text)


# --- Answering --------------------------------------------------------------------------------------------
def latest_answer(alert: Alert, person: Person) -> Answer | None:
    return Answer.objects.filter(alert=alert, person=person, latest=True).select_related("school_class").first()


def history_of(alert: Alert, person: Person) -> list[Answer]:
    """What somebody answered before, newest first."""
    rows = Answer.objects.filter(alert=alert, person=person, latest=False).select_related("school_class")
    return list(rows.order_by("-at", "-pk"))


def classes_for(viewer: Viewer) -> list[SchoolClass]:
    """The classes that the viewer may have with them: the one they chose last, then those they teach."""
    me = viewer.person
    if me is None:
        return []
    taught = list(classes_taught_by(me).filter(year=current_year()).order_by("name", "pk"))
    last = Answer.objects.filter(person=me).exclude(school_class=None).order_by("-at", "-pk").first()
    return sorted(taught, key=lambda one: last is None or one.pk != last.school_class_id)


def other_classes(viewer: Viewer) -> QuerySet[SchoolClass]:
    """Any class of the year: in an emergency one takes in whom one meets."""
    return classes_visible_to(viewer).filter(year=current_year()).order_by("name", "pk")


# --- Where it stands ----------------------------------------------------------------------------------------
@dataclass
class ClassLine:
    """One class: who has it, and how many."""

    school_class: SchoolClass
    pupils: int
    answer: Answer | None = None

    @property
    def is_whole(self) -> bool:
        return self.answer is not None and self.answer.present == self.answer.expected


@dataclass
class StaffLine:
    """One of the staff: what they answered, if they did. `phone` only where the viewer may see it."""

    person: Person
    answer: Answer | None = None
    phone: str = ""


@dataclass
class Board:
    alert: Alert
    help: list[StaffLine] = field(default_factory=list)
    missing: list[MissingPupil] = field(default_factory=list)
    found: list[MissingPupil] = field(default_factory=list)
    silent: list[StaffLine] = field(default_factory=list)
    safe: list[StaffLine] = field(default_factory=list)
    waiting: list[ClassLine] = field(default_factory=list)
    counted: list[ClassLine] = field(default_factory=list)

    @property
    def staff(self) -> int:
        return len(self.silent) + len(self.safe)

    @property
    def classes(self) -> int:
        return len(self.waiting) + len(self.counted)

    @property
    def unnamed(self) -> int:
        """Pupils who are not there and whom nobody has named."""
        return sum(line.answer.unnamed for line in self.counted if line.answer)


def board(viewer: Viewer, alert: Alert) -> Board:
    """Everything at once, in a fixed number of queries."""
    made = Board(alert)
    answers = latest_answers(alert)
    # With colleagues who came by and answered, too
    people = list(Person.objects.filter(pk__in={*alert.expected, *answers}).order_by("last_name", "first_name", "pk"))
    seen = details_for(viewer, people)
    for person in people:
        line = StaffLine(person, answers.get(person.pk), person.phone if CONTACT in seen[person.pk] else "")
        (made.safe if line.answer else made.silent).append(line)
        if line.answer and line.answer.needs_help:
            made.help.append(line)
    for row in missing_of(alert):
        (made.found if row.found_at else made.missing).append(row)
    for one in class_lines(alert, answers):
        (made.counted if one.answer else made.waiting).append(one)
    return made


def latest_answers(alert: Alert) -> dict[int, Answer]:
    rows = Answer.objects.filter(alert=alert, latest=True).select_related("person", "school_class")
    return {row.person_id: row for row in rows.order_by("at", "pk")}


def missing_of(alert: Alert) -> list[MissingPupil]:
    """With `where`, the pupil's classes in words."""
    rows = list(
        MissingPupil.objects.filter(alert=alert).select_related("pupil", "reported_by", "found_by").order_by("pk")
    )
    members = class_memberships().filter(person__in=[row.pupil_id for row in rows]).select_related("school_class")
    names: dict[int, list[str]] = {}
    for member in members:
        names.setdefault(member.person_id, []).append(member.school_class.name)
    for row in rows:
        row.where = ", ".join(names.get(row.pupil_id, []))  # type: ignore[attr-defined]
    return rows


def class_lines(alert: Alert, answers: dict[int, Answer]) -> list[ClassLine]:
    """The classes that the alert is about, with the last answer for each."""
    by_class = {one.school_class_id: one for one in answers.values() if one.school_class_id}
    pupils = Count("memberships", filter=_here(), distinct=True)
    rows = SchoolClass.objects.filter(_about(alert) | Q(pk__in=by_class)).annotate(pupils=pupils)
    lines = [ClassLine(one, one.pupils, by_class.get(one.pk)) for one in rows.order_by("name", "pk")]
    return [line for line in lines if line.pupils or line.answer]


def _about(alert: Alert) -> Q:
    return Q(pk__in=alert.classes) if alert.audience == Audience.CLASSES else Q(year=current_year())


def _here() -> Q:
    """Of a class's memberships, those of pupils who are in it now."""
    return Q(memberships__in=class_memberships().filter(person__left_on=None).values("pk"))


def counts(alert: Alert) -> dict[str, int]:
    """The same in numbers alone, for the region: "staff", "answered", "classes", "counted", "missing", "help"."""
    answers = latest_answers(alert)
    lines = class_lines(alert, answers)
    missing = MissingPupil.objects.filter(alert=alert, found_at=None).count()
    unnamed = sum(line.answer.unnamed for line in lines if line.answer)
    return {
        "staff": len({*alert.expected, *answers}),
        "answered": len(answers),
        "classes": len(lines),
        "counted": sum(line.answer is not None for line in lines),
        "missing": missing + unnamed,
        "help": sum(one.needs_help for one in answers.values()),
    }

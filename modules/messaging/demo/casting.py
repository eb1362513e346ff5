"""Who plays whom: a class, one of its pupils with a guardian, somebody who teaches it, and the school's own people."""

from dataclasses import dataclass

from core.people.choices import Role
from core.people.families import guardians_of
from core.people.models import Person
from core.structure.models import SchoolClass, TeachingService
from modules.messaging.audience.lines import Line


@dataclass(frozen=True)
class Troupe:
    """One class and its people. Any of them may be missing in a small school."""

    school_class: SchoolClass | None
    pupil: Person | None
    classmate: Person | None
    guardian: Person | None
    teacher: Person | None
    staff: dict[str, Person]

    def player(self, part: str) -> Person | None:
        """Who is "pupil", "classmate", "guardian", "teacher", or the name of a role."""
        if part in {"pupil", "classmate", "guardian", "teacher"}:
            found: Person | None = getattr(self, part)
            return found
        return self.staff.get(part)

    def lines(self, to: str) -> tuple[Line, ...]:
        """The address: a part, "guardians_of_class", "teachers_of_class", "guardians_of_school"…"""
        who, _of, place = to.partition("_of_")
        if place == "school":
            roles = {"guardians": Role.GUARDIAN, "teachers": Role.TEACHER, "pupils": Role.PUPIL}
            return (Line(kind="role", id=roles[who].value),)
        if place == "class":
            return (Line(kind="class", id=self.school_class.pk, who=who),) if self.school_class else ()
        person = self.player(to)
        if person is None:
            return ()
        child = self.pupil.pk if to == "guardian" and self.pupil else None
        return (Line(kind="person", id=person.pk, child=child),)


def troupes() -> list[Troupe]:
    """One for each class, in the order of their names; one without a class where there is none."""
    staff = _staff()
    classes = list(SchoolClass.objects.filter(year__is_current=True).order_by("name"))
    return [_troupe(made, staff) for made in classes] or [Troupe(None, None, None, None, None, staff)]


def _staff() -> dict[str, Person]:
    found = {}
    for role in (Role.MANAGEMENT, Role.SCHOOL_LIFE, Role.ADMINISTRATIVE):
        person = Person.objects.filter(left_on=None, roles__contains=[role]).order_by("pk").first()
        if person is not None:
            found[role.value] = person
    if Role.SCHOOL_LIFE.value not in found and Role.MANAGEMENT.value in found:
        found[Role.SCHOOL_LIFE.value] = found[Role.MANAGEMENT.value]
    return found


def _troupe(made: SchoolClass, staff: dict[str, Person]) -> Troupe:
    pupils = list(
        Person.objects.filter(class_memberships__school_class=made, left_on=None).order_by("pk").distinct()[:3]
    )
    guarded = next((pupil for pupil in pupils if guardians_of(pupil).exists()), None)
    pupil = guarded or (pupils[0] if pupils else None)
    others = [one for one in pupils if one != pupil]
    teaching = TeachingService.objects.filter(school_class=made, teacher__left_on=None, ends_on=None)
    service = teaching.select_related("teacher").order_by("pk").first()
    return Troupe(
        school_class=made,
        pupil=pupil,
        classmate=others[0] if others else None,
        guardian=guardians_of(pupil).first() if pupil else None,
        teacher=service.teacher if service else None,
        staff=staff,
    )

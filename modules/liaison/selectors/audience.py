"""Whom a note is for: pupils of classes and groups, and pupils by name; and whom its author may write about.

A teacher writes about the pupils of what they teach today, substitutes and main teachers included; whoever holds
`write_all`, about every pupil of the school.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.people.choices import Role
from core.people.families import links_with_access
from core.people.models import GuardianLink, Person
from core.permissions.viewer import Viewer
from core.structure.models import Group, SchoolClass
from core.structure.selectors import Places, current_year, pupils_in, taught_places
from core.ui.typography import NBSP
from modules.liaison import rules
from modules.liaison.models import Note


@dataclass(frozen=True, kw_only=True)
class Spec:
    """An audience by value: keys of classes, of groups and of pupils."""

    classes: frozenset[int] = field(default_factory=frozenset)
    groups: frozenset[int] = field(default_factory=frozenset)
    pupils: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.classes or self.groups or self.pupils)


def spec_of(note: Note) -> Spec:
    """One query, or none where `lines` is prefetched."""
    lines = list(note.lines.all())
    return Spec(
        classes=frozenset(line.school_class_id for line in lines if line.school_class_id),
        groups=frozenset(line.group_id for line in lines if line.group_id),
        pupils=frozenset(line.pupil_id for line in lines if line.pupil_id),
    )


def present_pupils() -> QuerySet[Person]:
    return Person.objects.filter(left_on=None, roles__contains=[Role.PUPIL])


def pupils_of(spec: Spec, on: date | None = None) -> QuerySet[Person]:
    """The pupils whom it concerns today."""
    places = pupils_in(Places(spec.classes, spec.groups), on=on)
    return present_pupils().filter(places | Q(pk__in=spec.pupils))


def guardians_of_pupils(spec: Spec, viewer: Viewer) -> QuerySet[GuardianLink]:
    """The links of their guardians with authority today."""
    return links_with_access(viewer.modules).filter(child__in=pupils_of(spec).values("pk"))


# --- What an author may choose --------------------------------------------------------------------------
def writable_pupils(viewer: Viewer) -> QuerySet[Person]:
    """The pupils whom the viewer may write about."""
    if viewer.can(rules.WRITE_ALL):
        return present_pupils()
    if not viewer.can(rules.WRITE):
        return Person.objects.none()
    return present_pupils().filter(pupils_in(taught_places(viewer)))


def writable_classes(viewer: Viewer) -> QuerySet[SchoolClass]:
    classes = SchoolClass.objects.filter(year=current_year()).order_by("name")
    return classes if viewer.can(rules.WRITE_ALL) else classes.filter(pk__in=taught_places(viewer).classes)


def writable_groups(viewer: Viewer) -> QuerySet[Group]:
    groups = Group.objects.filter(year=current_year()).order_by("name")
    return groups if viewer.can(rules.WRITE_ALL) else groups.filter(pk__in=taught_places(viewer).groups)


def is_within_reach(viewer: Viewer, spec: Spec) -> bool:
    """Whether the viewer may write to all of it, today."""
    if viewer.can(rules.WRITE_ALL):
        return True
    taught = taught_places(viewer) if viewer.can(rules.WRITE) else Places()
    if not (spec.classes <= taught.classes and spec.groups <= taught.groups):
        return False
    named = writable_pupils(viewer).filter(pk__in=spec.pupils) if spec.pupils else Person.objects.none()
    return not spec.pupils or named.count() == len(spec.pupils)


def audience_in_words(note: Note) -> str:
    """« 6e A, 6e B et 2 élèves »; the names of pupils up to three."""
    lines = list(note.lines.all())
    places = sorted(str(line.school_class or line.group) for line in lines if not line.pupil_id)
    pupils = sorted(line.pupil.full_name for line in lines if line.pupil)
    if len(pupils) > 3:
        pupils = [_("%(count)d élèves") % {"count": len(pupils)}]
    return listed([*places, *pupils])


def listed(words: Iterable[str]) -> str:
    """« A, B et C », each kept on one line."""
    whole = [word.replace(" ", NBSP) for word in words]
    if len(whole) < 2:
        return "".join(whole)
    return _("%(first)s et %(last)s") % {"first": ", ".join(whole[:-1]), "last": whole[-1]}


def today() -> date:
    return timezone.localdate()

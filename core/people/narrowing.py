"""What the directory is narrowed to: words, a role, a class or a group, those who left. Kept for the next visit."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from core.people import rules
from core.people.choices import Role
from core.people.models import Person
from core.people.selectors import listed, may_see_classes, people_visible_to, search
from core.people.services.profile import remember_filters
from core.people.web import one_of, words_in
from core.permissions.viewer import Viewer, viewer_of
from core.structure.models import Group, SchoolClass
from core.structure.selectors import classes_visible_to, current_year, group_memberships, groups_visible_to

# As they stand in addresses. Words are of the moment; the others are kept.
ROLE, CLASS, GROUP, DEPARTED, WORDS = "role", "classe", "groupe", "partis", "q"
KEPT = (ROLE, CLASS, DEPARTED)
# `?filtres=aucun` forgets what is kept.
CLEAR, NONE = "filtres", "aucun"


@dataclass(frozen=True)
class Narrowing:
    """`kept` says that it was chosen on an earlier visit."""

    words: str = ""
    role: str = ""
    school_class: SchoolClass | None = None
    group: Group | None = None
    departed: bool = False
    kept: bool = False

    def __bool__(self) -> bool:
        return bool(self.words or self.chosen)

    @property
    def chosen(self) -> dict[str, str]:
        """What an address says of it, without the words."""
        said = {
            ROLE: self.role,
            CLASS: str(self.school_class.pk) if self.school_class else "",
            GROUP: str(self.group.pk) if self.group else "",
            DEPARTED: "1" if self.departed else "",
        }
        return {name: value for name, value in said.items() if value}

    @property
    def query(self) -> str:
        """The part of an address that gives the same list again."""
        return urlencode({WORDS: self.words, **self.chosen} if self.words else self.chosen)

    @property
    def in_words(self) -> str:
        """« Enseignant · 6e A · personnes parties »"""
        parts = [f"«\u00a0{self.words}\u00a0»"] if self.words else []
        if self.role:
            parts.append(str(Role(self.role).label))
        parts += [str(place) for place in (self.school_class, self.group) if place]
        return " · ".join([*parts, *([_("personnes parties")] if self.departed else [])])

    def people(self, viewer: Viewer) -> QuerySet[Person]:
        """The rows, in order, classes at hand: only those whom the viewer may see."""
        people = search(people_visible_to(viewer, departed=self.departed), self.words)
        if self.group is not None:
            people = people.filter(pk__in=group_memberships().filter(group=self.group).values("person"))
        return listed(people, role=self.role, school_class=self.school_class.pk if self.school_class else None)


def narrowing_of(request: HttpRequest) -> Narrowing:
    """What the address or the form says."""
    given = request.POST if request.method == "POST" else request.GET
    return replace(_read(viewer_of(request), given), words=words_in(request))


def remembered(request: HttpRequest) -> Narrowing:
    """The same for the directory's page, which keeps what one chooses, and takes it up when nothing is said."""
    viewer, given = viewer_of(request), request.GET
    person = viewer.person
    if person is None:
        return narrowing_of(request)
    if given.get(CLEAR) == NONE:
        remember_filters(person=person, chosen={})
    elif given.keys() & {*KEPT, GROUP}:
        found = narrowing_of(request)
        remember_filters(person=person, chosen={name: found.chosen[name] for name in KEPT if name in found.chosen})
        return found
    elif WORDS not in given:
        kept = QueryDict(mutable=True)
        kept.update(_kept(person))
        found = _read(viewer, kept)
        return replace(found, kept=bool(found))
    return narrowing_of(request)


def _kept(person: Person) -> dict[str, str]:
    held: Any = person.preferences.get("directory", {})
    return {name: str(held[name]) for name in KEPT if name in held}


def _read(viewer: Viewer, given: QueryDict) -> Narrowing:
    role = given.get(ROLE, "")
    classes = classes_visible_to(viewer) if may_see_classes(viewer) else SchoolClass.objects.none()
    return Narrowing(
        role=role if role in Role.values else "",
        school_class=one_of(classes, given.get(CLASS)),
        group=one_of(groups_visible_to(viewer), given.get(GROUP)),
        departed=given.get(DEPARTED) == "1" and bool(viewer.roles & rules.SEES_DEPARTED),
    )


def classes_offered(viewer: Viewer) -> QuerySet[SchoolClass] | None:
    """The classes that the list may be narrowed to; None for those who see only some."""
    return classes_visible_to(viewer).filter(year=current_year()) if may_see_classes(viewer) else None

"""Who an article is for, in both directions, in SQL.

An audience is made of lines. Roles: the person must hold one of them (no line: any role). Classes and groups,
together "places": no line means the whole school; otherwise they reach, each through their own role,

- pupils who are in one of the places today;
- guardians who have authority today over such a pupil (a contact without authority is not reached);
- teachers who teach one of the places today, substitutes and main teachers included; a class also counts
  those of the groups made from it;
- people of other roles (school life, management…) only when their role is named, wherever they work.

Even without places a guardian must have authority over a pupil who is still here. People who have left are
never reached, nor roles that may not read news in this school. `recipients` and `reaching` are mirror images;
a property test holds them to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.modules.state import Modules
from core.notifications.audience import Recipients
from core.people.choices import Role
from core.people.families import access_authorities, children_seen_by, holding
from core.people.models import GuardianLink, Person
from core.permissions.viewer import Viewer
from core.structure.models import SchoolClass, Substitution
from core.structure.selectors import (
    MAIN_TEACHER,
    Places,
    class_memberships,
    followed_places,
    group_memberships,
    lasting,
    places_of,
    places_taught_by,
    services_on,
    taught_places,
    together,
)
from modules.news.choices import AudienceKind
from modules.news.models import Article, Audience, Hiding
from tenants.prepared import Written

# Roles that a class or a group reaches by itself.
ATTACHED = (Role.PUPIL, Role.GUARDIAN, Role.TEACHER)
_PLACES = (AudienceKind.CLASS, AudienceKind.GROUP)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How this school reads audiences: who may read news at all, which authorities count, on which day."""

    readers: frozenset[str]
    authorities: frozenset[str]
    today: date


@dataclass(frozen=True, kw_only=True)
class Spec:
    """An audience by value. `lost` counts places that were deleted since: they reach nobody."""

    roles: frozenset[str] = field(default_factory=frozenset)
    classes: frozenset[int] = field(default_factory=frozenset)
    groups: frozenset[int] = field(default_factory=frozenset)
    lost: int = 0

    @property
    def has_places(self) -> bool:
        return bool(self.classes or self.groups or self.lost)

    @property
    def is_whole_school(self) -> bool:
        return not self.roles and not self.has_places


def terms_of(viewer: Viewer) -> Terms:
    """The terms of the viewer's school, today."""
    return terms_in(viewer.modules)


def terms_in(modules: Modules) -> Terms:
    news = modules["news"]
    return Terms(
        readers=news.grants["view"] & news.roles if news.enabled else frozenset(),
        authorities=access_authorities(modules),
        today=timezone.localdate(),
    )


def spec_of(article: Article) -> Spec:
    """One query, or none where `audience` is prefetched."""
    lines = list(article.audience.all())
    classes = {line.school_class_id for line in lines if line.kind == AudienceKind.CLASS}
    groups = {line.group_id for line in lines if line.kind == AudienceKind.GROUP}
    return Spec(
        roles=frozenset(line.role for line in lines if line.kind == AudienceKind.ROLE),
        classes=frozenset(pk for pk in classes if pk is not None),
        groups=frozenset(pk for pk in groups if pk is not None),
        lost=sum(line.kind != AudienceKind.ROLE and not (line.school_class_id or line.group_id) for line in lines),
    )


# --- From an audience to people -------------------------------------------------------------------------
def recipients(spec: Spec, terms: Terms) -> QuerySet[Person]:
    """The distinct people reached, through whichever of their roles."""
    reached = Q(pk__in=())
    for role in roles_reached(spec, terms):
        reached |= by_role(role, spec, terms)
    return Person.objects.filter(reached, left_on=None)


def recipients_of(article: Article, terms: Terms) -> QuerySet[Person]:
    return recipients(spec_of(article), terms)


def told_of(article: Article, terms: Terms) -> Recipients:
    """Whom to tell of the article: each guardian about each child concerned, all others for themselves.

    Whoever hides its section is left in peace, unless it is urgent.
    """
    spec = spec_of(article)
    roles = roles_reached(spec, terms)
    reached = Q(pk__in=())
    for role in roles:
        if role != Role.GUARDIAN:
            reached |= by_role(role, spec, terms)
    people = Person.objects.filter(reached, left_on=None)
    links = links_on(terms).filter(guardian__left_on=None, guardian__roles__contains=[Role.GUARDIAN])
    links = links.filter(child__in=pupils(spec, terms).values("pk")) if Role.GUARDIAN in roles else links.none()
    if article.urgent:
        return Recipients(people=people, links=links)
    hidden = Hiding.objects.filter(section=article.section_id).values("person")
    return Recipients(people=people.exclude(pk__in=hidden), links=links.exclude(guardian__in=hidden))


def roles_reached(spec: Spec, terms: Terms) -> list[str]:
    """The roles through which somebody may be reached, in the order of `Role`."""
    named = spec.roles or frozenset(ATTACHED if spec.has_places else Role.values)
    return [role for role in Role.values if role in named & terms.readers]


def by_role(role: str, spec: Spec, terms: Terms) -> Q:
    """The condition on Person for being reached through this role."""
    holds = Q(roles__contains=[role])
    if role == Role.GUARDIAN:
        return holds & Q(pk__in=links_on(terms).filter(child__in=pupils(spec, terms).values("pk")).values("guardian"))
    if not spec.has_places or role not in ATTACHED:
        return holds
    if role == Role.PUPIL:
        return holds & _in_places(spec, terms)
    return holds & _teaching(spec, terms)


def pupils(spec: Spec, terms: Terms) -> QuerySet[Person]:
    """The pupils of the places, or of the school: those whom an article concerns, readers or not."""
    present = Person.objects.filter(left_on=None, roles__contains=[Role.PUPIL])
    return present.filter(_in_places(spec, terms)) if spec.has_places else present


def links_on(terms: Terms) -> QuerySet[GuardianLink]:
    """Links whose authority opens the child's affairs on that day."""
    return GuardianLink.objects.filter(
        holding(terms.today),
        authority__in=terms.authorities,
        child__left_on=None,
        child__roles__contains=[Role.PUPIL],
    )


def _in_places(spec: Spec, terms: Terms) -> Q:
    in_classes = class_memberships(terms.today).filter(school_class__in=spec.classes)
    in_groups = group_memberships(terms.today).filter(group__in=spec.groups)
    return Q(pk__in=in_classes.values("person")) | Q(pk__in=in_groups.values("person"))


def _teaching(spec: Spec, terms: Terms) -> Q:
    services = services_on(terms.today).filter(
        Q(school_class__in=spec.classes) | Q(group__in=spec.groups) | Q(group__classes__in=spec.classes)
    )
    covering = Substitution.objects.filter(lasting(terms.today), service__in=services.values("pk"))
    main = class_memberships(terms.today, kind=MAIN_TEACHER).filter(school_class__in=spec.classes)
    return (
        Q(pk__in=services.values("teacher")) | Q(pk__in=covering.values("substitute")) | Q(pk__in=main.values("person"))
    )


# --- From a person to articles --------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class Reader:
    """What decides which articles reach somebody: the roles they read in, and the places each is reached through."""

    places: Mapping[str, Places] = field(default_factory=dict)
    has_children: bool = False

    @property
    def roles(self) -> list[str]:
        return [role for role in Role.values if role in self.places]


def reader(person: Person, terms: Terms) -> Reader:
    """Read in a few queries, whatever the number of articles."""
    children = links_on(terms).filter(guardian=person).values_list("child", flat=True)
    followed = [person.pk, *children]
    taught = places_taught_by(person, terms.today)
    return _reader(person, terms, followed[1:], places_of(followed, terms.today), taught)


def reader_of(viewer: Viewer) -> Reader:
    """The viewer as a reader, today: from what is known of them once a request."""
    me = viewer.person
    return viewer.once("news.reader", lambda: _seen_as_reader(viewer, me)) if me else Reader()


def _seen_as_reader(viewer: Viewer, me: Person) -> Reader:
    children = [child.pk for child in children_seen_by(viewer) if Role.PUPIL in child.roles]
    followed = followed_places(viewer) if children or Role.PUPIL in viewer.roles else {}
    taught = taught_places(viewer) if Role.TEACHER in viewer.roles else Places()
    return _reader(me, terms_of(viewer), children, followed, taught)


def _reader(
    person: Person, terms: Terms, children: list[int], followed: Mapping[int, Places], taught: Places
) -> Reader:
    """`followed`: the places of the person and of these children. People who have left are no readers."""
    if person.left_on is not None:
        return Reader()
    places = {role: Places() for role in person.roles if role in terms.readers}
    if Role.PUPIL in places:
        places[Role.PUPIL] = followed.get(person.pk, Places())
    if Role.GUARDIAN in places:
        places[Role.GUARDIAN] = together(followed.get(child, Places()) for child in children)
    if Role.TEACHER in places:
        places[Role.TEACHER] = _as_teacher(taught)
    return Reader(places=places, has_children=Role.GUARDIAN in places and bool(children))


def _as_teacher(taught: Places) -> Places:
    """A teacher of a group is reached by the classes that it is made from."""
    if not taught.groups:
        return taught
    made_from = SchoolClass.objects.filter(groups__in=taught.groups).values_list("pk", flat=True)
    return Places(taught.classes | {*made_from}, taught.groups)


def reaching(reader: Reader) -> Q:
    """The condition on Article for reaching this reader, whatever its status and dates."""
    reached = [_reaching_as(role, reader) for role in reader.roles]
    if not reached:
        return Q(pk__in=())
    values = [value for _sql, told in reached for value in told]
    return Q(Written(" OR ".join(f"({sql})" for sql, _told in reached), "pk", values=values))


def concerning(child: Person, terms: Terms) -> Q:
    """The condition on Article for being about this child: its places are the child's, or it has none."""
    lines = Audience.objects.filter(article=OuterRef("pk"), kind__in=_PLACES)
    places = places_of([child.pk], terms.today).get(child.pk, Places())
    return ~Q(Exists(lines)) | Q(Exists(lines.filter(_at(places))))


# Written by hand: every page asks for the banners, every search for this, and Django takes 4 ms to make the same.
_LINES = "EXISTS (SELECT FROM news_audience line WHERE line.article_id = {0} AND "
_NAMED = _LINES + "line.kind = 'role' AND line.role = %s)"
_ALL_ROLES = "NOT " + _LINES + "line.kind = 'role')"
_ALL_PLACES = "NOT " + _LINES + "line.kind IN ('class', 'group'))"
_PLACED = _LINES + (
    "line.kind IN ('class', 'group')"
    " AND (line.school_class_id = ANY(%s::bigint[]) OR line.group_id = ANY(%s::bigint[])))"
)


def _reaching_as(role: str, reader: Reader) -> tuple[str, list[Any]]:
    if role not in ATTACHED:
        return f"{_NAMED} OR ({_ALL_PLACES} AND {_ALL_ROLES})", [role]
    places = reader.places[role]
    sql = f"({_NAMED} OR {_ALL_ROLES})"
    if role == Role.GUARDIAN and not reader.has_children:
        return f"{sql} AND {_PLACED}", [role, [*places.classes], [*places.groups]]
    return f"{sql} AND ({_ALL_PLACES} OR {_PLACED})", [role, [*places.classes], [*places.groups]]


def _at(places: Places) -> Q:
    return Q(school_class__in=places.classes) | Q(group__in=places.groups)

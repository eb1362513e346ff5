"""Who may write to whom: a grid of roles, and what "those who concern them" means for each pair.

For each role that writes and each role that receives, the grid says `none`, `related` or `all`. It is the preset of
the school's type, changed by the school's `Rule` rows, and never beyond the caps among the settings, which the region
may lock. Somebody with several roles may write as any of them and be reached as any of them.

Related are, today:

================  =========================================================================================
pupil → pupil     those of one's class or of one of one's groups
pupil → teacher   those who teach one's class or groups: holders, substitutes of the day, main teachers
pupil → guardian  one's own, with authority
guardian → pupil  one's own children, with authority
guardian → teacher    those who teach one of these children, as above
guardian → guardian   those with authority over a pupil of these children's classes, over one of them included
teacher → pupil   those of the classes and groups that one teaches, as a substitute or main teacher too
teacher → guardian    those with authority over such a pupil
teacher → teacher     those who teach in these classes and groups
anybody → school life, management, administrative, référents    all of them: they work for the whole school
these → anybody   everybody, for the same reason
teacher → partner all: a partner belongs to no class and to no family
partner ↔ everybody else    nobody, where the two lines above do not apply
================  =========================================================================================

Whatever the grid says, these are never reached: people who have left, roles to which the school has not opened the
messagerie, guardians without authority over a pupil of the school today, and between pupils and guardians those of
whom one has blocked the other. A guardian without authority today writes to nobody either.

Conditions rest on what is known once a request (`viewer.once`), so that asking costs the same for one person and for
the whole school.
"""

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from core.modules.state import Modules
from core.people.choices import STAFF, Role
from core.people.families import access_authorities, children_seen_by, holding
from core.people.models import GuardianLink, Person
from core.permissions.viewer import Viewer
from core.structure.selectors import (
    Places,
    children_places,
    own_places,
    pupils_in,
    taught_places,
    teachers_in,
)
from modules.messaging.choices import Reach
from modules.messaging.models import Block, Rule

Grid = Mapping[tuple[str, str], Reach]
NONE, RELATED, ALL = Reach.NONE, Reach.RELATED, Reach.ALL
_ORDER = (NONE, RELATED, ALL)
PUPIL, GUARDIAN, TEACHER, PARTNER = Role.PUPIL, Role.GUARDIAN, Role.TEACHER, Role.PARTNER
# Staff who work for the whole school, not for the classes that they teach.
OFFICE = STAFF - {TEACHER}
FAMILY = frozenset({PUPIL, GUARDIAN})
NOBODY = Q(pk__in=())


# --- The grid ---------------------------------------------------------------------------------------------
def _among_staff() -> dict[tuple[str, str], Reach]:
    """What no type of school changes: staff write to each other, and to families as far as they work with them."""
    grid: dict[tuple[str, str], Reach] = {(s, recipient): ALL for s in STAFF for recipient in (*STAFF, PARTNER)}
    grid |= {(sender, recipient): ALL for sender in OFFICE for recipient in FAMILY}
    grid |= {(TEACHER, PUPIL): RELATED, (TEACHER, GUARDIAN): RELATED}
    return grid | {(PARTNER, recipient): ALL for recipient in OFFICE}


def _office(sender: str, *reached: str) -> dict[tuple[str, str], Reach]:
    return {(sender, role): ALL for role in reached}


_GUARDIANS = {(GUARDIAN, TEACHER): RELATED} | _office(
    GUARDIAN, Role.MANAGEMENT, Role.SCHOOL_LIFE, Role.ADMINISTRATIVE, Role.DIGITAL_REFERENT
)
# What a school begins with; a pair that is not named is `none`.
PRESETS: Mapping[str, Grid] = {
    # Pupils of an école write to those who teach them, no further: much of what they write is written with them.
    # Families also write to the town's staff, who keep the canteen and the hours after school.
    "ecole": {**_among_staff(), **_GUARDIANS, (GUARDIAN, PARTNER): ALL, (PUPIL, TEACHER): RELATED},
    # Pupils of a collège always find an adult, and never each other: it is where harassment travels.
    "college": {**_among_staff(), **_GUARDIANS, (PUPIL, TEACHER): RELATED, (PUPIL, Role.SCHOOL_LIFE): ALL},
    # Pupils of a lycée see to their own affairs, and work together.
    "lycee": {
        **_among_staff(),
        **_GUARDIANS,
        (PUPIL, TEACHER): RELATED,
        (PUPIL, PUPIL): RELATED,
        **_office(PUPIL, Role.SCHOOL_LIFE, Role.MANAGEMENT, Role.ADMINISTRATIVE, Role.DIGITAL_REFERENT),
    },
}


def preset(school_type: str) -> dict[tuple[str, str], Reach]:
    """Every pair of roles with what a school of this type begins with."""
    chosen = PRESETS.get(school_type, PRESETS["college"])
    return {(sender, recipient): chosen.get((sender, recipient), NONE) for sender in Role for recipient in Role}


def cap_of(sender: str, recipient: str) -> str:
    """The setting that bounds this pair; empty where none does."""
    if sender == recipient and sender in FAMILY:
        return "pupils_together" if sender == PUPIL else "guardians_together"
    if sender in FAMILY and recipient in STAFF:
        return "pupils_to_staff" if sender == PUPIL else "guardians_to_staff"
    return ""


def capped(modules: Modules, sender: str, recipient: str, reach: str) -> Reach:
    """The reach, no further than the setting that bounds the pair."""
    key = cap_of(sender, recipient)
    cap = Reach(modules["messaging"].settings[key]) if key else ALL
    return min(Reach(reach), cap, key=_ORDER.index)


def grid(modules: Modules) -> dict[tuple[str, str], Reach]:
    """How far each role may write to each other one in this school now. One query."""
    rules = {(row.sender, row.recipient): Reach(row.reach) for row in Rule.objects.all()}
    whole = preset(modules.establishment.type) | rules
    return {pair: capped(modules, *pair, reach) for pair, reach in whole.items()}


def grid_of(viewer: Viewer) -> Grid:
    """The same, read once a request."""
    return viewer.once("messaging.grid", lambda: grid(viewer.modules))


# --- Who writes, and who is reached -----------------------------------------------------------------------
def writing_roles(viewer: Viewer) -> frozenset[str]:
    """The roles as which the viewer may write at all: a guardian without authority today is none."""
    me = viewer.person
    if me is None or me.left_on is not None or not viewer.can("messaging.write"):
        return frozenset()
    state = viewer.modules["messaging"]
    roles = viewer.roles & state.grants["write"] & state.roles
    return roles if children_seen_by(viewer) else roles - {GUARDIAN}


def reachable_by(viewer: Viewer) -> QuerySet[Person]:
    """The people to whom the viewer may write today, the viewer left out."""
    me = viewer.person
    if me is None:
        return Person.objects.none()
    return Person.objects.filter(reaching(viewer), left_on=None).exclude(pk=me.pk)


def reaching(viewer: Viewer) -> Q:
    """The condition on Person for being reached by the viewer as far as the grid goes, blocks minded."""
    roles, reached = writing_roles(viewer), NOBODY
    for recipient in readers_of(viewer.modules):
        reached |= _as(viewer, roles, recipient)
    return reached & ~blocked_with(viewer)


def readers_of(modules: Modules) -> list[str]:
    """The roles that may read messages in this school."""
    state = modules["messaging"]
    return [role for role in Role.values if role in state.grants["view"] & state.roles]


def present(modules: Modules) -> Q:
    """The condition on Person for being somebody whom a message may reach, whoever writes."""
    readers = readers_of(modules)
    others = [role for role in readers if role != GUARDIAN]
    condition = Q(roles__overlap=others)
    if GUARDIAN in readers:
        condition |= _guardians(links(modules))
    return condition & Q(left_on=None)


def may_write_to(viewer: Viewer, person: Person) -> bool:
    return reachable_by(viewer).filter(pk=person.pk).exists()


def links(modules: Modules) -> QuerySet[GuardianLink]:
    """The links by which guardians are written to: those that open the record of a pupil who is here."""
    return GuardianLink.objects.order_by().filter(
        holding(),
        authority__in=access_authorities(modules),
        guardian__left_on=None,
        child__left_on=None,
        child__roles__contains=[PUPIL],
    )


def _as(viewer: Viewer, roles: frozenset[str], recipient: str) -> Q:
    """The condition for being reached as somebody of this role, by any role of the viewer."""
    held, table = Q(roles__contains=[recipient]), grid_of(viewer)
    reaches = {role: table[role, recipient] for role in roles}
    if ALL in reaches.values():
        return _guardians(links(viewer.modules)) if recipient == GUARDIAN else held
    near = NOBODY
    for role, reach in reaches.items():
        if reach == RELATED:
            near |= _related(viewer, role, recipient)
    return near if near is NOBODY else held & near


def _guardians(held: QuerySet[GuardianLink]) -> Q:
    return Q(roles__contains=[GUARDIAN], pk__in=held.values("guardian"))


def _related(viewer: Viewer, sender: str, recipient: str) -> Q:
    """The condition of one pair of the table above."""
    if sender in OFFICE:
        return _guardians(links(viewer.modules)) if recipient == GUARDIAN else ~NOBODY
    if recipient in OFFICE or (sender == TEACHER and recipient == PARTNER):
        return ~NOBODY
    if PARTNER in (sender, recipient):
        return NOBODY
    places = places_of(viewer, sender)
    if recipient == TEACHER:
        return teachers_in(places) if places else NOBODY
    if recipient == PUPIL:
        return Q(pk__in=_children(viewer)) if sender == GUARDIAN else pupils_in(places)
    return _related_guardians(viewer, sender, places)


def _related_guardians(viewer: Viewer, sender: str, places: Places) -> Q:
    held = links(viewer.modules)
    if sender == PUPIL:
        return _guardians(held.filter(child=viewer.person))
    if sender == GUARDIAN:
        places = Places(classes=places.classes)
    return _guardians(held.filter(pupils_in(places, "child"))) if places else NOBODY


def places_of(viewer: Viewer, role: str) -> Places:
    """The classes and groups through which the viewer is tied to others in this role."""
    if role == PUPIL:
        return own_places(viewer)
    return children_places(viewer) if role == GUARDIAN else taught_places(viewer)


def _children(viewer: Viewer) -> list[int]:
    return [child.pk for child in children_seen_by(viewer)]


# --- Blocks -----------------------------------------------------------------------------------------------
def blocked_with(viewer: Viewer) -> Q:
    """The condition on Person for somebody whom the viewer has blocked, or who has blocked the viewer.

    Blocks hold among pupils and guardians: nobody of the staff can be kept from writing, nor kept off, in this way.
    """
    me = viewer.person
    if me is None or viewer.roles & STAFF:
        return NOBODY
    others = viewer.once("messaging.blocked", lambda: _blocked(me))
    return Q(pk__in=others) & ~Q(roles__overlap=sorted(STAFF)) if others else NOBODY


def _blocked(me: Person) -> frozenset[int]:
    pairs = Block.objects.filter(Q(person=me) | Q(blocked=me)).values_list("person", "blocked")
    return frozenset(pk for pair in pairs for pk in pair) - {me.pk}

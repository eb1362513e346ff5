"""Whom an alert is for: people of an alert, and alerts of a person. The two mirror each other; a test holds them to it.

Guardians are told about the children whose record they may see. Management and school life are told of every alert.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from core.alerts.choices import Audience
from core.alerts.models import Alert
from core.alerts.rules import FOLLOW
from core.modules.state import Modules
from core.notifications.audience import Recipients
from core.people.choices import STAFF, Role
from core.people.families import children_seen_by, links_with_access
from core.people.models import GuardianLink, Person
from core.permissions.viewer import Viewer
from core.structure.models import Group, SchoolClass
from core.structure.selectors import Places, children_places, own_places, pupils_in, taught_places, teachers_in

# Everybody but guardians, who are reached through their children.
THEMSELVES = sorted(set(Role.values) - {Role.GUARDIAN})


def recipients(audience: str, classes: Iterable[int], modules: Modules) -> Recipients:
    """Whom to tell, today."""
    people = _told_themselves(audience, frozenset(classes)) | Q(roles__overlap=followers(modules))
    return Recipients(
        people=Person.objects.filter(people, left_on=None), links=_links(audience, frozenset(classes), modules)
    )


def recipients_of(alert: Alert, modules: Modules) -> Recipients:
    return recipients(alert.audience, alert.classes, modules)


def followers(modules: Modules) -> list[str]:
    """The roles that follow every alert."""
    return sorted(modules["alerts"].grants[FOLLOW.partition(".")[2]])


def staff_of(alert: Alert, modules: Modules) -> QuerySet[Person]:
    """Those of whom an answer is expected."""
    return recipients_of(alert, modules).people.filter(roles__overlap=sorted(STAFF))


def _told_themselves(audience: str, classes: frozenset[int]) -> Q:
    match audience:
        case Audience.EVERYONE:
            return Q(roles__overlap=THEMSELVES)
        case Audience.STAFF:
            return Q(roles__overlap=sorted(STAFF))
        case Audience.FAMILIES:
            return Q(roles__contains=[Role.PUPIL])
    return _pupils_of(classes) | (Q(roles__contains=[Role.TEACHER]) & teachers_in(_with_groups(classes)))


def _pupils_of(classes: frozenset[int], prefix: str = "") -> Q:
    return Q(**{f"{prefix}roles__contains": [Role.PUPIL]}) & pupils_in(Places(classes), f"{prefix}pk")


def _with_groups(classes: frozenset[int]) -> Places:
    """The classes, and the groups that are made from them."""
    return Places(classes, frozenset(Group.objects.filter(classes__in=classes).values_list("pk", flat=True)))


def _links(audience: str, classes: frozenset[int], modules: Modules) -> QuerySet[GuardianLink]:
    links = links_with_access(modules).filter(
        child__roles__contains=[Role.PUPIL], guardian__roles__contains=[Role.GUARDIAN]
    )
    if audience == Audience.STAFF:
        return links.none()
    return links.filter(_pupils_of(classes, "child__")) if audience == Audience.CLASSES else links


# --- From a person to alerts ----------------------------------------------------------------------------
def concerning(viewer: Viewer) -> Q:
    """The condition on Alert for concerning the viewer."""
    me = viewer.person
    if me is None:
        return Q(pk__in=())
    if viewer.roles & set(followers(viewer.modules)):
        return Q()
    parts = [audience for audience in Audience if audience != Audience.CLASSES and _belongs(viewer, audience)]
    found = Q(audience__in=parts)
    if classes := sorted(_classes_of(viewer)):
        found |= Q(audience=Audience.CLASSES, classes__overlap=classes)
    return found


def _belongs(viewer: Viewer, audience: str) -> bool:
    has_pupils = Role.PUPIL in viewer.roles or bool(_children(viewer))
    match audience:
        case Audience.EVERYONE:
            return has_pupils or bool(viewer.roles - {Role.GUARDIAN})
        case Audience.STAFF:
            return bool(viewer.roles & STAFF)
    return has_pupils


def _children(viewer: Viewer) -> list[Person]:
    return [child for child in children_seen_by(viewer) if Role.PUPIL in child.roles]


def _classes_of(viewer: Viewer) -> frozenset[int]:
    """The classes through which the viewer is reached."""
    found: frozenset[int] = frozenset()
    if Role.PUPIL in viewer.roles:
        found |= own_places(viewer).classes
    if _children(viewer):
        found |= children_places(viewer).classes
    if Role.TEACHER in viewer.roles:
        taught = taught_places(viewer)
        found |= taught.classes
        if taught.groups:
            found |= {*SchoolClass.objects.filter(groups__in=taught.groups).values_list("pk", flat=True)}
    return found


def in_words(audience: str, classes: Iterable[int]) -> str:
    """« Tout l’établissement », « 6e A, 6e B »."""
    if audience != Audience.CLASSES:
        return str(Audience(audience).label)
    names = SchoolClass.objects.filter(pk__in=classes).order_by("name").values_list("name", flat=True)
    return ", ".join(names)[:400]

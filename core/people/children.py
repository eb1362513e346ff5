"""Which child a guardian is looking at: chosen in the address (`?enfant=12`), remembered in the session."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.people.families import children_seen_by
from core.people.models import Person
from core.people.web import number_in
from core.permissions.viewer import viewer_of

PARAMETER, SESSION_KEY, ALL = "enfant", "child", "tous"


@dataclass(frozen=True)
class ChildEntry:
    """One entry of the child switcher; `child` is None for all children together."""

    label: str
    url: str
    number: int
    current: bool
    child: Person | None = None

    @property
    def first_name(self) -> str:
        return self.child.first_name if self.child else self.label


def own_children(request: HttpRequest) -> list[Person]:
    """The children whose record the viewer may see today, read once a request."""
    return children_seen_by(viewer_of(request))


def selected_child(request: HttpRequest) -> Person | None:
    """The child chosen, or the only one; None stands for all of them together.

    A child that the viewer may no longer see is never selected, whatever the address or the session says.
    """
    children = {child.pk: child for child in own_children(request)}
    if not children:
        return None
    asked = request.GET.get(PARAMETER)
    if asked is not None:
        key = number_in(asked)
        if key in children:
            request.session[SESSION_KEY] = key
        elif asked == ALL:
            request.session.pop(SESSION_KEY, None)
    if len(children) == 1:
        return next(iter(children.values()))
    return children.get(request.session.get(SESSION_KEY, 0))


def chosen_child(request: HttpRequest) -> Person | None:
    """The child chosen among several: what lists are narrowed to. None for all of them, and for an only child."""
    return selected_child(request) if len(own_children(request)) > 1 else None


def children_for(request: HttpRequest) -> list[ChildEntry]:
    """The child switcher of the shell; nothing for those who have fewer than two children here."""
    children, chosen = own_children(request), selected_child(request)
    if len(children) < 2:
        return []
    entries = [ChildEntry(_("Tous"), f"?{PARAMETER}={ALL}", 6, chosen is None)]
    for number, child in enumerate(children, start=1):
        entries.append(
            ChildEntry(child.first_name, f"?{PARAMETER}={child.pk}", number, child == chosen, child)
        )
    return entries

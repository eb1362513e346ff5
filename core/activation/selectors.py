"""Whom a page's filters mean, and the letters that somebody may take away."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from core.activation.models import Letters
from core.activation.standings import Member, State, Wanted, invitable, roster
from core.modules.state import Modules
from core.people.choices import Role
from core.people.models import Person
from core.people.web import number_in
from core.permissions.viewer import Viewer

SHOWN = 20
# Filters as they stand in an address
ROLE, CLASS, STATE, WORDS, ADDRESS = "role", "classe", "etat", "q", "adresse"
OPEN, WITHOUT = "open", "sans"


def wanted(filters: Mapping[str, str]) -> Wanted:
    """What the filters of an address mean; what they cannot mean is passed over."""
    role, state = filters.get(ROLE, ""), filters.get(STATE, "")
    return Wanted(
        role=role if role in Role.values else "",
        school_class=number_in(filters.get(CLASS)),
        state=state if state in {*State, OPEN} else "",
        words=filters.get(WORDS, "")[:200],
        without_address=filters.get(ADDRESS) == WITHOUT,
    )


def filters_of(asked: Wanted) -> dict[str, str]:
    """The same as an address or a task keeps it."""
    told = {
        ROLE: asked.role,
        CLASS: str(asked.school_class or ""),
        STATE: str(asked.state),
        WORDS: asked.words,
        ADDRESS: WITHOUT if asked.without_address else "",
    }
    return {name: value for name, value in told.items() if value}


def listed(asked: Wanted, members: list[Member]) -> list[Member]:
    return [member for member in members if asked.takes(member)]


def recipients(filters: Mapping[str, str], *, actor: Person | None, modules: Modules) -> list[Member]:
    """Those of the filters whom this person may invite, and who have not opened their account."""
    return invitable(listed(wanted(filters), roster(modules)), actor)


def letters_visible_to(viewer: Viewer) -> QuerySet[Letters]:
    """Whoever manages accounts sees all of the school's."""
    found = Letters.objects.select_related("asked_by", "run", "file")
    return found if viewer.can("activation.manage") else found.none()


def latest_letters(viewer: Viewer) -> list[Letters]:
    return list(letters_visible_to(viewer)[:SHOWN])


def ready_letters_or_404(viewer: Viewer, pk: int) -> Letters:
    found = letters_visible_to(viewer).filter(pk=pk).first()
    if found is None or not found.is_ready(timezone.now()):
        raise Http404("no such letters, or their week is over")
    return found

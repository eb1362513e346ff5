"""Arranging one's own first page. Like the other preferences of display, it is not journalled."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.adoption import services as adoption
from core.dashboard.arrangement import KEY, Arrangement, Offer, arrangement_of, stored
from core.errors import DomainError
from core.people.models import Person
from core.people.records import hold
from core.permissions.viewer import Viewer


def move(*, viewer: Viewer, slug: str, step: int) -> None:
    """One place up (-1) or down (+1); at the end of the page nothing happens."""
    now = arrangement_of(viewer)
    order = [offer.slug for offer in now.shown]
    if slug not in order:
        raise _unknown()
    at = order.index(slug)
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    _store(viewer, order=order)


def hide(*, viewer: Viewer, slug: str) -> None:
    """Take a part off the page; it can be put back."""
    offer = _known(arrangement_of(viewer), slug)
    chosen = stored(_person(viewer).preferences)
    if offer.usual:
        _store(viewer, hidden=[*(s for s in chosen["hidden"] if s != slug), slug])
    else:
        _store(viewer, added=[s for s in chosen["added"] if s != slug])


def show(*, viewer: Viewer, slug: str) -> None:
    """Put a part back, or add one, at the end of the page."""
    now = arrangement_of(viewer)
    offer = _known(now, slug)
    chosen = stored(_person(viewer).preferences)
    order = [*(o.slug for o in now.shown if o.slug != slug), slug]
    if offer.usual:
        _store(viewer, hidden=[s for s in chosen["hidden"] if s != slug], order=order)
    else:
        _store(viewer, added=[*(s for s in chosen["added"] if s != slug), slug], order=order)


@transaction.atomic
def reset(*, viewer: Viewer) -> None:
    """Back to the page as the school's modules propose it."""
    person = hold(_person(viewer))
    preferences = {name: value for name, value in person.preferences.items() if name != KEY}
    _save(viewer, person, preferences)


@transaction.atomic
def _store(viewer: Viewer, **changed: list[str]) -> None:
    person = hold(_person(viewer))
    _save(viewer, person, {**person.preferences, KEY: stored(person.preferences) | changed})


def _save(viewer: Viewer, person: Person, preferences: dict[str, object]) -> None:
    person.preferences = preferences
    person.save(update_fields=["preferences", "updated_at"])
    _person(viewer).preferences = preferences
    adoption.count("dashboard.arrange", viewer)


def _person(viewer: Viewer) -> Person:
    if viewer.person is None:
        raise _unknown()
    return viewer.person


def _known(arrangement: Arrangement, slug: str) -> Offer:
    offer = arrangement.offer(slug)
    if offer is None:
        raise _unknown()
    return offer


def _unknown() -> DomainError:
    return DomainError("unknown", _("Cette partie n’existe pas, ou n’existe plus."))

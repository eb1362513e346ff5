"""Which of a guardian's children an article is about, for a whole page of articles at once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from core.people.choices import Role
from core.people.families import children_seen_by
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.structure.selectors import class_memberships, group_memberships
from modules.news.models import Article
from modules.news.selectors.audience import Spec, links_on, roles_reached, spec_of, terms_of


@dataclass(frozen=True)
class Concerned:
    """A child, with the number that tells it from its siblings everywhere in the product."""

    child: Person
    number: int


def children_by_article(viewer: Viewer, articles: Iterable[Article]) -> dict[int, list[Concerned]]:
    """Article id to the viewer's children whom it concerns. Four queries, and none for people without children.

    The articles' `audience` should be prefetched.
    """
    if viewer.person is None or Role.GUARDIAN not in viewer.roles:
        return {}
    terms = terms_of(viewer)
    ids = set(links_on(terms).filter(guardian=viewer.person).values_list("child", flat=True))
    everyone = enumerate(children_seen_by(viewer), start=1)
    own = [Concerned(child, number) for number, child in everyone if child.pk in ids]
    places = _places_of(own) if own else {}
    return {
        article.pk: [one for one in own if _reached(spec, places[one.child.pk])]
        for article in articles
        if Role.GUARDIAN in roles_reached(spec := spec_of(article), terms)
    }


def _places_of(own: list[Concerned]) -> dict[int, tuple[set[int], set[int]]]:
    """Child to the ids of the classes and groups they are in today."""
    pks = [one.child.pk for one in own]
    places: dict[int, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for person, place in class_memberships().filter(person__in=pks).values_list("person_id", "school_class_id"):
        places[person][0].add(place)
    for person, place in group_memberships().filter(person__in=pks).values_list("person_id", "group_id"):
        places[person][1].add(place)
    return places


def _reached(spec: Spec, places: tuple[set[int], set[int]]) -> bool:
    return not spec.has_places or bool(spec.classes & places[0] or spec.groups & places[1])


def name_children(viewer: Viewer, articles: Sequence[Any]) -> None:
    """Give each article `concerned`: the children it is about, where that tells them apart."""
    concerned = children_by_article(viewer, articles)
    for article in articles:
        narrow = spec_of(article).has_places
        article.concerned = concerned.get(article.pk, []) if narrow else []

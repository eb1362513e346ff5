"""People in the school's search: by name, function or class."""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat
from django.urls import reverse

from core.modules.contract import SearchHit
from core.people.models import Person
from core.people.pages import name_children
from core.people.templatetags.people import told_apart
from core.permissions.viewer import Viewer
from core.search.sql import begins_a_word, folded
from core.structure.selectors import class_memberships, with_classes


def matching(people: QuerySet[Person], words: list[str]) -> QuerySet[Person]:
    """Those of whom each word begins a name, the function or the class; surnames that begin so come first.

    Whoever sees a person sees these three (`core.people.rules`): words give nothing else away.
    """
    people = people.annotate(
        folded_name=Concat(Value(" "), F("search_text")),
        folded_function=folded("function"),
        by_surname=Case(When(search_text__startswith=words[0], then=Value(0)), default=Value(1)),
    )
    for word in words:
        in_class = class_memberships().annotate(folded_class=folded("school_class__name"))
        in_class = in_class.filter(begins_a_word("folded_class", word))
        people = people.filter(
            begins_a_word("folded_name", word)
            | begins_a_word("folded_function", word)
            | Q(pk__in=in_class.order_by().values("person"))
        )
    return with_classes(people.order_by("by_surname", "search_text", "pk"))


def shown(viewer: Viewer, people: list[Person]) -> list[SearchHit]:
    """As the directory shows them."""
    name_children(viewer, people)
    return [_hit(person) for person in people]


def _hit(person: Any) -> SearchHit:
    url = reverse("people:person", args=[person.pk])
    return SearchHit(pk=person.pk, title=person.sort_name, line=told_apart(person), url=url, person=person)

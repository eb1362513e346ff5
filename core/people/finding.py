"""People in the school's search: by name, function or class."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse

from core.modules.contract import SearchHit
from core.people.models import Person
from core.people.pages import name_children
from core.people.templatetags.people import told_apart
from core.people.text import fold
from core.permissions.viewer import Viewer
from core.search.sql import begins_a_word, folded, opened
from core.structure.models import SchoolClass
from core.structure.selectors import class_memberships, with_classes


def matching(people: QuerySet[Person], words: list[str]) -> QuerySet[Person]:
    """Those of whom each word begins a name, the function or the class; surnames that begin so come first.

    Whoever sees a person sees these three (`core.people.rules`): words give nothing else away.
    """
    people = people.alias(
        folded_name=opened("search_text"),
        folded_function=folded("function"),
        by_surname=Case(When(search_text__startswith=words[0], then=Value(0)), default=Value(1)),
    )
    named = [(pk, fold(name)) for pk, name in SchoolClass.objects.values_list("pk", "name")]
    for word in words:
        said = begins_a_word("folded_name", word) | ~Q(function="") & begins_a_word("folded_function", word)
        if classes := [pk for pk, name in named if _is_called(name, word)]:
            in_class = class_memberships().filter(school_class__in=classes)
            said |= Q(pk__in=in_class.order_by().values("person"))
        people = people.filter(said)
    return with_classes(people.order_by("by_surname", "search_text", "pk"))


def _is_called(name: str, word: str) -> bool:
    """Whether the word begins one of the class's, or the whole name in one piece: "6ea" for "6e a"."""
    return f" {word}" in f" {name}" or name.replace(" ", "").startswith(word)


def shown(viewer: Viewer, people: list[Person]) -> list[SearchHit]:
    """As the directory shows them."""
    name_children(viewer, people)
    return [_hit(person) for person in people]


def _hit(person: Any) -> SearchHit:
    url = reverse("people:person", args=[person.pk])
    return SearchHit(pk=person.pk, title=person.sort_name, line=told_apart(person), url=url, person=person)

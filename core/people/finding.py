"""People in the school's search: by name, function or class."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from core.modules.contract import SearchHit
from core.people.models import Person
from core.people.pages import name_children
from core.people.templatetags.people import told_apart
from core.permissions.viewer import Viewer
from core.search.sql import begins_a_word
from core.search.text import folded_label
from core.structure.models import SchoolClass
from core.structure.selectors import Places, pupils_in, with_classes
from tenants.prepared import Among, Written, prepared


def matching(people: QuerySet[Person], words: list[str]) -> QuerySet[Person]:
    """Those of whom each word begins a name, the function or the class; surnames that begin so come first.

    Whoever sees a person sees these three (`core.people.rules`): words give nothing else away.
    """
    named = [(pk, folded_label(name)) for pk, name in _classes().rows()]
    functions = [(one, folded_label(one)) for (one,) in _functions().rows()]
    for word in words:
        said = begins_a_word("search_text", word, folded=True)
        if held := [one for one, folded in functions if f" {word}" in f" {folded}"]:
            said |= Q(Among("function", held))
        if classes := frozenset(pk for pk, name in named if _is_called(name, word)):
            said |= pupils_in(Places(classes))
        people = people.filter(said)
    by_surname = Written("{0} NOT LIKE %s", "search_text", values=[f"{words[0]}%"])
    return with_classes(people.order_by(by_surname, "search_text", "pk"))


@prepared
def _classes() -> QuerySet[SchoolClass, Any]:
    return SchoolClass.objects.values("pk", "name")


@prepared
def _functions() -> QuerySet[Person, Any]:
    """Few, and folded here: among the rows, PostgreSQL would fold them after asking of everybody who sees them."""
    return Person.objects.exclude(function="").order_by().values("function").distinct()


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

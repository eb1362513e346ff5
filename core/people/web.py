"""What the pages of people and structure have in common: a form, a service, an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import DomainError
from core.people.models import Person
from core.people.selectors import search
from core.people.text import fold
from core.ui.forms import add_domain_error

SHOWN = 30
LONGEST_QUERY = 200


def attempt(form: BaseForm, service: Callable[..., Any], /, **arguments: Any) -> Any:
    """Call the service; None when it refuses, its sentence then standing in the form."""
    try:
        return service(**arguments)
    except DomainError as error:
        add_domain_error(form, error)
        form.refused_with = error.status  # type: ignore[attr-defined]
        return None


def done(form: BaseForm, service: Callable[..., None], /, **arguments: Any) -> bool:
    """The same for a service that answers nothing: whether it did its work."""

    def work(**given: Any) -> bool:
        service(**given)
        return True

    return bool(attempt(form, work, **arguments))


def form_page(
    request: HttpRequest, form: BaseForm, context: dict[str, Any], template: str = "people/form.html"
) -> HttpResponse:
    """The page with its form: 200 at first, 422 when refused, 409 for a conflict."""
    status = getattr(form, "refused_with", 422) if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def number_in(text: str | None) -> int | None:
    """A key from an address, or None for anything that is no key."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def one_of(rows: QuerySet[Any], text: str | None) -> Any:
    """The row that an address or a form names, or None."""
    key = number_in(text)
    return rows.filter(pk=key).first() if key is not None else None


def words_in(request: HttpRequest) -> str:
    """What is searched for (`q`), cut to a reasonable length and rid of what PostgreSQL refuses."""
    given = request.POST if request.method == "POST" else request.GET
    return given.get("q", "")[:LONGEST_QUERY].replace("\x00", "")


@dataclass(frozen=True)
class Pick:
    """A search for people among candidates, a short list to choose from, and what is chosen already."""

    words: str
    people: list[Person]
    total: int
    chosen: frozenset[str]
    name: str = "person"
    many: bool = False
    label: Any = ""

    @property
    def more(self) -> int:
        return self.total - len(self.people)


def pick(
    request: HttpRequest,
    candidates: QuerySet[Person],
    *,
    label: Any,
    name: str = "person",
    many: bool = False,
) -> Pick:
    """Search, then choose: for thousands of people, without scripts. Chosen people stay shown."""
    words = words_in(request)
    chosen = request.POST.getlist(name) if request.method == "POST" else []
    found = search(candidates, words) if fold(words) else candidates
    found = found.order_by("search_text", "pk")
    keys = [key for key in map(number_in, chosen[:SHOWN]) if key is not None]
    kept = list(candidates.filter(pk__in=keys)) if keys else []
    shown = kept + [person for person in found[:SHOWN] if person.pk not in keys]
    return Pick(words, shown, max(found.count(), len(shown)), frozenset(chosen), name, many, label)

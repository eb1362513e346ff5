"""The page of finds, and what appears under the field as one types."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.adoption import services as adoption
from core.people.web import number_in, words_in
from core.permissions.guards import signed_in
from core.permissions.viewer import viewer_of
from core.search import places
from core.search.kinds import Kind, open_to
from core.search.selectors import Found, find, find_kind
from core.search.text import words_of

A_FEW, ALL, PAGES = 6, 40, 12
SUGGESTED, SUGGESTED_PAGES = 4, 3
LAST_PAGE = 10
PLACES = "pages"


@signed_in
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`q` is what was typed, `dans` one kind alone, `page` its following finds; all in the address."""
    typed = words_in(request)
    words, kinds = words_of(typed), open_to(viewer_of(request))
    asked = request.GET.get("dans", "")
    chosen = next((kind for kind in kinds if kind.key == asked), None)
    only_places = asked == PLACES
    context: dict[str, Any] = {"typed": typed, "words": words, "chosen": chosen, "only_places": only_places}
    if chosen:
        context |= _one(request, chosen, words)
    else:
        limit = ALL if only_places else PAGES // 2
        context["found"] = [] if only_places else find(viewer_of(request), words, limit=A_FEW)
        context["places"] = places.matching(request, words, limit=limit) if words else []
    if words:
        adoption.count("search.find", viewer_of(request))
    context["tabs"] = _tabs(typed, kinds, chosen, only_places)
    fragment = "#results" if request.htmx and not request.htmx.boosted else ""  # type: ignore[attr-defined]
    return render(request, f"search/search.html{fragment}", context)


@signed_in
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """A few finds for what is typed so far: a fragment for the field of the top line."""
    typed = words_in(request)
    words = words_of(typed)
    enough = len("".join(words)) > 1
    if enough:
        adoption.count("search.suggest", viewer_of(request))
    context = {
        "typed": typed,
        "words": words,
        "enough": enough,
        "found": find(viewer_of(request), words, limit=SUGGESTED) if enough else [],
        "places": places.matching(request, words, limit=SUGGESTED_PAGES) if enough else [],
    }
    return render(request, "search/suggestions.html", context)


def _one(request: HttpRequest, kind: Kind, words: list[str]) -> dict[str, Any]:
    page = min(max(number_in(request.GET.get("page")) or 1, 1), LAST_PAGE)
    viewer = viewer_of(request)
    found = find_kind(viewer, kind, words, limit=ALL, offset=(page - 1) * ALL) if words else Found(kind)
    following = page + 1 if found.more and page < LAST_PAGE else None
    previous = page - 1 if page > 1 else None
    return {"found": [found] if found.hits else [], "page": page, "following": following, "previous": previous}


def _tabs(typed: str, kinds: list[Kind], chosen: Kind | None, only_places: bool) -> list[dict[str, Any]]:
    tabs = [("", _("Tout"), chosen is None and not only_places)]
    tabs += [(kind.key, kind.label, kind is chosen) for kind in kinds]
    tabs.append((PLACES, _("Pages et réglages"), only_places))
    return [{"key": key, "label": label, "current": current} for key, label, current in tabs]

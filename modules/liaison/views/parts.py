"""What several pages share: tabs, pages of a list, pupils picked by name."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from core.people.choices import Role
from core.people.selectors import search
from core.people.text import fold
from core.people.web import Pick, number_in, words_in
from core.permissions.viewer import Viewer, viewer_of
from core.structure.selectors import with_classes
from modules.liaison import rules, selectors
from modules.liaison.forms import AudienceForm
from modules.liaison.models import Note
from modules.liaison.selectors.notes import child_keys

PAGE_SIZE, FOUND = 20, 12


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None = None


def is_family(viewer: Viewer) -> bool:
    """Whether notes reach the viewer: as a guardian or as a pupil."""
    return bool(viewer.roles & {Role.GUARDIAN, Role.PUPIL})


def tabs(request: HttpRequest) -> list[Tab]:
    """The places of the module that concern the viewer; none where there is only one."""
    viewer = viewer_of(request)
    places: list[tuple[str, str, int | None]] = []
    if is_family(viewer):
        places.append(("liaison:list", _("Reçus"), None))
    if viewer.can(rules.ASK) and Role.GUARDIAN in viewer.roles:
        places.append(("liaison:words", _("À l’établissement"), None))
    if rules.may_follow_notes(viewer.codes):
        places.append(("liaison:notes", _("Aux familles"), None))
    if selectors.treats_any(viewer):
        places.append(("liaison:desk", _("Des familles"), selectors.waiting_count(viewer) or None))
    if len(places) < 2:
        return []
    return [Tab(label, reverse(name), request.path == reverse(name), count) for name, label, count in places]


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], *, size: int = PAGE_SIZE) -> Page[Any]:
    """The page that the address asks for; a number that makes no sense gives the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def header(request: HttpRequest) -> dict[str, Any]:
    """The context of every list."""
    viewer = viewer_of(request)
    return {
        "tabs": tabs(request),
        "may_write": rules.writes(viewer.codes),
        "may_ask": may_ask(viewer),
        "name": viewer.modules["liaison"].name,
    }


def may_ask(viewer: Viewer) -> bool:
    """Whether the viewer writes words to the school."""
    open_here = bool(viewer.modules["liaison"].settings["words_open"])
    return open_here and viewer.can(rules.ASK) and bool(child_keys(viewer))


def about(viewer: Viewer, note: Note) -> dict[str, Any]:
    """What a note's pages on the school's side tell of it."""
    return {
        "note": note,
        "rights": selectors.rights_on(viewer, note),
        "audience": selectors.audience_in_words(note),
        "attachments": list(note.attachments.all()),
        "choices": list(note.choices.all()),
        "slots": list(note.slots.all()),
    }


def picked(request: HttpRequest, form: AudienceForm) -> Pick:
    """Pupils by name: those chosen stay shown, those found by the words of `q` are added."""
    candidates = selectors.writable_pupils(viewer_of(request))
    words = words_in(request)
    value = form["pupils"].value() or []
    keys = [key for key in (number_in(str(one)) for one in value) if key is not None]
    kept = list(with_classes(candidates.filter(pk__in=keys)))
    found = search(candidates, words).order_by("search_text", "pk") if fold(words) else candidates.none()
    shown = kept + [person for person in with_classes(found)[:FOUND] if person.pk not in set(keys)]
    total = max(found.count(), len(shown))
    chosen = frozenset(str(key) for key in keys)
    return Pick(words, shown, total, chosen, "pupils", many=True, label=_("Élèves choisis"))


def posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None

"""What the buttons under ticked conversations do, in words, and how each is undone.

The way to undo stands in the address of « Annuler » (`?etat=inbox:1,2;dossier-3:4`): it holds keys of one's own
copies, and undoing does no more than filing by hand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import DomainError
from core.people.web import number_in
from core.permissions.viewer import Viewer, viewer_of
from core.ui.typography import in_words
from modules.messaging.audience import lines
from modules.messaging.choices import DraftState, Place
from modules.messaging.models import Draft, Label
from modules.messaging.selectors import boxes as selectors
from modules.messaging.selectors.names import called
from modules.messaging.services import boxes as services

DRAFTS = 200
_LONGEST = 4000


def chosen(request: HttpRequest) -> list[int]:
    """The keys of the ticked conversations."""
    return _keys(request.POST.getlist("c"))


def _keys(texts: Iterable[str]) -> list[int]:
    return [key for key in map(number_in, texts) if key is not None][: services.MOST]


def way_back(request: HttpRequest) -> str:
    """The list where one was (`retour`), or the inbox."""
    path = request.POST.get("retour", "") or request.GET.get("retour", "")
    fits = path.startswith("/") and path.isprintable() and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path[:500] if fits else reverse("messaging:inbox")


def carry_out(request: HttpRequest, keys: list[int]) -> tuple[str, str]:
    """Do it; the sentence that says so, and the address that undoes it ("" where nothing can be undone)."""
    viewer, (verb, _sign, key) = viewer_of(request), request.POST.get("do", "").partition("-")
    if verb == "file":
        return _file(request, keys, _asked(key or request.POST.get("folder")))
    if verb in {"label", "unlabel"}:
        label = selectors.get_label_or_404(viewer, _asked(key or request.POST.get("label")))
        return _label(request, keys, label, off=verb == "unlabel")
    if verb in {"read", "unread"}:
        return _mark(request, keys, unread=verb == "unread")
    if verb == "delete":
        count = services.delete_for_good(viewer=viewer, conversations=keys)
        return _said(count, _("Conversation supprimée."), _("%(count)s conversations supprimées.")), ""
    places = {"archive": Place.ARCHIVE, "trash": Place.TRASH, "restore": Place.INBOX}
    if verb not in places:
        raise DomainError("verb", _("Cette action n’existe pas."))
    return _move(request, keys, places[verb])


def _asked(text: str | None) -> int:
    return number_in(text) or 0


def _said(count: int, one: str, many: str) -> str:
    return one if count < 2 else many % {"count": count}


def _move(request: HttpRequest, keys: list[int], place: Place) -> tuple[str, str]:
    filed = services.move(viewer=viewer_of(request), conversations=keys, place=place)
    words = {
        Place.ARCHIVE: (_("Conversation archivée."), _("%(count)s conversations archivées.")),
        Place.TRASH: (_("Conversation mise à la corbeille."), _("%(count)s conversations mises à la corbeille.")),
        Place.INBOX: (_("Conversation remise à sa place."), _("%(count)s conversations remises à leur place.")),
    }
    return _said(filed.count, *words[place]), _undo(request, _states(filed))


def _file(request: HttpRequest, keys: list[int], folder_key: int) -> tuple[str, str]:
    viewer = viewer_of(request)
    folder = selectors.get_folder_or_404(viewer, folder_key)
    filed = services.move(viewer=viewer, conversations=keys, place=Place.FOLDER, folder=folder)
    sentence = ngettext(
        "Conversation rangée dans «\u00a0%(folder)s\u00a0».",
        "%(count)s conversations rangées dans «\u00a0%(folder)s\u00a0».",
        filed.count,
    )
    return sentence % {"count": filed.count, "folder": folder}, _undo(request, _states(filed))


def _states(filed: services.Filed) -> list[tuple[str, list[int]]]:
    return [(f"dossier-{folder}" if folder else place, keys) for (place, folder), keys in filed.before.items()]


def _mark(request: HttpRequest, keys: list[int], *, unread: bool) -> tuple[str, str]:
    count = services.mark(viewer=viewer_of(request), conversations=keys, unread=unread)
    if unread:
        sentence = _said(count, _("Marquée comme non lue."), _("%(count)s conversations marquées comme non lues."))
    else:
        sentence = _said(count, _("Marquée comme lue."), _("%(count)s conversations marquées comme lues."))
    return sentence, _undo(request, [("read" if unread else "unread", keys)])


def _label(request: HttpRequest, keys: list[int], label: Label, *, off: bool) -> tuple[str, str]:
    viewer = viewer_of(request)
    if off:
        services.unlabel(viewer=viewer, conversations=keys, label=label)
        sentence = _("Étiquette «\u00a0%(label)s\u00a0» retirée.")
        return sentence % {"label": label}, _undo(request, [(f"label-{label.pk}", keys)])
    new = services.label(viewer=viewer, conversations=keys, label=label)
    sentence = _("Étiquette «\u00a0%(label)s\u00a0» posée.")
    return sentence % {"label": label}, _undo(request, [(f"unlabel-{label.pk}", new)])


# --- Undoing ----------------------------------------------------------------------------------------------
def _undo(request: HttpRequest, states: list[tuple[str, list[int]]]) -> str:
    state = ";".join(f"{name}:{','.join(map(str, keys))}" for name, keys in states if keys)
    query = urlencode({"etat": state, "retour": way_back(request)})
    return f"{reverse('messaging:undo')}?{query}" if state else ""


def take_back(request: HttpRequest) -> None:
    """Undo what `etat` says."""
    viewer = viewer_of(request)
    before: dict[tuple[str, int | None], list[int]] = {}
    for part in request.GET.get("etat", "")[:_LONGEST].split(";"):
        name, _sign, listed = part.partition(":")
        keys = _keys(listed.split(","))
        kind, _dash, number = name.partition("-")
        if kind in {"read", "unread"}:
            services.mark(viewer=viewer, conversations=keys, unread=kind == "unread")
        elif kind in {"label", "unlabel"}:
            _relabel(viewer, keys, number_in(number), off=kind == "unlabel")
        elif kind == "dossier":
            before[Place.FOLDER, number_in(number)] = keys
        elif kind in Place.values:
            before[kind, None] = keys
    services.put_back(viewer=viewer, before=before)


def _relabel(viewer: Viewer, keys: list[int], pk: int | None, *, off: bool) -> None:
    label = next((one for one in selectors.labels_of(viewer) if one.pk == pk), None)
    if label is not None:
        (services.unlabel if off else services.label)(viewer=viewer, conversations=keys, label=label)


# --- Drafts -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DraftRow:
    """A draft in its box: to whom, what becomes of it, in a sentence."""

    draft: Draft
    who: str
    sentence: str
    tone: str  # a kind of tag, or ""


def draft_rows(drafts: list[Draft]) -> list[DraftRow]:
    words = _lines_in_words(drafts)
    rows = [DraftRow(draft, words.get(draft.pk) or _("Sans destinataire"), *_standing(draft)) for draft in drafts]
    order = [DraftState.REFUSED, DraftState.SCHEDULED, DraftState.HELD, DraftState.MODERATION, DraftState.OPEN]
    return sorted(rows, key=lambda row: order.index(DraftState(row.draft.state)))


def _lines_in_words(drafts: list[Draft]) -> dict[int, str]:
    """To whom each is addressed. All lines are read together."""
    parsed = {draft.pk: lines.parse(draft.lines) for draft in drafts}
    everything = [line for found in parsed.values() for line in found]
    said = iter(lines.in_words(everything))
    words = {pk: ", ".join(next(said) for _line in found) for pk, found in parsed.items()}
    for draft in drafts:
        if draft.answers is not None:
            name = called(draft.answers.sender, draft.answers.sender_name)
            words[draft.pk] = _("Réponse à %(name)s") % {"name": name}
    return words


def sentence_of(draft: Draft) -> str:
    """« Partira lundi à 7:00 »: what becomes of something that is not sent; empty for what is being written."""
    return _standing(draft)[0]


def _standing(draft: Draft) -> tuple[str, str]:
    leaves = {"when": in_words(draft.send_at)}
    sentences: dict[str, tuple[str, str]] = {
        DraftState.OPEN: ("", ""),
        DraftState.SCHEDULED: (_("Partira %(when)s") % leaves, "accent"),
        DraftState.HELD: (_("La messagerie est fermée\u00a0: partira %(when)s") % leaves, "info"),
        DraftState.MODERATION: (_("Relu par l’établissement avant de partir"), "info"),
        DraftState.REFUSED: (draft.refusal or _("N’est pas parti"), "danger"),
    }
    return sentences[draft.state]



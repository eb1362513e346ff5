"""Which list an address speaks of: its box, its filters, where its page begins; and the way back to it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.people.children import chosen_child
from core.people.web import number_in, words_in
from core.permissions.viewer import Viewer, viewer_of
from modules.messaging.choices import Place
from modules.messaging.models import Folder, Label
from modules.messaging.selectors import boxes
from modules.messaging.selectors.boxes import Filters, Page

# What some do for the whole school: permission, route, words, icon.
_DUTIES = (
    ("messaging.moderate", "messaging:moderation", gettext_lazy("Messages à relire"), "eye"),
    ("messaging.moderate", "messaging:reports", gettext_lazy("Signalements"), "flag"),
    ("messaging.suspend", "messaging:suspensions", gettext_lazy("Suspensions et retraits"), "ban"),
    ("messaging.manage_rules", "messaging:rules", gettext_lazy("Qui écrit à qui"), "sliders"),
)
# Key in addresses, route, title and icon of the boxes that everybody has.
PLACES: dict[str, tuple[str, Any, str]] = {
    Place.INBOX: ("messaging:inbox", gettext_lazy("Réception"), "mail"),
    Place.SENT: ("messaging:sent", gettext_lazy("Envoyés"), "send"),
    Place.ARCHIVE: ("messaging:archive", gettext_lazy("Archives"), "archive"),
    Place.TRASH: ("messaging:trash", gettext_lazy("Corbeille"), "trash-2"),
}
_FLAGS = (
    ("unread", "non-lus", gettext_lazy("Non lus")),
    ("staff", "personnels", gettext_lazy("Des personnels")),
    ("attachment", "pieces-jointes", gettext_lazy("Avec pièce jointe")),
)


@dataclass(frozen=True)
class Toggle:
    """A filter as a link that sets it, or takes it away."""

    label: str
    url: str
    on: bool


@dataclass(frozen=True)
class Listing:
    """A box as an address names it. `key` is « inbox », « dossier-3 », « etiquette-4 »…"""

    key: str
    place: Place | Folder | Label
    title: str
    icon: str
    url: str
    filters: Filters
    after: str
    child: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The filters as they stand in the address."""
        said = {name: "1" for field, name, _label in _FLAGS if getattr(self.filters, field)}
        if self.filters.label:
            said["etiquette"] = str(self.filters.label)
        if self.filters.words:
            said["q"] = self.filters.words
        return said

    @property
    def trail(self) -> str:
        """What a thread's address carries to find its way back."""
        return urlencode({"boite": self.key, **self.query, **({"apres": self.after} if self.after else {})})

    @property
    def back(self) -> str:
        return self.with_query({**self.query, **({"apres": self.after} if self.after else {})})

    def with_query(self, query: dict[str, str]) -> str:
        return f"{self.url}?{urlencode(query)}" if query else self.url

    @property
    def toggles(self) -> list[Toggle]:
        flags = _FLAGS[:1] if self.place == Place.SENT else _FLAGS
        found = [self._toggle(name, "1", str(label)) for field, name, label in flags if self._fits(field)]
        return found

    def _fits(self, field: str) -> bool:
        """Among what one sent nothing is unread, and all of it is from oneself."""
        return self.place != Place.SENT or field == "attachment"

    def _toggle(self, name: str, value: str, label: str) -> Toggle:
        query = dict(self.query)
        on = query.pop(name, "") == value
        return Toggle(label, self.with_query(query if on else {**query, name: value}), on)

    def label_toggles(self, labels: list[Label]) -> list[Toggle]:
        return [self._toggle("etiquette", str(label.pk), label.name) for label in labels]

    @property
    def narrowed(self) -> bool:
        return bool(self.filters)

    def page(self, viewer: Viewer) -> Page:
        return boxes.box(viewer, self.place, self.filters, self.after)

    def older(self, page: Page) -> str:
        return self.with_query({**self.query, "apres": page.after}) if page.after else ""


def listing_of(request: HttpRequest, key: str = "") -> Listing:
    """The list of this address; a box that is not one's own is not there. Raises Http404."""
    viewer = viewer_of(request)
    key = key or request.GET.get("boite", "") or Place.INBOX
    place, title, icon, url = _where(viewer, key)
    child = chosen_child(request)
    filters = Filters(
        **{field: request.GET.get(name) == "1" for field, name, _label in _FLAGS},
        child=child.pk if child else None,
        label=_label_asked(viewer, request.GET.get("etiquette")),
        words=words_in(request),
    )
    after = request.GET.get("apres", "")[:80]
    return Listing(key, place, title, icon, url, filters, after, child.first_name if child else "")


def _where(viewer: Viewer, key: str) -> tuple[Place | Folder | Label, str, str, str]:
    if key in PLACES:
        route, title, icon = PLACES[key]
        return Place(key), str(title), icon, reverse(route)
    kind, _sign, number = key.partition("-")
    pk = number_in(number)
    if pk is not None and kind == "dossier":
        folder = boxes.get_folder_or_404(viewer, pk)
        return folder, folder.name, "folder", reverse("messaging:folder", args=[pk])
    if pk is not None and kind == "etiquette":
        label = boxes.get_label_or_404(viewer, pk)
        return label, label.name, "tag", reverse("messaging:label", args=[pk])
    raise Http404(key)


def _label_asked(viewer: Viewer, text: str | None) -> int | None:
    """One of one's own labels, or none: a wrong one narrows nothing."""
    asked = number_in(text)
    return asked if asked in {label.pk for label in boxes.labels_of(viewer)} else None


def safe_listing_of(request: HttpRequest) -> Listing:
    """The same beside a thread, where a box that is gone is the inbox."""
    try:
        return listing_of(request)
    except Http404:
        return listing_of(request, Place.INBOX)


def shelf(request: HttpRequest, listing: Listing | None, *, page: Page | None = None) -> dict[str, Any]:
    """What the column of lists shows: the boxes, one's folders and labels, and the page of the one chosen."""
    viewer = viewer_of(request)
    context: dict[str, Any] = {
        "name": viewer.modules["messaging"].name,
        "folders": boxes.folders_of(viewer),
        "labels": boxes.labels_of(viewer),
        "unread": boxes.unread_count(viewer),
        "drafts": boxes.draft_count(viewer),
        "may_write": viewer.can("messaging.write"),
        "listing": listing,
        "staff_menu": [
            {"url": reverse(route), "label": label, "icon": icon}
            for code, route, label, icon in _DUTIES
            if viewer.can(code)
        ],
        "places": [
            {"url": reverse(route), "label": title, "icon": icon, "current": bool(listing and listing.key == key)}
            for key, (route, title, icon) in PLACES.items()
        ],
    }
    if listing is not None:
        page = page or listing.page(viewer)
        context |= {
            "page": page, "older": listing.older(page), "label_toggles": listing.label_toggles(context["labels"]),
            "trail": listing.trail, "is_trash": listing.place == Place.TRASH,
            "is_inbox": listing.place == Place.INBOX, "is_sent": listing.place == Place.SENT,
            "empty": empty_words(listing),
        }  # fmt: skip
    return context


def empty_words(listing: Listing) -> tuple[str, str]:
    """Title and sentence of an empty box: what to do, or what will be here."""
    if listing.narrowed:
        return _("Rien ne correspond"), _("Aucune conversation ne répond à ces filtres.")
    words: dict[Any, tuple[str, str]] = {
        Place.INBOX: (_("Tout est lu et rangé"), _("Ce que l’on vous écrit arrive ici.")),
        Place.SENT: (_("Rien d’envoyé"), _("Ce que vous écrivez reste ici, avec le nombre de ceux qui l’ont lu.")),
        Place.ARCHIVE: (_("Pas d’archives"), _("Archivez une conversation traitée\u00a0: elle se retrouve ici.")),
        Place.TRASH: (_("La corbeille est vide"), _("Ce que vous jetez reste ici quelque temps, puis disparaît.")),
    }
    if isinstance(listing.place, Label):
        return _("Aucune conversation"), _("Posez cette étiquette depuis une boîte ou depuis un message.")
    if isinstance(listing.place, Folder):
        return _("Ce dossier est vide"), _("Rangez-y des conversations\u00a0: cochez-les, puis choisissez ce dossier.")
    return words[listing.place]

"""What was told to the person who looks: the list, opening, reading."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from core.notifications import selectors, services
from core.notifications.models import Notification
from core.people.children import children_for, own_children, selected_child
from core.people.models import Person
from core.people.web import number_in
from core.permissions.guards import signed_in
from core.permissions.viewer import viewer_of
from core.ui.toasts import done

# What the last press marked as read, so that it can be undone.
_MARKED = "notifications_marked"
_UNDOABLE = 2000


@signed_in
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """One's notifications by day. The address says which: `vue=non-lues`, `enfant=12`, `avant=345` (what is older)."""
    child, only_unread = _child(request), request.GET.get("vue") == "non-lues"
    rows = selectors.mine(request, child)
    if only_unread:
        rows = rows.filter(state=Notification.State.UNREAD)
    before = number_in(request.GET.get("avant"))
    context = {
        "page": selectors.page_of(request, rows, before=before),
        "tabs": _tabs(only_unread),
        "children": children_for(request),
        "child": child,
        "only_unread": only_unread,
        "before": before,
        "older": _address(only_unread),
    }
    return render(request, "notifications/list.html", context)


def _child(request: HttpRequest) -> Person | None:
    """The child that the switcher narrows the list to; an only child narrows nothing."""
    return selected_child(request) if len(own_children(request)) > 1 else None


def _tabs(only_unread: bool) -> list[dict[str, Any]]:
    url = reverse("notifications:list")
    return [
        {"label": _("Toutes"), "url": url, "current": not only_unread},
        {"label": _("Non lues"), "url": f"{url}?vue=non-lues", "current": only_unread},
    ]


def _address(only_unread: bool) -> str:
    """What the link to older things keeps of the address."""
    query = QueryDict(mutable=True)
    if only_unread:
        query["vue"] = "non-lues"
    return query.urlencode()


@signed_in
@require_safe
def open_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what it is about; it is read from then on.

    A GET that changes something, so that it is a plain link in pages, messages and pushes: it does so to one's own
    row only, any number of times alike, and not when a browser merely fetches ahead.
    """
    row = selectors.get_mine_or_404(request, pk)
    if "prefetch" not in request.headers.get("Sec-Purpose", ""):
        services.read(person=person_of(request), ids=[row.pk])
    url = row.event.url
    ours = url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return redirect(url if ours else "notifications:list")


@signed_in
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark as read: the rows that are named (`row`), or all those up to the newest that the page showed (`upto`)."""
    rows = selectors.mine(request, _child(request))
    named = [pk for pk in map(number_in, request.POST.getlist("row")) if pk is not None]
    rows = rows.filter(pk__in=named) if named else rows.filter(pk__lte=number_in(request.POST.get("upto")) or 0)
    unread = rows.filter(state=Notification.State.UNREAD).values_list("pk", flat=True)
    marked = services.read(person=person_of(request), ids=list(unread))
    if marked:
        undoable = len(marked) <= _UNDOABLE
        request.session[_MARKED] = marked if undoable else []
        done(request, _marked(len(marked)), undo_url=reverse("notifications:unread") if undoable else "")
    return redirect(_back(request))


def _marked(count: int) -> str:
    return ngettext("%(count)d marquée comme lue.", "%(count)d marquées comme lues.", count) % {"count": count}


@signed_in
@require_POST
def mark_unread(request: HttpRequest) -> HttpResponse:
    """Undo the last `mark_read`."""
    ids = request.session.pop(_MARKED, [])
    if services.unread(person=person_of(request), ids=ids):
        done(request, _("Remises en non lues."))
    return redirect("notifications:list")


def _back(request: HttpRequest) -> str:
    """The list as it was filtered."""
    url = reverse("notifications:list")
    return f"{url}?vue=non-lues" if request.POST.get("vue") == "non-lues" else url


def person_of(request: HttpRequest) -> Person:
    person = viewer_of(request).person
    if person is None:
        raise TypeError("the guard lets members through only")
    return person

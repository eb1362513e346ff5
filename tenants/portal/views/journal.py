"""The region's journal."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenants.accounts.guards import regional
from tenants.audit import selectors
from tenants.portal import words
from tenants.portal.forms import JournalFilters
from tenants.portal.navigation import whole_region
from tenants.portal.views.access import ADMINISTRATOR, schools_for

_PAGE = 50


@regional(ADMINISTRATOR)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Who did what; an administrator of a part of the region sees what concerns its schools."""
    entries = selectors.entries(None if whole_region(request) else schools_for(request, ADMINISTRATOR))
    actions = [(code, words.action_in_words(code)) for code in selectors.actions(entries)]
    filters = JournalFilters(request.GET or None, actions=sorted(actions, key=lambda pair: pair[1]))
    found = selectors.filtered(entries, filters.wanted() if filters.is_bound else {})
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {"filters": filters, "page": page, "entries": [words.entry_in_words(entry) for entry in page]}
    return render(request, "portal/journal.html", context)

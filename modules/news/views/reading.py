"""Reading: the list, an article, confirming."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.people.children import chosen_child
from core.permissions.guards import requires
from core.permissions.viewer import viewer_of
from core.ui.toasts import done
from modules.news import selectors, services
from modules.news.forms import ListFilter
from modules.news.views.parts import about, header, page_of


@requires("news.view")
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """What the viewer receives; the filters live in the address."""
    viewer = viewer_of(request)
    filters = ListFilter(selectors.sections_shown_to(viewer), request.GET)
    chosen = filters.chosen()
    child = chosen_child(request)
    page = page_of(request, selectors.reading_list(viewer, child=child, **chosen))
    selectors.name_children(viewer, list(page.object_list))
    narrowed = bool(chosen["section"] or chosen["unread"] or child)
    context = header(request) | {"page": page, "filters": filters, "narrowed": narrowed}
    return render(request, "news/list.html", context)


@requires("news.view")
@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    article = selectors.get_visible_or_404(viewer, pk)
    services.mark_read(viewer=viewer, article=article)
    context = about(viewer, article) | selectors.confirmation_asked(viewer, article)
    if context["rights"].see_readers:
        context["readers"] = selectors.reader_count(article)
        context["recipients"] = selectors.recipients_of(article, selectors.terms_of(viewer)).count()
    return render(request, "news/detail.html", context)


@requires("news.view")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """« J’ai lu »"""
    viewer = viewer_of(request)
    services.confirm(viewer=viewer, article=selectors.get_visible_or_404(viewer, pk))
    done(request, _("Merci, votre lecture est confirmée."))
    return redirect("news:detail", pk)

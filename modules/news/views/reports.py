"""Who has not read urgent news."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.permissions.guards import requires
from core.permissions.viewer import Viewer, viewer_of
from core.ui.sheets import csv_answer
from modules.news import selectors, services
from modules.news.models import Article
from modules.news.selectors.reports import Report, Row
from modules.news.views.parts import about, page_of

# People on one page of a report.
ROWS = 50


@requires("news.see_reports")
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts by role and class, and the names of those who have not confirmed."""
    viewer = viewer_of(request)
    article, found = _report(viewer, pk)
    role, school_class = request.GET.get("role", ""), request.GET.get("classe", "")
    everyone = request.GET.get("lectures") == "toutes"
    rows = found.chosen(role=role, school_class=school_class, unread_only=not everyone)
    page = page_of(request, rows, size=ROWS)
    context = about(viewer, article) | {
        "report": found, "page": page, "role": role, "school_class": school_class, "everyone": everyone,
    }  # fmt: skip
    return render(request, "news/report.html", context)


@requires("news.see_reports")
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a CSV that French spreadsheets open: UTF-8 with its mark, semicolons, no formulas."""
    viewer = viewer_of(request)
    article, found = _report(viewer, pk)
    services.note_export(viewer=viewer, article=article)
    head = [_("Nom"), _("Prénom"), _("Rôle"), _("Classe"), _("Enfants concernés"), _("A lu le")]
    name = f"lectures-{slugify(article.title)[:40] or article.pk}"
    return csv_answer(name, head, (_cells(row) for row in found.rows))


def _report(viewer: Viewer, pk: int) -> tuple[Article, Report]:
    article = selectors.get_visible_or_404(viewer, pk)
    if not selectors.rights_on(viewer, article).see_report:
        raise Http404("no report")
    return article, selectors.report_on(article, selectors.terms_of(viewer))


def _cells(row: Row) -> Iterable[str]:
    read = timezone.localtime(row.confirmed_at).strftime("%d/%m/%Y %H:%M") if row.confirmed_at else ""
    return (
        row.person.last_name, row.person.first_name, row.role_labels, row.class_names, row.child_names, read,
    )  # fmt: skip

"""One source for the whole region: what it would change in each school, then how each fared."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.imports.region import services
from core.imports.region.forms import ApplyForm, RouteForm, SendForm
from core.people.web import attempt, form_page
from core.ui import toasts
from tenants.accounts.guards import regional
from tenants.accounts.models import RegionalRole
from tenants.imports import selectors
from tenants.imports import services as noted
from tenants.imports.models import RegionalImport, SchoolImport, StructureRoute
from tenants.portal.views.access import require_whole_region
from tenants.work.models import RegionalWork

_ADMINISTRATOR = RegionalRole.Role.ADMINISTRATOR.value
_State, _School = RegionalImport.State, SchoolImport.State
_MOVING = {_State.WAITING, _State.READING, _State.APPLYING}
_TONES = {_State.DONE: "ok", _State.REFUSED: "danger", _State.FAILED: "danger"}
_SCHOOL_TONES = {
    _School.APPLIED: "ok", _School.CONFIRM: "care", _School.REFUSED: "danger", _School.FAILED: "danger",
    _School.UNKNOWN: "care", _School.INACTIVE: "care",
}  # fmt: skip


@regional(_ADMINISTRATOR)
def index(request: HttpRequest) -> HttpResponse:
    """Send the region's files; the imports so far."""
    require_whole_region(request)
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given: Any = form.cleaned_data
        row = attempt(form, services.receive, uploads=given["sent"], format=given["format"], actor=request.user)
        if row:
            return redirect("regional_imports:import", row.pk)
    page = Paginator(selectors.imports(), 20).get_page(request.GET.get("page"))
    rows = [(row, _TONES.get(_State(row.state), "info")) for row in page]
    context = {"page": page, "rows": rows, "elsewhere": StructureRoute.objects.filter(learned=False).count()}
    return form_page(request, form, context, "regional_imports/index.html")


@regional(_ADMINISTRATOR)
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; then school by school, and the structures that lead to none."""
    require_whole_region(request)
    row = get_object_or_404(RegionalImport, pk=pk)
    moving = row.state in _MOVING
    context: dict[str, Any] = {"row": row, "moving": moving}
    if moving:
        context["work"] = RegionalWork.objects.filter(pk=row.work or 0).first()
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        if moving:
            return render(request, "regional_imports/import.html#moving", context)
        return HttpResponse(headers={"HX-Refresh": "true"})
    if not moving:
        context |= _outcome(request, row)
    return render(request, "regional_imports/import.html", context)


def _outcome(request: HttpRequest, row: RegionalImport) -> dict[str, Any]:
    state = request.GET.get("etat", "")
    schools = selectors.schools(row)
    numbers = dict(schools.order_by().values_list("state").annotate(n=Count("pk")))
    shown = schools.filter(state=state) if state in numbers else schools
    page = Paginator(shown.order_by("uai", "name", "pk"), 50).get_page(request.GET.get("page"))
    dry = bool(row.options.get("dry_run"))
    return {
        "tone": _TONES.get(_State(row.state), ""),
        "tabs": _tabs(numbers, state, dry=dry),
        "page": page,
        "lines": [_line(school, dry=dry) for school in page],
        "people": schools.aggregate(n=Sum("people"))["n"] or 0,
        "told": row.report.get("told", []),
        "can_look": dry and row.state == _State.DONE and bool(row.folder),
        "can_apply": dry and row.state == _State.DONE and bool(row.folder) and _reached(numbers),
        "can_go_on": row.state in {_State.FAILED, _State.CANCELLED} and bool(row.folder),
        "many_go": numbers.get(_School.CONFIRM, 0),
        "lost": numbers.get(_School.UNKNOWN, 0),
        "form": ApplyForm(),
    }


def _reached(numbers: dict[str, int]) -> bool:
    """Whether there is a school to apply it in."""
    return bool(numbers.get(_School.WAITING) or numbers.get(_School.CONFIRM))


def _tabs(numbers: dict[str, int], current: str, *, dry: bool) -> list[dict[str, Any]]:
    tabs = [{"label": _("Tous"), "url": "?", "count": sum(numbers.values()), "current": current not in numbers}]
    tabs += [
        {"label": _label(one, dry=dry), "url": f"?etat={one}", "count": numbers[one], "current": one == current}
        for one in _School
        if numbers.get(one)
    ]
    return tabs if len(tabs) > 2 else []


def _label(state: str, *, dry: bool) -> str:
    return _("À appliquer") if dry and state == _School.WAITING else str(_School(state).label)


def _line(school: SchoolImport, *, dry: bool) -> dict[str, Any]:
    def total(action: str) -> int:
        return sum(kind.get(action, 0) for kind in school.counts.values())

    return {
        "school": school,
        "label": _label(school.state, dry=dry),
        "tone": _SCHOOL_TONES.get(_School(school.state), "info"),
        "numbers": [total("created"), total("updated"), total("suspended"), total("unchanged"), total("refused")],
    }


@regional(_ADMINISTRATOR)
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    form = ApplyForm(request.POST)
    form.is_valid()
    row, user = get_object_or_404(RegionalImport, pk=pk), request.user
    services.apply(row=row, actor=user, confirmed=form.cleaned_data["confirmed"])  # type: ignore[arg-type]
    return redirect("regional_imports:import", pk)


@regional(_ADMINISTRATOR)
@require_POST
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    services.look_again(row=get_object_or_404(RegionalImport, pk=pk), actor=request.user)  # type: ignore[arg-type]
    return redirect("regional_imports:import", pk)


@regional(_ADMINISTRATOR)
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    services.go_on(row=get_object_or_404(RegionalImport, pk=pk), actor=request.user)  # type: ignore[arg-type]
    return redirect("regional_imports:import", pk)


@regional(_ADMINISTRATOR)
def routes(request: HttpRequest) -> HttpResponse:
    """Which structure is which school, where the source does not say it."""
    require_whole_region(request)
    form = RouteForm(request.POST or None, initial={"structure": request.GET.get("structure", "")[:60]})
    if form.is_valid() and attempt(form, noted.set_route, actor=request.user, **form.cleaned_data):
        toasts.done(request, _("Correspondance enregistrée. Elle vaut dès le prochain import."))
        return redirect("regional_imports:routes")
    page = Paginator(StructureRoute.objects.filter(learned=False), 50).get_page(request.GET.get("page"))
    return form_page(request, form, {"page": page}, "regional_imports/routes.html")


@regional(_ADMINISTRATOR)
@require_POST
def remove_route(request: HttpRequest, pk: int) -> HttpResponse:
    require_whole_region(request)
    noted.remove_route(route=get_object_or_404(StructureRoute, pk=pk), actor=request.user)  # type: ignore[arg-type]
    toasts.done(request, _("Correspondance retirée."))
    return redirect("regional_imports:routes")

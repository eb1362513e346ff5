"""Alerts of the region, in the console: written, counted, sent; then school by school."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts.guards import regional
from tenants.accounts.models import Account
from tenants.alerts import scopes, selectors, services
from tenants.alerts.forms import AlertForm, NewsForm
from tenants.alerts.models import RegionalAlert, SchoolAlert
from tenants.errors import DomainError
from tenants.policies.scopes import part_of

_administrator = regional("administrator")
_EDITING = require_http_methods(["GET", "HEAD", "POST"])
_TONES = {"waiting": "info", "told": "ok", "failed": "danger", "skipped": "care"}


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 -- the guard has seen to it
    return account


@_administrator
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What lasts first, then what is over."""
    rows = scopes.alerts_of(_account(request))
    page = Paginator(rows.exclude(ended_at=None), 20).get_page(request.GET.get("page"))
    context = {
        "active": [(row, scopes.in_words(row), selectors.progress(row)) for row in rows.filter(ended_at=None)],
        "page": page,
        "rows": [(row, scopes.in_words(row)) for row in page],
    }
    return render(request, "regional_alerts/index.html", context)


@_administrator
@_EDITING
def create(request: HttpRequest) -> HttpResponse:
    """Written; then what it reaches; then sent."""
    part = part_of(_account(request))
    form = AlertForm(request.POST or None, part=part)
    if not form.is_bound or not form.is_valid() or "corriger" in request.POST:
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "regional_alerts/create.html", {"form": form}, status=status)
    draft = form.draft()
    if "envoyer" in request.POST:
        sent = _attempt(form, services.start, draft=draft, actor=_account(request), key=form.cleaned_data["key"])
        if sent:
            return redirect("regional_alerts:alert", sent.pk)
        return render(request, "regional_alerts/create.html", {"form": form}, status=422)
    reach = scopes.reach_of(draft.scope, list(draft.values), part)
    where = scopes.in_words(RegionalAlert(scope=draft.scope, values=list(draft.values)))
    context = {"form": form, "draft": draft, "reach": reach, "where": where}
    context["alert"] = RegionalAlert(kind=draft.kind, drill=draft.drill, text=draft.text)
    return render(request, "regional_alerts/confirm.html", context)


def _attempt(form: Form, service: Any, **given: Any) -> Any:
    """What the service makes; None when it refuses, its sentence then standing in the form."""
    try:
        return service(**given)
    except DomainError as error:
        for name, text in error.fields.items():
            form.add_error(name if name in form.fields else None, text)
        if not error.fields:
            form.add_error(None, error.message)
        return None


@_administrator
@require_safe
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, what the schools answer in numbers; it moves by itself."""
    alert = selectors.get_or_404(_account(request), pk)
    state = request.GET.get("etat", "")
    page = Paginator(selectors.schools(alert, state), 50).get_page(request.GET.get("page"))
    known = selectors.names_of(list(page))
    context = {
        "alert": alert,
        "where": scopes.in_words(alert),
        "moving": selectors.is_moving(alert),
        "progress": selectors.progress(alert),
        "news": list(alert.news.order_by("-at", "-pk")),
        "tabs": _tabs(alert, state),
        "page": page,
        "query": request.GET.urlencode(),
        "lines": [(row, known.get(row.uai), _TONES[row.state]) for row in page],
    }
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        return render(request, "regional_alerts/alert.html#live", context)
    return render(request, "regional_alerts/alert.html", context)


def _tabs(alert: RegionalAlert, current: str) -> list[dict[str, Any]]:
    counts = {one: alert.schools.filter(state=one).count() for one in SchoolAlert.State.values}
    tabs = [{"label": _("Tous"), "url": "?", "count": sum(counts.values()), "current": current not in counts}]
    tabs += [
        {"label": one.label, "url": f"?etat={one}", "count": counts[one], "current": one == current}
        for one in SchoolAlert.State
        if counts[one]
    ]
    return tabs if len(tabs) > 2 else []


@_administrator
@_EDITING
def say(request: HttpRequest, pk: int) -> HttpResponse:
    return _news(request, pk, ends=False)


@_administrator
@_EDITING
def end(request: HttpRequest, pk: int) -> HttpResponse:
    return _news(request, pk, ends=True)


def _news(request: HttpRequest, pk: int, *, ends: bool) -> HttpResponse:
    """More for all its schools, or the end in all of them."""
    alert = selectors.get_or_404(_account(request), pk)
    over = _("Fin de l’exercice. Merci à tous.") if alert.drill else _("Fin de l’alerte. Reprenez vos activités.")
    form = NewsForm(request.POST or None, initial={"text": over} if ends else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if _attempt(
            form, services.say, alert=alert, text=given["text"], actor=_account(request), key=given["key"], ends=ends
        ):
            messages.success(request, _("Fin annoncée.") if ends else _("La suite part dans les établissements."))
            return redirect("regional_alerts:alert", alert.pk)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "regional_alerts/news.html", {"form": form, "alert": alert, "ends": ends}, status=status)


@_administrator
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the schools that failed once more."""
    services.retry(alert=selectors.get_or_404(_account(request), pk), actor=_account(request))
    return redirect("regional_alerts:alert", pk)

"""The region's policies, in the regional console."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.accounts.guards import regional
from tenants.accounts.models import Account
from tenants.errors import DomainError
from tenants.policies import rollout, selectors, services
from tenants.policies.forms import PolicyForm, ScopeForm, offered
from tenants.policies.models import Policy
from tenants.policies.scopes import Part, label, part_of
from tenants.policies.services import NEW, Draft

_administrator = regional("administrator")
_EDITING = require_http_methods(["GET", "HEAD", "POST"])


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 -- the guard has seen to it
    return account


def _part(request: HttpRequest) -> Part:
    return part_of(_account(request))


@_administrator
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    context = {"sections": selectors.sections(_part(request)), "progress": _running()}
    return render(request, "policies/index.html", context)


def _running() -> list[rollout.Progress]:
    return [row for row in rollout.progress() if row.done < row.total]


@_administrator
@_EDITING
def create(request: HttpRequest, module: str) -> HttpResponse:
    entry = selectors.subject_or_404(module)
    data = request.POST if request.method == "POST" else None
    part = _part(request)
    scope = _scope(request, part)
    scope_form = ScopeForm(data, part=part, scope=scope)
    form = PolicyForm(data, entry=entry, policy=None)
    context = {
        "entry": entry,
        "scope_form": scope_form,
        "form": form,
        "version": NEW,
        "tabs": [{"label": name, "url": f"?portee={kind}", "current": kind == scope} for kind, name in offered(part)],
    }
    if scope_form.is_bound and scope_form.is_valid() and form.is_valid():
        draft = form.draft(scope_form.cleaned_data["scope"], scope_form.value())
        return _proposed(request, draft, NEW, form, context)
    status = 422 if scope_form.is_bound else 200
    return render(request, "policies/edit.html", context, status=status)


def _scope(request: HttpRequest, part: Part) -> str:
    """The kind of scope that the address or the form names; the first on offer otherwise."""
    wished = request.POST.get("scope") or request.GET.get("portee", "")
    kinds = [kind for kind, _name in offered(part)]
    return wished if wished in kinds else kinds[0]


@_administrator
@_EDITING
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    policy = selectors.editable_or_404(_part(request), pk)
    entry = selectors.subject_or_404(policy.module)
    form = PolicyForm(request.POST if request.method == "POST" else None, entry=entry, policy=policy)
    where = label(policy.scope, policy.scope_value)
    context = {"entry": entry, "form": form, "policy": policy, "where": where, "version": policy.version}
    if form.is_bound and form.is_valid():
        draft = form.draft(policy.scope, policy.scope_value)
        return _proposed(request, draft, _version(request), form, context)
    return render(request, "policies/edit.html", context, status=422 if form.is_bound else 200)


@_administrator
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what removing a policy would change."""
    policy = selectors.editable_or_404(_part(request), pk)
    draft = Draft(policy.module, policy.scope, policy.scope_value)
    try:
        found, proposal = services.propose(draft, actor=_account(request), seen=_version(request))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("policies:edit", pk)
    return _impact_page(request, draft, found, proposal)


def _proposed(request: HttpRequest, draft: Draft, seen: int, form: PolicyForm, context: dict[str, Any]) -> HttpResponse:
    try:
        found, proposal = services.propose(draft, actor=_account(request), seen=seen)
    except DomainError as error:
        for name, text in error.fields.items():
            form.add_error(name if name in form.fields else None, text)
        if not error.fields:
            form.add_error(None, error.message)
        return render(request, "policies/edit.html", context, status=422)
    return _impact_page(request, draft, found, proposal)


def _impact_page(request: HttpRequest, draft: Draft, found: Any, proposal: str) -> HttpResponse:
    entry = selectors.subject_or_404(draft.module)
    context = {
        "entry": entry,
        "draft": draft,
        "effect": Policy.Effect(draft.effect).label if draft.effect else "",
        "where": label(draft.scope, draft.scope_value),
        "details": selectors.describe(entry, draft.defaults, draft.locked),
        "impact": found,
        "kinds": selectors.kinds(found),
        "proposal": proposal,
    }
    return render(request, "policies/impact.html", context)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else NEW


@_administrator
@require_POST
def apply(request: HttpRequest) -> HttpResponse:
    try:
        change = services.accept(request.POST.get("proposal", ""), actor=_account(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        undo_url = reverse("policies:undo", args=[change.pk])
        messages.success(request, _("La règle s’applique."), extra_tags=f"undo={undo_url}")
    return redirect("policies:index")


@_administrator
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    page = Paginator(selectors.history(), 25).get_page(request.GET.get("page"))
    part = _part(request)
    rows = [selectors.told(change, part) for change in page]
    return render(request, "policies/history.html", {"page": page, "rows": rows})


@_administrator
@_EDITING
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what undoing would change; POST undoes."""
    change = selectors.change_or_404(_part(request), pk)
    try:
        if request.method != "POST":
            found = services.undo_impact(change)
            context = {
                "told": selectors.told(change, _part(request)),
                "impact": found,
                "kinds": selectors.kinds(found),
            }
            return render(request, "policies/undo.html", context)
        again = services.undo(change, actor=_account(request))
    except DomainError as error:
        messages.error(request, error.message)
    else:
        undo_url = reverse("policies:undo", args=[again.pk])
        messages.success(request, _("Changement annulé."), extra_tags=f"undo={undo_url}")
    return redirect("policies:history")


@_administrator
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """How far the modules that the region requires have come."""
    rows = selectors.progress_rows()
    context = {"rows": rows, "failures": rollout.failures(), "running": any(row.running for row in rows)}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "policies/progress.html#rows" if fragment else "policies/progress.html", context)


@_administrator
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    number = rollout.ensure()
    if number:
        messages.success(request, _("La mise en place reprend."))
    else:
        messages.info(request, _("Tout ce que la région impose est en place."))
    return redirect("policies:progress")

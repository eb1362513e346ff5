"""What works in the background of the region: Celery's health, what runs, what failed, what runs at fixed hours."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenants.accounts.guards import regional
from tenants.accounts.models import Account, RegionalRole
from tenants.errors import DomainError
from tenants.portal.navigation import whole_region
from tenants.portal.views.access import ADMINISTRATOR, schools_for
from tenants.work import health, selectors, services, sources, words
from tenants.work.health import Health
from tenants.work.models import RegionalWork, TaskFailure
from tenants.work.shown import Shown, shown

_SUPPORT = RegionalRole.Role.SUPPORT.value


@regional(ADMINISTRATOR, _SUPPORT)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The part that moves asks again by itself; once nothing runs, the whole page comes anew."""
    scope, whole = schools_for(request, ADMINISTRATOR, _SUPPORT), _sees_all(request)
    state = health.read()
    own = [_shown(request, work, state) for work in selectors.works(scope, whole=whole)[:50]]
    works = [*sources.works(scope, whole=whole), *own]
    context: dict[str, Any] = {
        "open": [work for work in works if work.is_open],
        "moving": any(work.moves for work in works),
    }
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        response = render(request, "regional_work/index.html#open", context)
        if not context["moving"]:
            response.headers["HX-Refresh"] = "true"
        return response
    jobs = selectors.jobs(scope, whole=whole)
    context |= {
        "health": state,
        "summary": words.summary(state),
        "broken": [work for work in works if work.is_broken],
        "failures": [_failure(request, one) for one in selectors.failures(scope, whole=whole)],
        "school_jobs": [job for job in jobs if not job.regional],
        "region_jobs": [job for job in jobs if job.regional],
        "ended": [work for work in works if not work.is_open and not work.is_broken],
    }
    return render(request, "regional_work/index.html", context)


@regional(ADMINISTRATOR)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    work = _work_or_404(request, pk)
    return _ordered(request, lambda: services.retry(work=work, actor=_account(request)), _("Travail relancé."))


@regional(ADMINISTRATOR)
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    work = _work_or_404(request, pk)
    return _ordered(request, lambda: services.cancel(work=work, actor=_account(request)), _("Travail annulé."))


@regional(ADMINISTRATOR)
@require_POST
def retry_failure(request: HttpRequest, pk: int) -> HttpResponse:
    failure = TaskFailure.objects.filter(pk=pk).first()
    if failure is None or not _administers(request, failure.uai):
        raise Http404("no such failure here")
    order = services.retry_failure
    return _ordered(request, lambda: order(failure=failure, actor=_account(request)), _("Tâche relancée."))


def _ordered(request: HttpRequest, order: Any, said: str) -> HttpResponse:
    """An order that came too late is told on the page that shows how things are."""
    try:
        order()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("regional_work:index")


def _work_or_404(request: HttpRequest, pk: int) -> RegionalWork:
    work = RegionalWork.objects.filter(pk=pk).first()
    if work is None or not _administers(request, work.uai):
        raise Http404("no such work here")
    return work


def _administers(request: HttpRequest, uai: str) -> bool:
    if not uai:
        return whole_region(request)
    return schools_for(request, ADMINISTRATOR).filter(uai=uai).exists()


def _sees_all(request: HttpRequest) -> bool:
    held = RegionalRole.objects.filter(account=_account(request), role__in=(ADMINISTRATOR, _SUPPORT))
    return held.filter(scope=RegionalRole.Scope.REGION).exists()


def _account(request: HttpRequest) -> Account:
    account = request.user
    assert isinstance(account, Account)  # noqa: S101 -- the guard has seen to it
    return account


def _shown(request: HttpRequest, work: RegionalWork, state: Health) -> Shown:
    one = shown(work, state, who=work.actor_name)
    mine = _administers(request, work.uai)
    if one.is_broken:
        one.detail = " ".join(filter(None, (work.error, work.place)))
        if work.retryable and mine:
            one.retry_url = reverse("regional_work:retry", args=[work.pk])
    if one.is_open and mine:
        one.cancel_url = reverse("regional_work:cancel", args=[work.pk])
    if work.uai:
        one.url = reverse("portal:establishment", args=[work.uai])
    return one


def _failure(request: HttpRequest, failure: TaskFailure) -> Shown:
    """Kind of error and place in the code: what the region mends, without what it was about."""
    one = Shown(
        label=selectors.label_of(failure),
        state="failed",
        detail=" ".join(filter(None, (failure.error, failure.place))),
        at=failure.at,
        meta=[text for text in (failure.uai, _tries(failure.attempts)) if text],
        url=reverse("portal:establishment", args=[failure.uai]) if failure.uai else "",
    )
    if failure.retryable and _administers(request, failure.uai):
        one.retry_url = reverse("regional_work:retry_failure", args=[failure.pk])
    return one


def _tries(attempts: int) -> str:
    return _("%(n)s fois") % {"n": attempts} if attempts > 1 else ""

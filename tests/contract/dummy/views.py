from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.adoption import services as adoption
from core.errors import DomainError
from core.permissions.guards import requires, signed_in
from core.permissions.viewer import viewer_of
from core.ui.forms import add_domain_error
from tests.contract.dummy import rules, selectors, services
from tests.contract.dummy.forms import MealForm


@requires("dummy.view")
def meals(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    context = {"meals": selectors.meals_visible_to(viewer), "settings": viewer.modules["dummy"].settings}
    return render(request, "dummy/list.html", context)


@requires("dummy.plan")
def plan(request: HttpRequest) -> HttpResponse:
    form = MealForm(request.POST or None)
    if form.is_valid():
        try:
            services.plan_meal(**form.cleaned_data, actor=viewer_of(request).person)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("dummy:list")
    return render(request, "dummy/plan.html", {"form": form}, status=422 if form.errors else 200)


@requires("dummy.book")
@require_POST
def book(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = viewer_of(request)
    meal = selectors.get_visible_or_404(viewer, pk)
    if viewer.person is None or not rules.may_book(viewer, meal, timezone.localdate()):
        raise Http404("not to be booked")
    services.book(meal=meal, actor=viewer.person)
    adoption.count("dummy.book", viewer)
    return redirect("dummy:list")


@signed_in
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "dummy/about.html")

"""Where modules are on and where they serve, for who administers, assists or trains a part of the region."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tenants.accounts.guards import regional
from tenants.adoption import selectors
from tenants.adoption.catalogue import Counted, catalogue
from tenants.adoption.forms import UseFilters
from tenants.establishments.models import Establishment
from tenants.portal.views.access import ANY_ROLE, schools_for
from tenants.text import words_of

_PAGE = 50


@regional(*ANY_ROLE)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One line a module: where it is on, where it serves, where it does not."""
    scope = schools_for(request)
    form = UseFilters(request.GET or None, departements=_departements(scope))
    wanted = form.wanted() if form.is_bound else {}
    schools = _narrowed(scope, wanted)
    tallies = selectors.by_module(schools, timezone.localdate())
    rows = [
        {"entry": entry, "tally": tallies.get(slug) or selectors.Tally()}
        for slug, entry in catalogue().items()
        if _fits(entry, wanted.get("q", ""))
    ]
    context = {"filters": form, "rows": rows, "last": selectors.last_report(schools)}
    return render(request, "regional_adoption/index.html", context)


@regional(*ANY_ROLE)
@require_safe
def module(request: HttpRequest, module: str) -> HttpResponse:
    """One module: by département, by feature, and the schools where it does not serve."""
    entry = catalogue().get(module)
    if entry is None:
        raise Http404("counts nothing")
    scope = schools_for(request)
    form = UseFilters(request.GET or None, departements=_departements(scope), searches=False)
    schools = _narrowed(scope, form.wanted() if form.is_bound else {})
    today = timezone.localdate()
    places = selectors.places(schools, module, today)
    idle = [place.school for place in places if not place.used and not place.fresh]
    served = selectors.by_feature(schools, module, today)
    context = {
        "entry": entry,
        "filters": form,
        "departements": selectors.by_departement(places),
        "features": [(label, *served.get(code, (0, 0))) for code, label in entry.features.items()],
        "page": Paginator(idle, _PAGE).get_page(request.GET.get("page")),
        "places": places,
    }
    return render(request, "regional_adoption/module.html", context)


def _departements(scope: QuerySet[Establishment]) -> list[tuple[str, str]]:
    rows = scope.order_by("departement_code").values_list("departement_code", "departement").distinct()
    return [(code, name) for code, name in rows if code]


def _narrowed(scope: QuerySet[Establishment], wanted: dict[str, str]) -> QuerySet[Establishment]:
    code = wanted.get("departement")
    return scope.filter(departement_code=code) if code else scope


def _fits(entry: Counted, words: str) -> bool:
    """Whether each word begins one of the module's or its features'."""
    known = words_of(" ".join(map(str, [entry.name, *entry.features.values()])))
    return all(any(word.startswith(asked) for word in known) for asked in words_of(words))

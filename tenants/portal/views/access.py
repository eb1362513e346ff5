"""Who sees what in the console."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from tenants.accounts.models import RegionalRole
from tenants.accounts.scopes import establishments_in_scope
from tenants.establishments.models import Establishment
from tenants.establishments.selectors import in_scope_or_404
from tenants.portal.navigation import whole_region

ADMINISTRATOR = RegionalRole.Role.ADMINISTRATOR.value
ANY_ROLE = tuple(RegionalRole.Role.values)


def schools_for(request: HttpRequest, *roles: str) -> QuerySet[Establishment]:
    """The schools that the regional roles of who is signed in extend to (all roles, or only these)."""
    known: dict[tuple[str, ...], QuerySet[Establishment]] = request.__dict__.setdefault("_school_scopes", {})
    if roles not in known:
        known[roles] = establishments_in_scope(request.user, *roles)  # type: ignore[arg-type]
    return known[roles].all()


def school_or_404(request: HttpRequest, uai: str, *roles: str) -> Establishment:
    return in_scope_or_404(uai, schools_for(request, *roles))


def require_whole_region(request: HttpRequest) -> None:
    """The directory belongs to who administers the whole region; it is not there for the others."""
    if not whole_region(request):
        raise Http404("only for the whole region")

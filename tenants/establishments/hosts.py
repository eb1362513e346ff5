"""Addresses of the front door and of schools."""

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest

from tenants.establishments.models import Establishment


def establishment_at(host: str, among: QuerySet[Establishment] | None = None) -> Establishment | None:
    """The school whose subdomain or own domain is `host` (lower case, without port), or None.

    One query, and a second one only when no subdomain fits. `among`: with what the caller annotated.
    """
    schools = (Establishment.objects.all() if among is None else among).order_by()
    suffix = f".{settings.SCHOOL_DOMAIN}"
    if host.endswith(suffix):
        # Folded as in the unique index, which then answers
        found = schools.alias(folded=Lower("slug")).filter(folded=host.removesuffix(suffix)).first()
        if found is not None:
            return found
    return schools.alias(folded=Lower("domains__domain")).filter(folded=host).first()


def _port(request: HttpRequest | None) -> str:
    if request is not None:
        port = request.META.get("HTTP_HOST", "").rpartition(":")[2]
        return f":{port}" if port.isdigit() else ""
    return f":{settings.ORIGIN.port}" if settings.ORIGIN.port else ""


def region_url(path: str = "/", request: HttpRequest | None = None) -> str:
    """The absolute address of a page of the front door."""
    return f"{settings.ORIGIN.scheme}://{settings.ORIGIN.hostname}{_port(request)}{path}"


def school_host(establishment: Establishment) -> str:
    return f"{establishment.slug}.{settings.SCHOOL_DOMAIN}"


def school_url(establishment: Establishment, path: str = "/", request: HttpRequest | None = None) -> str:
    """The absolute address of a page of a school."""
    return f"{settings.ORIGIN.scheme}://{school_host(establishment)}{_port(request)}{path}"

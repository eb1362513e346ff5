"""Where a school answers: its subdomain, its former ones, its own domains."""

import ipaddress
import re

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tenants.accounts.models import Account
from tenants.errors import Conflict, DomainError
from tenants.establishments import slugs
from tenants.establishments.models import Domain, Establishment
from tenants.establishments.services.common import locked, record_change
from tenants.schemas.context import region

MAX_DOMAINS = 10
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")


def change_slug(establishment: Establishment, *, slug: str, actor: Account | None) -> Establishment:
    """Give the school another subdomain. The former one stays as a further address, so links keep working.

    Raises DomainError on a form that DNS refuses, a reserved name, or an address of another school.
    """
    wanted = slug.strip().lower()
    if problem := slugs.problem_with(wanted):
        raise DomainError("slug-form", problem, {"slug": problem})
    try:
        with region(), transaction.atomic():
            _move(establishment, wanted, actor)
    except IntegrityError:
        raise _taken("slug") from None
    return establishment


def _move(establishment: Establishment, wanted: str, actor: Account | None) -> None:
    before = locked(establishment).slug
    if before == wanted:
        return
    if Establishment.objects.filter(slug=wanted).exists():
        raise _taken("slug")
    address = Domain.objects.filter(domain=_subdomain(wanted)).first()
    if address and address.tenant_id != establishment.pk:
        raise _taken("slug")
    if address:
        address.delete()
    establishment.slug = wanted
    establishment.save(update_fields=["slug", "updated_at"])
    Domain.objects.get_or_create(domain=_subdomain(before), defaults={"tenant": establishment})
    record_change(establishment, "slug", {"slug": [before, wanted]}, actor)


def add_domain(establishment: Establishment, *, domain: str, actor: Account | None) -> Domain:
    """Let the school answer at a domain of its own. Raises DomainError when the name cannot be one."""
    name = checked_domain(domain)
    try:
        with region(), transaction.atomic():
            locked(establishment)
            if establishment.domains.count() >= MAX_DOMAINS:
                raise DomainError("too-many-domains", _("Dix adresses suffisent. Retirez-en une d’abord."))
            if Domain.objects.filter(domain=name).exists():
                raise _taken("domain")
            added = Domain.objects.create(domain=name, tenant=establishment)
            record_change(establishment, "domain_added", {"domain": [None, name]}, actor)
    except IntegrityError:
        raise _taken("domain") from None
    return added


def remove_domain(establishment: Establishment, *, domain: str, actor: Account | None) -> None:
    """Take an address away. Raises Conflict when it is already gone."""
    with region(), transaction.atomic():
        locked(establishment)
        deleted, _rows = Domain.objects.filter(tenant=establishment, domain=domain).delete()
        if not deleted:
            raise Conflict("domain-gone", _("Cette adresse a déjà été retirée."))
        record_change(establishment, "domain_removed", {"domain": [domain, None]}, actor)


def checked_domain(text: str) -> str:
    """The host name in small ASCII letters. Raises DomainError with the reason."""
    name = re.sub(r"\Ahttps?://", "", text.strip().lower()).rstrip("/.")
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        name = ""
    labels = name.split(".")
    sound = len(name) <= 253 and len(labels) > 1 and all(_LABEL.match(label) for label in labels)
    if not sound or labels[-1].isdigit() or _is_address(name):
        raise _refused(_("Écrivez un nom de domaine, par exemple «\u00a0college.example.fr\u00a0»."))
    suffix = f".{settings.SCHOOL_DOMAIN}"
    if name in settings.REGION_HOSTS or name == settings.SCHOOL_DOMAIN or name.endswith(suffix):
        raise _refused(_("Ce domaine est celui de la région. Pour le sous-domaine, changez l’adresse Préau."))
    return name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _subdomain(slug: str) -> str:
    return f"{slug}.{settings.SCHOOL_DOMAIN}"


def _refused(message: str) -> DomainError:
    return DomainError("domain-form", message, {"domain": message})


def _taken(field: str) -> DomainError:
    message = _("Cette adresse mène déjà à un établissement.")
    return DomainError("address-taken", message, {field: message})

"""The region invites whole schools: what happens in each of them (`settings.SCHOOL_INVITATIONS`)."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from core.activation import services
from core.errors import DomainError
from core.modules.state import Modules
from tenants.establishments.models import Establishment
from tenants.schemas.context import current_uai


def invite(*, by_mail: bool, by_letter: bool) -> int:
    """Start both in the school that we stand in; each is followed there. Returns how many works were started.

    Letters are for whoever has not been invited once the mails are asked for: those without an address.
    """
    modules = Modules(Establishment.objects.get(uai=current_uai()))
    started = 0
    if by_mail:
        started += _tried(lambda: services.invite(actor=None, filters={"etat": "open"}, modules=modules))
    if by_letter:
        filters = {"etat": "open", "adresse": "sans"} if by_mail else {"etat": "open"}
        title = _("Demandés par la région")
        started += _tried(
            lambda: services.ask_letters(actor=None, filters=filters, title=title, modules=modules)
        )
    return started


def _tried(start: Callable[[], object]) -> int:
    """Nobody to invite is no failure."""
    try:
        start()
    except DomainError:
        return 0
    return 1

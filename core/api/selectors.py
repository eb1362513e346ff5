"""Reading tokens and webhooks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from core.api.models import AccessToken, Delivery, Webhook
from core.modules.contract import Manifest, Scope
from core.modules.state import Modules
from core.people.models import Person
from core.permissions.viewer import Viewer
from tenants.accounts.models import Account
from tenants.api import tokens
from tenants.api.problems import Refused


# --- Tokens -----------------------------------------------------------------------------------------------
def token_of(secret: str) -> AccessToken:
    """The token with this secret, its person at hand. Raises Refused (401) for one that opens nothing any more."""
    token = tokens.recognise(AccessToken.objects.select_related("person"), secret)
    person = token.person
    if person.left_on is not None:
        raise Refused(401, "person-left", _("La personne de ce jeton a quitté l’établissement."))
    active = Account.objects.filter(pk=token.account_id, is_active=True).exists()
    if person.account_id != token.account_id or not active:
        raise Refused(401, "account-closed", _("Le compte de ce jeton n’ouvre plus cet établissement."))
    return token


def tokens_of(person: Person) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(person=person)


def own_token_or_404(viewer: Viewer, pk: int) -> AccessToken:
    """One's own token, whatever its state. Raises Http404 for anybody else's."""
    token = AccessToken.objects.filter(person=viewer.person, pk=pk).first()
    if token is None:
        raise Http404("no such token")
    return token


@dataclass(frozen=True)
class Offer:
    """One scope that somebody may give to a token."""

    code: str
    module: str
    scope: Scope


def offered_scopes(viewer: Viewer) -> list[Offer]:
    """The scopes that would be of use to the viewer: of what is on, open to them, with a permission that they hold."""
    return [
        Offer(f"{state.slug}.{scope.slug}", state.name, scope)
        for state in viewer.modules.enabled()
        for scope in state.manifest.scopes
        if viewer.roles & state.roles and _is_of_use(state.manifest, scope, viewer)
    ]


def _is_of_use(manifest: Manifest, scope: Scope, viewer: Viewer) -> bool:
    codes = {f"{manifest.slug}.{slug}" for slug in scope.permissions}
    return not codes or bool(codes & viewer.codes)


# --- Webhooks ---------------------------------------------------------------------------------------------
def webhooks() -> QuerySet[Webhook]:
    return Webhook.objects.all()


def webhook_or_404(pk: int) -> Webhook:
    webhook = Webhook.objects.filter(pk=pk).first()
    if webhook is None:
        raise Http404("no such webhook")
    return webhook


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """The log, newest first."""
    return Delivery.objects.filter(webhook=webhook)


def delivery_or_404(webhook: Webhook, pk: int) -> Delivery:
    delivery = deliveries_of(webhook).filter(pk=pk).first()
    if delivery is None:
        raise Http404("no such delivery")
    return delivery


@dataclass(frozen=True)
class Callable:
    """One kind of event that may be called out: its code, its module's name here, what happens."""

    code: str
    module: str
    label: Any


def callable_kinds(modules: Modules) -> list[Callable]:
    """The kinds that the modules on here offer to webhooks, in the order of the menu."""
    return [
        Callable(f"{state.slug}.{callout.kind}", state.name, callout.label)
        for state in modules.enabled()
        for callout in state.manifest.webhooks
    ]

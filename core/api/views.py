"""The base of every address of a school's API."""

from functools import cached_property

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.api import rules, selectors
from core.api.viewer import TokenViewer
from core.modules import registry
from core.permissions.viewer import Viewer, viewer_of
from tenants.api import throttles, tokens
from tenants.api.operations import Operation
from tenants.api.problems import Refused
from tenants.api.views import ApiView, bearer_of


class SchoolView(ApiView):
    """An address on a school's host. `self.viewer` is who holds the token, as the pages know them."""

    def identify(self, request: Request) -> None:
        try:
            token = selectors.token_of(bearer_of(request))
        except Refused:
            throttles.count_stranger(request._request)
            raise
        throttles.count_token(str(token.pk))
        viewer = TokenViewer(request._request, token.person, frozenset(token.scopes))
        if not rules.may_hold_tokens(viewer):
            raise Refused(401, "tokens-closed", _("Votre rôle ne permet pas d’utiliser un jeton ici."))
        tokens.note_use(token)
        request._request.viewer = viewer  # type: ignore[attr-defined]
        self.token = token

    def refuse_unless_allowed(self, request: Request, operation: Operation) -> None:
        if operation.open:
            return
        viewer = self.viewer
        if (slug := self.module) and not is_open(viewer, slug):
            raise Http404("the module is off, or not for this person")
        assert isinstance(viewer, TokenViewer)  # noqa: S101 -- identify has put it there
        if operation.scope and operation.scope not in viewer.scopes:
            sentence = _("Ce jeton n’a pas la portée %(scope)s.") % {"scope": operation.scope}
            raise Refused(403, "scope-missing", sentence)
        if operation.permission and not viewer.can(operation.permission):
            raise Http404(operation.permission)

    @property
    def viewer(self) -> Viewer:
        return viewer_of(self.request._request)

    @cached_property
    def module(self) -> str:
        """The module that the address belongs to ("" for core)."""
        match = self.request._request.resolver_match
        slug = match.namespaces[-1] if match else ""
        return slug if slug in registry.modules() else ""


def is_open(viewer: Viewer, slug: str) -> bool:
    """Whether the module is on here, and open to one of the viewer's roles."""
    state = viewer.modules[slug]
    return state.enabled and bool(viewer.roles & state.roles)

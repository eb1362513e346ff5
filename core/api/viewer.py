"""Who looks through a token: its person, with what the token was given of their permissions."""

from functools import cached_property
from typing import Any

from core.modules import registry
from core.people.models import Person
from core.permissions.viewer import Viewer


class TokenViewer(Viewer):
    """The person of a token. The roles are theirs; the permissions are theirs that the token's scopes lend.

    `scopes` are the codes that the token bears and that are still declared.
    """

    def __init__(self, request: Any, person: Person, scopes: frozenset[str]) -> None:
        super().__init__(request)
        self.person = person
        self.scopes = scopes & frozenset(known_scopes())

    @cached_property
    def codes(self) -> frozenset[str]:
        lent = frozenset[str]().union(*(known_scopes()[code] for code in self.scopes))
        return self.modules.codes_for(self.roles) & lent


def known_scopes() -> dict[str, frozenset[str]]:
    """Code of each scope to the codes of the permissions that it lends."""
    return {
        f"{manifest.slug}.{scope.slug}": frozenset(f"{manifest.slug}.{slug}" for slug in scope.permissions)
        for manifest in registry.manifests().values()
        for scope in manifest.scopes
    }

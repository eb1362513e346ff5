"""The kinds of things that can be found: all that manifests declare, and those open to one person."""

from dataclasses import dataclass

from core.modules import registry
from core.modules.contract import SearchKind
from core.permissions.viewer import Viewer


@dataclass(frozen=True)
class Kind:
    """A declared kind with its full name ("news.article") and the icon that it is shown with."""

    key: str
    declared: SearchKind
    icon: str

    @property
    def label(self) -> str:
        return str(self.declared.label)


def everything() -> dict[str, Kind]:
    """Every kind of the installation by its full name, people first."""
    found = [
        Kind(f"{slug}.{declared.slug}", declared, declared.icon or manifest.icon)
        for slug, manifest in registry.manifests().items()
        for declared in manifest.search
    ]
    return {kind.key: kind for kind in sorted(found, key=lambda kind: kind.declared.position)}


def open_to(viewer: Viewer) -> list[Kind]:
    """What this person may look for: the module is on, open to one of their roles, and the permission held."""
    return [kind for kind in everything().values() if viewer.can(kind.declared.permission)]

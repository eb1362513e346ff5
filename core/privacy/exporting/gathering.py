"""All that the school holds about a person, area by area, as manifests export it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.module_loading import import_string

from core.files.models import StoredFile
from core.modules import registry
from core.modules.contract import Manifest
from core.people.models import Person
from core.permissions.viewer import Viewer
from core.privacy.terms import is_installed


@dataclass(frozen=True)
class Area:
    """What one module or area of core holds: plain data, and files."""

    manifest: Manifest
    name: str
    data: dict[str, Any]
    files: list[StoredFile] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return self.manifest.slug

    @property
    def is_empty(self) -> bool:
        return not self.files and not any(self.data.values())


def manifests_for(viewer: Viewer) -> list[Manifest]:
    """Those that hold personal data in this school, also where their module is off: the data are still here."""
    return [
        manifest
        for slug, manifest in registry.manifests().items()
        if (manifest.export_person or manifest.export_files) and is_installed(viewer.modules, slug)
    ]


def _for_guardians(file: StoredFile) -> bool:
    owner = registry.manifests().get(file.module)
    return owner is None or owner.files_to_guardian


def areas(viewer: Viewer, person: Person) -> Iterator[Area]:
    """Every area in turn, as the viewer may read it: the person, or a guardian with authority over the child.

    A guardian learns nothing of the other one's address: each manifest takes out what is not for them.
    """
    for manifest in manifests_for(viewer):
        data: dict[str, Any] = import_string(manifest.export_person)(person) if manifest.export_person else {}
        files = list(import_string(manifest.export_files)(person)) if manifest.export_files else []
        if viewer.person is not None and viewer.person.pk != person.pk:
            if manifest.export_to_guardian:
                data = import_string(manifest.export_to_guardian)(viewer, person, data)
            files = [file for file in files if _for_guardians(file)]
        yield Area(manifest, viewer.modules[manifest.slug].name, data, files)

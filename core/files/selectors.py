"""Reading files: the module that owns one says who may."""

from uuid import UUID

from django.http import Http404
from django.utils.module_loading import import_string

from core.files.models import StoredFile
from core.permissions.viewer import Viewer


def get_readable_or_404(viewer: Viewer, pk: UUID) -> StoredFile:
    """The file, when its module is on, open to the viewer's roles, and lets them read it. Raises Http404."""
    stored = StoredFile.objects.filter(pk=pk).first()
    if stored is None or not may_read(viewer, stored):
        raise Http404("no such file")
    return stored


def may_read(viewer: Viewer, stored: StoredFile) -> bool:
    """Ask the owning module, unless it is off or closed to all of the viewer's roles."""
    state = viewer.modules.states.get(stored.module)
    if state is None or not state.enabled or not state.roles & viewer.roles or not state.manifest.file_access:
        return False
    return bool(import_string(state.manifest.file_access)(viewer, stored))

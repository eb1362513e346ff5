"""What the référent's console reads."""

from django.db.models import QuerySet
from django.http import Http404

from core.modules.models import ChangeSet
from core.modules.state import Modules, ModuleState
from core.permissions.viewer import Viewer


def state_or_404(viewer: Viewer, slug: str) -> ModuleState:
    """A module that this type of school may have, or an area of core that has something to set."""
    modules = viewer.modules
    state = modules.states.get(slug)
    if state is None or not (state in modules.offered() or state in configurable_core(modules)):
        raise Http404(slug)
    return state


def configurable_core(modules: Modules) -> list[ModuleState]:
    """Areas of core with settings or notifications."""
    return [s for s in modules.states.values() if s.manifest.core and (s.manifest.settings or s.manifest.notifications)]


def history(slug: str = "") -> QuerySet[ChangeSet]:
    """The changes so far, newest first; of one module when it is named."""
    changes = ChangeSet.objects.select_related("actor", "undone_by", "undoes")
    return changes.filter(modules__contains=[slug]) if slug else changes

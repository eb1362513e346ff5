"""The modules of a new school: those that its type's preset names."""

from core.modules import registry
from core.modules.index import keep_index
from core.modules.models import ModuleChoice
from core.modules.presets import preset_for
from tenants.establishments.models import Establishment
from tenants.schemas import engine


def apply_preset(establishment: Establishment) -> None:
    """Create the tables of the preset's modules and switch them on. Runs standing in the school.

    Idempotent, and never undoes a choice that the school has already made.
    """
    slugs = preset_for(establishment)
    engine.install(establishment, slugs)
    for position, slug in enumerate(registry.modules()):
        if slug in slugs:
            ModuleChoice.objects.get_or_create(slug=slug, defaults={"enabled": True, "position": position * 10})
    keep_index(establishment)

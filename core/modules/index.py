"""The region's index of what each school has switched on, so that a policy can be counted first."""

from core.modules import registry
from core.modules.models import ModuleChoice
from tenants.establishments.models import Establishment
from tenants.policies.models import EnabledModule
from tenants.schemas.context import region


def keep_index(establishment: Establishment) -> None:
    """Bring the region's index in line with the school's choices. Runs standing in the school; idempotent.

    It follows the school's transaction and never shares it: a transaction stays within one school.
    """
    chosen = set(ModuleChoice.objects.filter(enabled=True).values_list("slug", flat=True))
    rows = [EnabledModule(uai=establishment.uai, module=slug, enabled=slug in chosen) for slug in registry.modules()]
    with region():
        EnabledModule.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["uai", "module"],
            update_fields=["enabled", "updated_at"],
        )

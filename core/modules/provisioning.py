"""What a new school starts with: the modules that its type's preset names, switched on."""

from core.modules import registry
from core.modules.models import ModuleChoice
from core.modules.presets import preset_of
from tenants.establishments.models import Establishment
from tenants.policies.effective import combine
from tenants.policies.models import Policy
from tenants.policies.scopes import Place, reaches
from tenants.schemas.kit import SchoolPlan


def plans(establishments: list[Establishment]) -> dict[str, SchoolPlan]:
    """UAI to what each receives. One query, however many schools."""
    policies = list(Policy.objects.all())
    return {
        e.uai: _plan(e, [p for p in policies if reaches(p.scope, p.scope_value, _place(e))]) for e in establishments
    }


def _place(establishment: Establishment) -> Place:
    return Place(
        uai=establishment.uai,
        academie=establishment.academie,
        departement_code=establishment.departement_code,
        type=establishment.type,
    )


def _plan(establishment: Establishment, policies: list[Policy]) -> SchoolPlan:
    slugs = preset_of(establishment.type, combine(policies))
    return SchoolPlan(
        modules=slugs,
        rows=[
            ModuleChoice(slug=slug, enabled=True, position=position * 10)
            for position, slug in enumerate(registry.modules())
            if slug in slugs
        ],
        enabled={slug: slug in slugs for slug in registry.modules()},
    )

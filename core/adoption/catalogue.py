"""What is counted, as plain data for the region (tenants may not import core)."""

from core.modules import registry
from tenants.adoption.catalogue import Counted


def catalogue() -> dict[str, Counted]:
    return {
        slug: Counted(
            slug=slug,
            name=manifest.name,
            icon=manifest.icon,
            features={f"{slug}.{feature.slug}": feature.label for feature in manifest.features},
        )
        for slug, manifest in registry.manifests().items()
        if manifest.features
    }

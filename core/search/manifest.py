"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature, Job, Manifest

manifest = Manifest(
    core=True,
    slug="search",
    name=_("Recherche"),
    description=_("Retrouver une personne ou un contenu, parmi ce que l’on peut voir."),
    icon="search",
    # Copies of what modules hold, erased with it: their retention, export and erasure are those of the originals.
    impersonal_models=("search.IndexEntry",),
    features=(
        Feature(slug="suggest", label=_("Voir des suggestions en cherchant")),
        Feature(slug="find", label=_("Chercher sur la page des résultats")),
    ),
    jobs=(
        Job(
            slug="reconcile",
            label=_("Comparer la recherche avec les contenus"),
            task="core.search.services.reconcile_all",
            every_minutes=24 * 60,
        ),
    ),
)

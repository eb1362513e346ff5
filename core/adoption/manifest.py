"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Job, Manifest, Permission

manifest = Manifest(
    core=True,
    slug="adoption",
    name=_("Usages"),
    description=_("Ce qui sert et ce qui ne sert pas, par rôle, jamais par personne."),
    icon="chart-column",
    permissions=(
        Permission(
            slug="view",
            label=_("Voir ce qui sert et ce qui ne sert pas"),
            help=_("Les usages sont comptés par rôle et par jour, jamais par personne."),
        ),
    ),
    role_defaults={"management": ("view",), "digital_referent": ("view",)},
    impersonal_models=("adoption.Use", "adoption.Batch", "adoption.Standing"),
    jobs=(
        Job(
            slug="tidy",
            label=_("Résumer les usages anciens"),
            task="core.adoption.flushing.tidy",
            every_minutes=24 * 60,
        ),
    ),
    demo="core.adoption.demo.create",
    actions={
        "present": _("fonction à présenter"),
        "presented": _("fonction présentée"),
        "dismissed": _("proposition écartée"),
        "forget": _("proposition reprise"),
    },
)

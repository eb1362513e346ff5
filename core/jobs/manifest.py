"""What the area declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Job, Manifest, Permission, Processing, Retention

manifest = Manifest(
    core=True,
    slug="jobs",
    name=_("Travaux"),
    description=_("Ce que Préau fait en arrière-plan\u00a0: ce qui tourne, attend ou a échoué."),
    icon="activity",
    permissions=(
        Permission(
            slug="view",
            label=_("Suivre et relancer les travaux en arrière-plan"),
            help=_("Chacun suit déjà ceux qu’il a demandés."),
        ),
    ),
    role_defaults={"management": ("view",), "digital_referent": ("view",)},
    personal_models=("jobs.Run",),
    export_person="core.jobs.hooks.export_person",
    erase_person="core.jobs.hooks.erase_person",
    retention=(
        Retention(
            model="jobs.Run",
            basis=_("Suivi technique de ce qui a été demandé"),
            months=1,
            maximum=12,
            since=_("la demande"),
            expired="core.jobs.hooks.expired",
        ),
    ),
    export_labels={
        "works": _("Travaux demandés"),
        "label": _("Travail"),
        "asked_at": _("Demandé le"),
        "state": _("État"),
    },
    erasure_keeps=_("Le suivi des travaux, sans qui les a demandés."),
    processing=Processing(
        purposes=_("Suivre ce que Préau fait en arrière-plan, et le relancer."),
        people=_("Ceux qui demandent un travail long"),
        data=_("Travail demandé, auteur, dates, résultat"),
        recipients=_("La personne qui l’a demandé\u00a0; la direction et le référent numérique"),
    ),
    jobs=(
        Job(
            slug="tidy",
            label=_("Ranger les travaux terminés"),
            task="core.jobs.services.tidy",
            every_minutes=24 * 60,
        ),
    ),
    actions={
        "retry": _("travail relancé"),
        "cancel": _("travail annulé"),
    },
)

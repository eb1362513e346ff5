"""What the journal declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import IntSetting, Job, Manifest, NavItem, Permission, Retention

manifest = Manifest(
    core=True,
    slug="audit",
    name=_("Journal"),
    description=_(
        "Qui a fait quoi, et quand\u00a0: chaque changement laisse une trace que personne ne peut effacer."
    ),
    icon="history",
    permissions=(
        Permission(
            slug="view",
            label=_("Consulter le journal"),
            help=_("Voir et exporter la trace de tous les changements faits dans l’établissement."),
        ),
    ),
    role_defaults={"management": ("view",), "digital_referent": ("view",)},
    settings=(
        IntSetting(
            key="months",
            label=_("Durée de conservation"),
            help=_("Les entrées plus anciennes sont effacées chaque nuit."),
            default=12,
            minimum=6,
            maximum=36,
            unit=_("mois"),
        ),
    ),
    navigation=(NavItem(label=_("Journal"), url_name="audit:journal", permission="audit.view", last=True),),
    personal_models=("audit.AuditEntry",),
    export_person="core.audit.hooks.export_person",
    erase_person="core.audit.hooks.erase_person",
    retention=(
        Retention(
            model="audit.AuditEntry",
            basis=_("Sécurité du traitement\u00a0: trace des accès et des changements"),
            months=12,
        ),
    ),
    jobs=(
        Job(
            slug="forget",
            label=_("Effacer les entrées trop anciennes"),
            task="core.audit.services.forget",
            every_minutes=24 * 60,
        ),
    ),
    actions={
        "export": _("Journal exporté"),
        "forget": _("Entrées anciennes effacées"),
    },
)

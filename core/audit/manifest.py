"""What the journal declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    LEGAL_DUTY,
    IntSetting,
    Manifest,
    NavItem,
    Permission,
    Processing,
    Retention,
)

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
            help=_("Les entrées plus anciennes sont annoncées, puis effacées."),
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
            minimum=6,
            maximum=36,
            law=_("CNIL, recommandation sur la journalisation\u00a0: 6 à 12 mois"),
            since=_("l’entrée"),
            setting="months",
            expired="core.audit.hooks.old_entries",
            erase="core.audit.services.forget",
        ),
    ),
    export_labels={
        "did": _("Ce que la personne a fait"),
        "about": _("Ce qui a été fait à sa fiche"),
        "at": _("Le"),
        "action": _("Action"),
        "object": _("Objet"),
    },
    erasure_keeps=_(
        "Les entrées du journal, jusqu’à leur échéance\u00a0: elles servent à la sécurité (RGPD, art. 17.3 b et e)."
    ),
    processing=Processing(
        purposes=_("Savoir qui a fait quoi, pour la sécurité et pour répondre à une contestation."),
        people=_("Toute personne qui agit dans l’établissement ou dont la fiche change"),
        data=_("Date, auteur, action, objet, valeurs avant et après"),
        recipients=_("La direction et le référent numérique"),
        basis=LEGAL_DUTY,
    ),
    actions={
        "export": _("Journal exporté"),
    },
)

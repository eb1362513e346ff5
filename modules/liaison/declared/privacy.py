"""What the module holds of people, why, and how long."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Processing, Retention

PERSONAL = (
    "liaison.Note",
    "liaison.Line",
    "liaison.Revision",
    "liaison.Copy",
    "liaison.Receipt",
    "liaison.Step",
    "liaison.Paper",
    "liaison.Word",
    "liaison.WordStep",
    "liaison.WordFile",
)
IMPERSONAL = ("liaison.Choice", "liaison.Slot", "liaison.Attachment")

_WITH_NOTE, _WITH_WORD = _("le mot aux familles"), _("le mot de la famille")

RETENTION = (
    Retention(
        model="liaison.Note",
        basis=_("L’année scolaire et la suivante\u00a0: preuve de ce qui a été dit et autorisé"),
        months=24,
        minimum=3,
        maximum=60,
        since=_("la dernière modification et la date limite"),
        expired="modules.liaison.services.retention.old_notes",
        erase="modules.liaison.services.retention.erase_notes",
    ),
    Retention(
        model="liaison.Word",
        basis=_("L’année scolaire et la suivante\u00a0: suite donnée aux demandes des familles"),
        months=24,
        minimum=3,
        maximum=60,
        since=_("l’envoi et le dernier jour concerné"),
        expired="modules.liaison.services.retention.old_words",
        erase="modules.liaison.services.retention.erase_words",
    ),
    Retention(model="liaison.Line", basis=_("Savoir à qui le mot s’adresse"), months=24, follows=_WITH_NOTE),
    Retention(model="liaison.Revision", basis=_("Montrer ce qui a changé"), months=24, follows=_WITH_NOTE),
    Retention(model="liaison.Copy", basis=_("Savoir de quel élève il s’agit"), months=24, follows=_WITH_NOTE),
    Retention(model="liaison.Receipt", basis=_("Preuve de la réponse"), months=24, follows=_WITH_NOTE),
    Retention(model="liaison.Step", basis=_("Historique de la réponse"), months=24, follows=_WITH_NOTE),
    Retention(model="liaison.Paper", basis=_("Document demandé à la famille"), months=24, follows=_WITH_NOTE),
    Retention(model="liaison.WordStep", basis=_("Historique du traitement"), months=24, follows=_WITH_WORD),
    Retention(model="liaison.WordFile", basis=_("Justificatif de la demande"), months=24, follows=_WITH_WORD),
)

PROCESSING = Processing(
    purposes=_(
        "Informer les responsables, recueillir leurs signatures et leurs autorisations, et traiter leurs demandes."
    ),
    people=_("Élèves, responsables, personnels"),
    data=_(
        "Mots et destinataires, prises de connaissance, réponses et leur historique, documents rendus, demandes des "
        "familles et suites données"
    ),
    recipients=_(
        "Pour un mot\u00a0: ses destinataires, son auteur, la direction et la vie scolaire. Pour une demande\u00a0: "
        "les responsables de l’élève, la vie scolaire, et ses enseignants si l’établissement le veut. Ni adresse ni "
        "téléphone n’y figurent"
    ),
)

EXPORT_LABELS = {
    "written": _("Mots écrits"),
    "title": _("Titre"),
    "nature": _("Nature"),
    "text": _("Texte"),
    "status": _("État du mot"),
    "created_at": _("Écrit le"),
    "published_at": _("Publié le"),
    "received": _("Mots du carnet de l’élève"),
    "answers": _("Réponses données"),
    "note": _("Mot"),
    "child": _("Pour"),
    "answer": _("Réponse"),
    "word": _("Mot joint"),
    "acknowledged_at": _("Lu le"),
    "answered_at": _("Répondu le"),
    "on_paper": _("Donnée sur papier"),
    "history": _("Historique"),
    "detail": _("Détail"),
    "at": _("Le"),
    "papers": _("Documents rendus"),
    "file": _("Fichier"),
    "returned_at": _("Rendu le"),
    "words": _("Mots écrits à l’établissement"),
    "reason": _("Motif"),
    "when": _("Quand"),
    "state": _("Suite donnée"),
    "reply": _("Réponse de l’établissement"),
    "words_about_them": _("Mots des responsables au sujet de l’élève"),
    "words_treated": _("Mots de familles traités"),
}

ERASURE_KEEPS = _(
    "Les mots parus, sans leur auteur\u00a0; pour un responsable, qu’une réponse a été donnée pour l’élève, sans son "
    "nom, son mot ni ses documents."
)

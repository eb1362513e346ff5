"""What the storage of files declares of itself."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import IntSetting, Job, Manifest, Processing, Retention

manifest = Manifest(
    core=True,
    slug="files",
    name=_("Fichiers"),
    description=_("Les images et les documents déposés dans les modules, et leurs limites de taille."),
    icon="paperclip",
    settings=(
        IntSetting(
            key="max_document_mb",
            label=_("Taille d’un document"),
            help=_("Au-delà, le dépôt est refusé."),
            default=20,
            minimum=1,
            maximum=100,
            unit=_("Mo"),
        ),
        IntSetting(
            key="max_image_mb",
            label=_("Taille d’une image"),
            help=_("Les images sont ensuite réduites\u00a0: la limite vaut pour le fichier envoyé."),
            default=15,
            minimum=1,
            maximum=50,
            unit=_("Mo"),
        ),
    ),
    personal_models=("files.StoredFile",),
    export_person="core.files.hooks.export_person",
    export_labels={
        "uploaded": _("Fichiers déposés"),
        "name": _("Nom"),
        "type": _("Format"),
        "size": _("Taille (octets)"),
        "at": _("Déposé le"),
    },
    export_files="core.files.hooks.export_files",
    export_to_guardian="core.files.hooks.export_to_guardian",
    erasure_keeps=_("Les fichiers qui appartiennent à un contenu que d’autres lisent encore, sans leur auteur."),
    processing=Processing(
        purposes=_("Conserver les images et les documents déposés dans les modules."),
        people=_("Ceux qui déposent un fichier, et ceux qui y figurent"),
        data=_("Le fichier, son nom, sa taille, son auteur, sa date"),
        recipients=_("Ceux à qui le module ouvre le contenu que le fichier accompagne"),
    ),
    erase_person="core.files.hooks.erase_person",
    retention=(
        Retention(
            model="files.StoredFile",
            basis=_("Le temps de ce à quoi le fichier appartient"),
            months=12,
            follows=_("ce à quoi le fichier appartient, dans le module où il a été déposé"),
        ),
    ),
    jobs=(
        Job(
            slug="sweep",
            label=_("Effacer les contenus que plus rien ne désigne"),
            task="core.files.sweeping.sweep",
            every_minutes=24 * 60,
        ),
    ),
    actions={
        "store": _("Fichier déposé"),
        "remove": _("Fichier supprimé"),
    },
)

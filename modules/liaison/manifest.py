"""What the module declares of itself."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    BoolSetting,
    ChoiceSetting,
    IntSetting,
    Manifest,
    NavItem,
    Permission,
    SearchKind,
    SearchPage,
    Widget,
)
from core.people.choices import STAFF, Role
from modules.liaison.choices import Needed, NoteKind, TeachersTreat
from modules.liaison.declared.features import ACTIONS, FEATURES, JOBS, SCOPES
from modules.liaison.declared.notifications import NOTIFICATIONS, WEBHOOKS
from modules.liaison.declared.privacy import (
    ERASURE_KEEPS,
    EXPORT_LABELS,
    IMPERSONAL,
    PERSONAL,
    PROCESSING,
    RETENTION,
)

TEAM = tuple(sorted(STAFF))
# What pupils see from the start: an appointment is the adults' business.
_PUPILS_SEE = {kind: kind != NoteKind.APPOINTMENT for kind in NoteKind}

manifest = Manifest(
    slug="liaison",
    name=_("Carnet de liaison"),
    description=_("Les mots de l’établissement aux familles, signés en ligne, et ceux des familles à l’établissement."),
    icon="notebook-pen",
    path="carnet",
    roles=(Role.PUPIL, Role.GUARDIAN, *TEAM),
    preset=("ecole", "college", "lycee"),
    permissions=(
        Permission(slug="view", label=_("Lire le carnet de liaison")),
        Permission(
            slug="write",
            label=_("Écrire aux familles de ses élèves"),
            help=_("Aux responsables des élèves à qui l’on enseigne, et à eux seuls."),
        ),
        Permission(slug="write_all", label=_("Écrire aux familles de tous les élèves")),
        Permission(
            slug="manage",
            label=_("Suivre les mots de tous"),
            help=_("Voir leurs réponses, relancer, saisir une réponse donnée sur papier, clore ou retirer."),
        ),
        Permission(
            slug="ask",
            label=_("Répondre aux mots et en écrire à l’établissement"),
            help=_("Au sujet de ses propres enfants."),
        ),
        Permission(slug="treat", label=_("Traiter les mots de toutes les familles")),
        Permission(
            slug="treat_taught",
            label=_("Traiter les mots des familles de ses élèves"),
            help=_("Selon le réglage «\u00a0Les mots des familles sont aussi traités par\u00a0»."),
        ),
    ),
    role_defaults={
        Role.PUPIL: ("view",),
        Role.GUARDIAN: ("view", "ask"),
        Role.TEACHER: ("view", "write", "treat_taught"),
        Role.SCHOOL_LIFE: ("view", "write", "write_all", "manage", "treat"),
        Role.MANAGEMENT: ("view", "write", "write_all", "manage", "treat"),
        Role.ADMINISTRATIVE: ("view", "write", "write_all"),
        Role.DIGITAL_REFERENT: ("view",),
    },
    settings=(
        ChoiceSetting(
            key="done_when",
            label=_("Un mot est fait quand"),
            help=_("Proposé à l’auteur de chaque mot, qui peut choisir autrement."),
            default=Needed.ONE,
            choices=((Needed.ONE, _("un responsable a répondu")), (Needed.ALL, _("chaque responsable a répondu"))),
        ),
        IntSetting(
            key="remind_days",
            label=_("Rappeler avant la date limite"),
            help=_("Aux familles qui n’ont pas répondu, une seule fois. 0\u00a0: aucun rappel ne part de lui-même."),
            default=2,
            minimum=0,
            maximum=14,
            unit=_("jours"),
        ),
        *(
            BoolSetting(
                key=f"pupils_see_{kind.value}",
                label=format_lazy(_("Les élèves voient\u00a0: {kind}"), kind=kind.label),
                help=_("Proposé à l’auteur de chaque mot, qui peut choisir autrement."),
                default=shown,
            )
            for kind, shown in _PUPILS_SEE.items()
        ),
        BoolSetting(
            key="words_open",
            label=_("Les familles peuvent écrire un mot"),
            help=_("Retard, absence à venir, dispense de sport, autorisation de sortie, autre demande."),
            default=True,
        ),
        ChoiceSetting(
            key="teachers_treat",
            label=_("Les mots des familles sont aussi traités par"),
            help=_("Outre ceux qui traitent les mots de toutes les familles, comme la vie scolaire."),
            default=TeachersTreat.MAIN,
            choices=tuple(TeachersTreat.choices),
        ),
    ),
    navigation=(
        NavItem(
            label=_("Carnet de liaison"), short=_("Carnet"), url_name="liaison:list", permission="liaison.view"
        ),
    ),
    widgets=(
        Widget(
            slug="to_sign",
            label=_("Carnet\u00a0: à signer"),
            render="modules.liaison.hooks.to_sign_widget",
            template="liaison/widgets/to_sign.html",
            permission="liaison.ask",
            roles=(Role.GUARDIAN,),
            weight=10,
            rows=3,
        ),
        Widget(
            slug="words",
            label=_("Carnet\u00a0: mots des familles"),
            render="modules.liaison.hooks.words_widget",
            template="liaison/widgets/words.html",
            permission="liaison.view",
            roles=(Role.SCHOOL_LIFE, Role.TEACHER),
            on_request=(Role.MANAGEMENT,),
            weight=15,
            weights={Role.TEACHER: 25},
            rows=3,
        ),
        Widget(
            slug="running",
            label=_("Carnet\u00a0: mes mots en cours"),
            render="modules.liaison.hooks.running_widget",
            template="liaison/widgets/running.html",
            permission="liaison.view",
            roles=TEAM,
            weight=45,
            rows=3,
        ),
    ),
    notifications=NOTIFICATIONS,
    search=(
        SearchKind(
            slug="note",
            label=_("Mots du carnet"),
            permission="liaison.view",
            visible="modules.liaison.selectors.notes_visible_to",
            model="liaison.Note",
            entries="modules.liaison.finding.entries",
            url_name="liaison:note",
        ),
    ),
    pages=(
        SearchPage(
            label=_("Écrire un mot aux familles"),
            url_name="liaison:new",
            permission="liaison.write",
            words=_("signature sortie autorisation rendez-vous parents carnet mot"),
            icon="pencil",
        ),
        SearchPage(
            label=_("Écrire un mot à l’établissement"),
            url_name="liaison:word_new",
            permission="liaison.ask",
            words=_("retard absence dispense sport sortie justifier prévenir vie scolaire"),
            icon="pencil",
        ),
    ),
    file_access="modules.liaison.hooks.file_access",
    personal_models=PERSONAL,
    impersonal_models=IMPERSONAL,
    export_person="modules.liaison.hooks.export_person",
    export_labels=EXPORT_LABELS,
    export_files="modules.liaison.hooks.export_files",
    export_to_guardian="modules.liaison.hooks.export_to_guardian",
    erase_person="modules.liaison.hooks.erase_person",
    erasure_keeps=ERASURE_KEEPS,
    retention=RETENTION,
    processing=PROCESSING,
    scopes=SCOPES,
    api="modules.liaison.api",
    webhooks=WEBHOOKS,
    actions=ACTIONS,
    features=FEATURES,
    jobs=JOBS,
    demo="modules.liaison.demo.create",
)

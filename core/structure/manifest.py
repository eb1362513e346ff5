"""Classes, groups, subjects and services, and who may see or change them."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    BoolSetting,
    Feature,
    Job,
    Manifest,
    NavItem,
    Permission,
    Processing,
    Retention,
    Scope,
    SearchKind,
    SearchPage,
    Widget,
)
from core.people.choices import Role

_VIEW = ("view",)
# Each kept model, and how the hook that finds its old rows is called.
_RETAINED = {
    "structure.ClassMembership": "class_memberships",
    "structure.GroupMembership": "group_memberships",
    "structure.TeachingService": "services",
    "structure.Substitution": "substitutions",
}

manifest = Manifest(
    slug="structure",
    name=_("Classes"),
    description=_("Années scolaires, classes, groupes, matières, salles et services d’enseignement."),
    icon="school",
    core=True,
    permissions=(
        Permission(
            slug="view",
            label=_("Voir les classes et les groupes"),
            help=_("Les élèves et leurs responsables ne voient que les leurs."),
        ),
        Permission(slug="manage", label=_("Organiser les classes, les groupes et les services")),
        Permission(
            slug="turn",
            label=_("Préparer et appliquer le changement d’année"),
            help=_("Promotions, départs et nouvelles classes, pour tout l’établissement à la fois."),
        ),
    ),
    role_defaults={
        Role.PUPIL: _VIEW,
        Role.GUARDIAN: _VIEW,
        Role.TEACHER: _VIEW,
        Role.SCHOOL_LIFE: _VIEW,
        Role.ADMINISTRATIVE: _VIEW,
        Role.MANAGEMENT: ("view", "manage", "turn"),
        Role.DIGITAL_REFERENT: ("view", "manage", "turn"),
    },
    navigation=(
        NavItem(label=_("Classes"), url_name="structure:classes", permission="structure.view", last=True),
    ),
    settings=(
        BoolSetting(
            key="saturdays",
            label=_("Cours le samedi"),
            help=_("Le samedi n’est alors plus un jour de week-end."),
        ),
    ),
    widgets=(
        Widget(
            slug="my_classes",
            label=_("Mes classes"),
            render="core.structure.hooks.my_classes_widget",
            template="structure/my_classes.html",
            permission="structure.view",
            roles=(Role.TEACHER,),
            weight=20,
            rows=5,
        ),
    ),
    search=(
        SearchKind(
            slug="class",
            label=_("Classes"),
            permission="structure.view",
            visible="core.structure.selectors.classes_visible_to",
            matching="core.structure.finding.classes_matching",
            shown="core.structure.finding.classes_shown",
            position=10,
        ),
        SearchKind(
            slug="group",
            label=_("Groupes"),
            permission="structure.view",
            visible="core.structure.selectors.groups_visible_to",
            matching="core.structure.finding.groups_matching",
            shown="core.structure.finding.groups_shown",
            position=11,
        ),
    ),
    pages=(
        SearchPage(
            label=_("Années scolaires et périodes"),
            url_name="structure:years",
            permission="structure.manage",
            words=_("trimestre semestre rentrée année en cours"),
            icon="calendar-days",
        ),
        SearchPage(
            label=_("Services d’enseignement"),
            url_name="structure:grid",
            permission="structure.manage",
            words=_("tableau matières enseignants classes remplaçants manques répartition"),
            icon="clipboard-list",
        ),
        SearchPage(
            label=_("Changement d’année"),
            url_name="structure:turn",
            permission="structure.turn",
            words=_("rentrée passage promotion redoublement départs bascule année suivante"),
            icon="calendar-clock",
        ),
        SearchPage(
            label=_("Matières"), url_name="structure:subjects", permission="structure.manage", icon="library"
        ),
        SearchPage(label=_("Salles"), url_name="structure:rooms", permission="structure.manage", icon="door-open"),
    ),
    personal_models=(*_RETAINED, "structure.YearPlan"),
    impersonal_models=(
        "structure.SchoolYear",
        "structure.Period",
        "structure.Closure",
        "structure.Subject",
        "structure.Room",
        "structure.SchoolClass",
        "structure.Group",
    ),
    export_person="core.structure.hooks.export_person",
    erase_person="core.structure.hooks.erase_person",
    export_labels={
        "classes": _("Classes"),
        "classe": _("Classe"),
        "année": _("Année scolaire"),
        "qualité": _("En tant que"),
        "groupes": _("Groupes"),
        "groupe": _("Groupe"),
        "services": _("Enseignements"),
        "matière": _("Matière"),
        "pour": _("Pour"),
        "remplacements": _("Remplacements assurés"),
        "service": _("Enseignement"),
        "décisions": _("Décisions pour l’année suivante"),
        "décision": _("Décision"),
        "début": _("Du"),
        "fin": _("Au"),
    },
    retention=(
        *(
            Retention(
                model=model,
                basis=_("Parcours dans l’établissement\u00a0: l’année en cours et les quatre suivantes au plus"),
                months=60,
                minimum=12,
                since=_("la fin de l’année scolaire, et jamais plus longtemps que la fiche de la personne"),
                expired=f"core.structure.hooks.old_{rows}",
            )
            for model, rows in _RETAINED.items()
        ),
        Retention(
            model="structure.YearPlan",
            basis=_("Savoir comment l’année a été préparée\u00a0; ce qui concerne un élève part une semaine après"),
            months=12,
            since=_("la fin de l’année scolaire"),
            expired="core.structure.hooks.old_year_plans",
        ),
    ),
    processing=Processing(
        purposes=_("Organiser les classes, les groupes et les enseignements, et savoir qui suit quel élève."),
        people=_("Élèves et enseignants"),
        data=_("Classes, groupes, matières enseignées, remplacements, avec leurs dates"),
        recipients=_("Les personnels\u00a0; chaque élève et ses responsables pour ce qui le concerne"),
    ),
    scopes=(
        Scope(
            slug="read",
            label=_("Lire les classes et les groupes"),
            help=_("Ceux que vous voyez, avec leurs élèves."),
            permissions=("view",),
        ),
    ),
    jobs=(
        Job(
            slug="rules",
            label=_("Mettre à jour les groupes qui suivent une règle"),
            task="core.structure.services.refresh_rule_groups",
            every_minutes=24 * 60,
        ),
        Job(
            slug="turn",
            label=_("Passer à l’année préparée, le lendemain du dernier jour"),
            task="core.structure.turning.settling.settle_due",
            every_minutes=24 * 60,
        ),
    ),
    features=(
        Feature(slug="class", label=_("Ouvrir une classe"), permission="view"),
        Feature(slug="turn", label=_("Préparer le changement d’année"), permission="turn"),
    ),
    actions={
        "create_year": _("Année scolaire créée"),
        "update_year": _("Année scolaire modifiée"),
        "set_current_year": _("Changement d’année"),
        "turn_start": _("Changement d’année\u00a0: préparation commencée"),
        "turn_prepare": _("Changement d’année\u00a0: préparation modifiée"),
        "turn_drop": _("Changement d’année\u00a0: préparation abandonnée"),
        "turn_apply": _("Changement d’année appliqué"),
        "turn_undo": _("Changement d’année annulé"),
        "create_period": _("Période créée"),
        "update_period": _("Période modifiée"),
        "delete_period": _("Période supprimée"),
        "create_closure": _("Fermeture ajoutée"),
        "update_closure": _("Fermeture modifiée"),
        "delete_closure": _("Fermeture supprimée"),
        "create_subject": _("Matière créée"),
        "update_subject": _("Matière modifiée"),
        "delete_subject": _("Matière supprimée"),
        "create_room": _("Salle créée"),
        "update_room": _("Salle modifiée"),
        "delete_room": _("Salle supprimée"),
        "create_class": _("Classe créée"),
        "update_class": _("Classe modifiée"),
        "delete_class": _("Classe supprimée"),
        "add_to_class": _("Élève entré dans une classe"),
        "add_main_teacher": _("Professeur principal désigné"),
        "end_class_membership": _("Sortie d’une classe"),
        "create_group": _("Groupe créé"),
        "update_group": _("Groupe modifié"),
        "delete_group": _("Groupe supprimé"),
        "set_group_rule": _("Règle d’un groupe choisie"),
        "drop_group_rule": _("Règle d’un groupe arrêtée"),
        "add_to_group": _("Élève entré dans un groupe"),
        "end_group_membership": _("Sortie d’un groupe"),
        "create_service": _("Service d’enseignement créé"),
        "update_service": _("Service d’enseignement modifié"),
        "end_service": _("Service d’enseignement terminé"),
        "add_substitution": _("Remplacement prévu"),
        "end_substitution": _("Remplacement arrêté"),
        "erase": _("Parcours effacé"),
    },
)

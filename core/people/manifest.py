"""The directory, its settings and who may do what in it."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    BoolSetting,
    Feature,
    Manifest,
    NavItem,
    Permission,
    Retention,
    Scope,
    SearchKind,
    SearchPage,
    Widget,
)
from core.people.choices import Role

manifest = Manifest(
    slug="people",
    name=_("Annuaire"),
    description=_("Les personnes de l’établissement, leurs rôles, les familles et les comptes."),
    icon="users",
    core=True,
    permissions=(
        Permission(
            slug="view_directory",
            label=_("Consulter l’annuaire"),
            help=_("Chacun n’y trouve que les personnes que son rôle lui permet de voir."),
        ),
        Permission(
            slug="view_contacts",
            label=_("Voir les coordonnées des familles"),
            help=_("Téléphone et courriel des responsables, pour les élèves que l’on suit."),
        ),
        Permission(slug="manage", label=_("Créer et modifier les personnes et les liens de responsabilité")),
        Permission(slug="manage_accounts", label=_("Donner et retirer les comptes")),
    ),
    role_defaults={
        Role.PUPIL: ("view_directory",),
        Role.GUARDIAN: ("view_directory",),
        Role.PARTNER: ("view_directory",),
        Role.TEACHER: ("view_directory", "view_contacts"),
        Role.SCHOOL_LIFE: ("view_directory", "view_contacts"),
        Role.ADMINISTRATIVE: ("view_directory", "view_contacts"),
        Role.MANAGEMENT: ("view_directory", "view_contacts", "manage", "manage_accounts"),
        Role.DIGITAL_REFERENT: ("view_directory", "manage", "manage_accounts"),
    },
    settings=(
        BoolSetting(
            key="in_charge_sees",
            label=_("Les personnes en charge voient le dossier de l’enfant"),
            help=_("Sinon, seuls les responsables légaux y ont accès."),
            default=True,
        ),
        BoolSetting(
            key="own_contact",
            label=_("Chacun peut corriger son courriel et son téléphone"),
            help=_("Sinon, seuls la direction et le référent numérique les modifient."),
            default=True,
        ),
    ),
    navigation=(
        NavItem(
            label=_("Annuaire"), url_name="people:directory", permission="people.view_directory", last=True
        ),
    ),
    widgets=(
        Widget(
            slug="children",
            label=_("Mes enfants"),
            render="core.people.hooks.children_widget",
            template="people/children_widget.html",
            permission="people.view_directory",
            roles=(Role.GUARDIAN,),
            weight=10,
        ),
    ),
    search=(
        SearchKind(
            slug="person",
            label=_("Personnes"),
            permission="people.view_directory",
            visible="core.people.selectors.people_visible_to",
            matching="core.people.finding.matching",
            shown="core.people.finding.shown",
            position=0,
        ),
    ),
    pages=(
        SearchPage(
            label=_("Mon profil"),
            url_name="people:me",
            words=_("coordonnées courriel téléphone adresse fiche photo"),
            icon="user",
        ),
        SearchPage(
            label=_("Préférences d’affichage"),
            url_name="people:preferences",
            words=_("thème sombre clair confort de lecture police couleurs"),
            icon="sun",
        ),
        SearchPage(
            label=_("Ajouter une personne"),
            url_name="people:create",
            permission="people.manage",
            words=_("créer élève enseignant responsable compte"),
            icon="user-plus",
        ),
    ),
    personal_models=("people.Person", "people.GuardianLink"),
    export_person="core.people.hooks.export_person",
    erase_person="core.people.hooks.erase_person",
    retention=tuple(
        Retention(model=model, basis=_("Présence dans l’établissement, puis un an"), months=12)
        for model in ("people.Person", "people.GuardianLink")
    ),
    scopes=(
        Scope(
            slug="read",
            label=_("Lire l’annuaire"),
            help=_("Noms, rôles, fonctions et classes des personnes que vous voyez."),
            permissions=("view_directory",),
        ),
        Scope(
            slug="contacts",
            label=_("Lire les coordonnées"),
            help=_("Courriel, téléphone et adresse, là où vous les voyez vous-même."),
            permissions=("view_contacts",),
        ),
    ),
    features=(
        Feature(slug="search", label=_("Chercher dans l’annuaire"), permission="view_directory"),
        Feature(slug="person", label=_("Ouvrir une fiche"), permission="view_directory"),
        Feature(slug="contact", label=_("Corriger ses coordonnées")),
    ),
    actions={
        "create": _("Fiche créée"),
        "update": _("Fiche modifiée"),
        "update_own_contact": _("Coordonnées corrigées par la personne"),
        "set_roles": _("Rôles changés"),
        "departure": _("Départ"),
        "return": _("Retour"),
        "link_guardian": _("Responsable ajouté"),
        "update_guardian": _("Lien de responsabilité modifié"),
        "end_guardian": _("Lien de responsabilité terminé"),
        "give_account": _("Compte donné"),
        "link_account": _("Compte existant relié"),
        "reset_password": _("Nouveau mot de passe donné"),
        "unlink_account": _("Accès retiré"),
        "erase": _("Fiche effacée"),
    },
)

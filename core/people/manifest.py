"""The directory, its settings and who may do what in it."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    BoolSetting,
    Consent,
    Feature,
    Importance,
    Job,
    Manifest,
    NavItem,
    NotificationKind,
    Permission,
    Processing,
    Retention,
    Scope,
    SearchKind,
    SearchPage,
    Widget,
)
from core.people.choices import PRIVILEGED, Role

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
        Permission(
            slug="view_faces",
            label=_("Consulter les trombinoscopes"),
            help=_("Chacun n’y trouve que les personnes qu’il peut voir, et les photos qui peuvent être montrées."),
        ),
        Permission(slug="manage_photos", label=_("Ajouter et effacer les photos")),
    ),
    role_defaults={
        Role.PUPIL: ("view_directory",),
        Role.GUARDIAN: ("view_directory",),
        Role.PARTNER: ("view_directory",),
        Role.TEACHER: ("view_directory", "view_contacts", "view_faces"),
        Role.SCHOOL_LIFE: ("view_directory", "view_contacts", "view_faces", "manage_photos"),
        Role.ADMINISTRATIVE: ("view_directory", "view_contacts", "view_faces", "manage_photos"),
        Role.MANAGEMENT: (
            "view_directory", "view_contacts", "view_faces", "manage_photos", "manage", "manage_accounts",
        ),
        Role.DIGITAL_REFERENT: ("view_directory", "view_faces", "manage_photos", "manage", "manage_accounts"),
    },
    settings=(
        BoolSetting(
            key="in_charge_sees",
            label=_("Les personnes en charge voient le dossier de l’enfant"),
            help=_("Sinon, seuls les responsables légaux y ont accès."),
            default=True,
        ),
        BoolSetting(
            key="photos_by_mission",
            label=_("Photos montrées sans accord, pour l’usage interne"),
            help=_(
                "L’établissement considère que cet usage relève de sa mission de service public, et l’a inscrit à son "
                "registre. Sinon, chaque photo attend l’accord de la personne ou d’un responsable."
            ),
        ),
        BoolSetting(
            key="own_contact",
            label=_("Chacun peut corriger son courriel et son téléphone"),
            help=_("Sinon, seuls la direction et le référent numérique les modifient."),
            default=True,
        ),
    ),
    consents=(
        Consent(
            slug="photo",
            label=_("Photo dans l’annuaire et le trombinoscope"),
            text=_(
                "L’établissement peut garder une photo de la personne et la montrer, dans cet espace et sur le "
                "trombinoscope imprimé, à ceux qui la voient déjà dans l’annuaire. Elle n’est ni publiée ni transmise. "
                "Si vous retirez votre accord, elle disparaît aussitôt et elle est effacée le jour suivant."
            ),
            version=1,
        ),
    ),
    file_access="core.people.photos.seeing.may_read",
    export_files="core.people.hooks.export_files",
    jobs=(
        Job(
            slug="photos",
            label=_("Effacer les photos dont l’accord a été retiré"),
            task="core.people.photos.services.forget_unwanted",
            every_minutes=24 * 60,
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
            rows=2,
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
            label=_("Trombinoscope des personnels"),
            url_name="people:staff_faces",
            permission="people.view_faces",
            words=_("photos visages enseignants équipe"),
            icon="users",
        ),
        SearchPage(
            label=_("Photos"),
            url_name="people:photos",
            permission="people.manage_photos",
            words=_("trombinoscope archive zip portraits"),
            icon="image",
        ),
        SearchPage(
            label=_("Ajouter une personne"),
            url_name="people:create",
            permission="people.manage",
            words=_("créer élève enseignant responsable compte"),
            icon="user-plus",
        ),
    ),
    notifications=(
        NotificationKind(
            slug="linked",
            label=_("Un de vos comptes ouvre aussi cet établissement"),
            title=_("Votre compte ouvre aussi cet établissement"),
            text=_("Vous étiez déjà connu ailleurs sous la même identité. Une erreur\u202f? Séparez ce profil."),
            sample={},
            action=_("Voir mon profil"),
            roles=tuple(Role.values),
        ),
        NotificationKind(
            slug="recovered",
            label=_("Votre mot de passe a été changé avec un code de l’établissement"),
            title=_("Votre mot de passe a été changé"),
            text=_("Un code remis par l’établissement a servi. Ce n’est pas vous\u202f? Prévenez-le tout de suite."),
            sample={},
            importance=Importance.IMPORTANT,
            roles=tuple(Role.values),
        ),
        NotificationKind(
            slug="merge_proposed",
            label=_("Deux fiches sont peut-être la même personne"),
            title=_("%(name)s et %(other)s\u00a0: une seule personne\u202f?"),
            text=_("Le titulaire d’un compte dit être ces deux personnes. Comparez leurs fiches."),
            sample={"name": "Sophie Marchal", "other": "Sophie Marchal-Petit"},
            action=_("Voir la fiche"),
            roles=tuple(sorted(PRIVILEGED)),
        ),
    ),
    personal_models=("people.Person", "people.GuardianLink"),
    export_person="core.people.hooks.export_person",
    erase_person="core.people.hooks.erase_person",
    export_labels={
        "fiche": _("Fiche"),
        "civility": _("Civilité"),
        "first_name": _("Prénom"),
        "last_name": _("Nom"),
        "birth_name": _("Nom de naissance"),
        "birth_date": _("Date de naissance"),
        "roles": _("Rôles"),
        "function": _("Fonction"),
        "email": _("Courriel"),
        "phone": _("Téléphone"),
        "address": _("Adresse postale"),
        "identifiers": _("Identifiants dans d’autres systèmes"),
        "source": _("Système"),
        "identifier": _("Identifiant"),
        "account": _("Compte"),
        "theme": _("Apparence choisie"),
        "comfort": _("Confort de lecture"),
        "arrived_on": _("Arrivée"),
        "left_on": _("Départ"),
        "created_at": _("Fiche créée"),
        "updated_at": _("Dernière modification"),
        "responsables": _("Responsables"),
        "enfants": _("Enfants"),
        "personne": _("Personne"),
        "lien": _("Lien"),
        "autorité": _("Autorité"),
        "début": _("Depuis"),
        "fin": _("Jusqu’au"),
    },
    export_to_guardian="core.people.hooks.export_to_guardian",
    retention=(
        Retention(
            model="people.Person",
            basis=_("La fiche et le compte, tant que la personne est dans l’établissement, puis le temps d’un retour"),
            months=3,
            maximum=3,
            law=_("arrêté du 30 novembre 2006, art. 6\u00a0: trois mois au plus"),
            since=_("le départ"),
            expired="core.privacy.hooks.departed",
            erase="core.privacy.services.erasing.erase_departed",
        ),
        Retention(
            model="people.GuardianLink",
            basis=_("Savoir qui avait autorité sur l’enfant"),
            months=12,
            maximum=60,
            since=_("la fin du lien, et jamais plus longtemps que les deux fiches"),
            expired="core.people.hooks.ended_links",
        ),
    ),
    processing=Processing(
        purposes=_("Tenir l’annuaire, savoir qui est responsable de qui, ouvrir à chacun ce qui le concerne."),
        people=_("Élèves, responsables, personnels et partenaires de l’établissement"),
        data=_("Identité, naissance, rôles, fonction, coordonnées, photo, liens de responsabilité, identifiants"),
        recipients=_(
            "Chacun selon son rôle\u00a0; les coordonnées pour la direction, la vie scolaire, l’administration et les "
            "enseignants des élèves concernés"
        ),
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
        Feature(slug="faces", label=_("Ouvrir un trombinoscope"), permission="view_faces"),
        Feature(slug="photo", label=_("Ajouter une photo"), permission="manage_photos"),
    ),
    actions={
        "create": _("Fiche créée"),
        "update": _("Fiche modifiée"),
        "update_own_contact": _("Coordonnées corrigées par la personne"),
        "restore": _("Valeur de l’import reprise"),
        "set_photo": _("Photo enregistrée"),
        "remove_photo": _("Photo effacée"),
        "send_photos": _("Archive de photos envoyée"),
        "set_roles": _("Rôles changés"),
        "departure": _("Départ"),
        "return": _("Retour"),
        "link_guardian": _("Responsable ajouté"),
        "update_guardian": _("Lien de responsabilité modifié"),
        "end_guardian": _("Lien de responsabilité terminé"),
        "give_account": _("Compte donné"),
        "link_account": _("Compte existant relié"),
        "activate": _("Compte ouvert par la personne"),
        "recover": _("Mot de passe choisi avec un code de récupération"),
        "join_accounts": _("Deux comptes réunis par leur titulaire"),
        "separate_accounts": _("Comptes séparés par leur titulaire"),
        "propose_merge": _("Fiches proposées comme une seule personne"),
        "link_known": _("Compte d’un autre établissement relié (même identité)"),
        "reset_password": _("Nouveau mot de passe donné"),
        "unlink_account": _("Accès retiré"),
        "erase": _("Fiche effacée"),
    },
)

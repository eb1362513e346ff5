"""The directory, its settings and who may do what in it."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import BoolSetting, Manifest, NavItem, Permission
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
    navigation=(NavItem(label=_("Annuaire"), url_name="people:directory", permission="people.view_directory"),),
)

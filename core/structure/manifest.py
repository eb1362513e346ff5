"""Classes, groups, subjects and services, and who may see or change them."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest, NavItem, Permission
from core.people.choices import Role

_VIEW = ("view",)

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
    ),
    role_defaults={
        Role.PUPIL: _VIEW,
        Role.GUARDIAN: _VIEW,
        Role.TEACHER: _VIEW,
        Role.SCHOOL_LIFE: _VIEW,
        Role.ADMINISTRATIVE: _VIEW,
        Role.MANAGEMENT: ("view", "manage"),
        Role.DIGITAL_REFERENT: ("view", "manage"),
    },
    navigation=(NavItem(label=_("Classes"), url_name="structure:classes", permission="structure.view"),),
)

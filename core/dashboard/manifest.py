"""The home page of a school."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest, NavItem, Permission
from core.people.choices import Role

manifest = Manifest(
    slug="dashboard",
    name=_("Accueil"),
    description=_("Ce qui compte aujourd’hui pour chacun."),
    icon="house",
    core=True,
    permissions=(Permission(slug="view", label=_("Ouvrir la page d’accueil")),),
    role_defaults={role: ("view",) for role in Role.values},
    navigation=(NavItem(label=_("Accueil"), url_name="dashboard:home", permission="dashboard.view"),),
)

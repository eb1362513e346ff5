"""The home page of a school."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Feature, Manifest, NavItem, Permission, Widget
from core.people.choices import Role

manifest = Manifest(
    slug="dashboard",
    name=_("Accueil"),
    description=_("Ce qui compte aujourd’hui pour chacun."),
    icon="house",
    core=True,
    permissions=(Permission(slug="view", label=_("Ouvrir la page d’accueil")),),
    role_defaults={role: ("view",) for role in Role.values},
    widgets=(
        Widget(
            slug="todo",
            label=_("À faire"),
            render="core.dashboard.todo.widget",
            template="dashboard/todo.html",
            permission="dashboard.view",
            roles=(Role.MANAGEMENT, Role.DIGITAL_REFERENT),
            on_request=(Role.ADMINISTRATIVE,),
            weight=12,
            rows=1,
        ),
    ),
    features=(Feature(slug="arrange", label=_("Arranger sa page d’accueil"), permission="view"),),
    navigation=(NavItem(label=_("Accueil"), url_name="dashboard:home", permission="dashboard.view"),),
)

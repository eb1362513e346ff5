"""What the canteen declares of itself: at least one of each thing that a manifest may hold."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import (
    BoolSetting,
    Channel,
    ChoiceSetting,
    Feature,
    Importance,
    IntSetting,
    Job,
    Manifest,
    NavItem,
    NotificationKind,
    Permission,
    Retention,
    RolesSetting,
    TextSetting,
    TimeSetting,
    Widget,
)
from core.people.choices import Role

_HOOKS = "tests.contract.dummy.hooks"

manifest = Manifest(
    slug="dummy",
    name=_("Cantine d’essai"),
    description=_("Les menus de la semaine, et qui y mange."),
    icon="utensils",
    path="cantine-essai",
    roles=(
        Role.PUPIL,
        Role.GUARDIAN,
        Role.TEACHER,
        Role.SCHOOL_LIFE,
        Role.MANAGEMENT,
        Role.ADMINISTRATIVE,
        Role.DIGITAL_REFERENT,
    ),
    school_types=("college", "lycee"),
    preset=("college",),
    permissions=(
        Permission(slug="view", label=_("Voir les menus")),
        Permission(slug="book", label=_("Réserver un repas"), help=_("Pour soi.")),
        Permission(slug="plan", label=_("Composer les menus")),
    ),
    role_defaults={
        Role.PUPIL: ("view", "book"),
        Role.GUARDIAN: ("view",),
        Role.TEACHER: ("view", "book"),
        Role.ADMINISTRATIVE: ("view", "plan"),
        Role.MANAGEMENT: ("view", "plan"),
    },
    settings=(
        BoolSetting(key="allergens", label=_("Afficher les allergènes"), default=True),
        IntSetting(key="days_ahead", label=_("Réserver jusqu’à"), default=7, minimum=1, maximum=30, unit=_("jours")),
        ChoiceSetting(
            key="service",
            label=_("Service"),
            choices=(("table", _("À table")), ("self", _("En libre-service"))),
            default="self",
        ),
        TextSetting(key="welcome", label=_("Mot d’accueil"), default="Bon appétit", max_length=80, multiline=True),
        TimeSetting(key="closes_at", label=_("Réserver avant"), default="10:30"),
        RolesSetting(
            key="may_invite",
            label=_("Peuvent inviter"),
            default=(Role.TEACHER,),
            among=(Role.TEACHER, Role.MANAGEMENT),
        ),
    ),
    navigation=(NavItem(label=_("Cantine d’essai"), url_name="dummy:list", permission="dummy.view"),),
    widgets=(
        Widget(
            slug="today",
            label=_("Le menu du jour"),
            render=f"{_HOOKS}.today_widget",
            template="dummy/widgets/today.html",
            permission="dummy.view",
            roles=(Role.PUPIL, Role.TEACHER, Role.GUARDIAN),
        ),
    ),
    notifications=(
        NotificationKind(
            slug="planned",
            label=_("Un menu est composé"),
            title=_("Au menu du %(day)s\u00a0: %(dish)s"),
            title_many=_("%(count)s menus composés"),
            sample={"day": "12 mars", "dish": "gratin", "meal": 0},
            audience=f"{_HOOKS}.eaters",
            channels=(Channel.IN_APP, Channel.EMAIL),
            importance=Importance.INFORMATION,
            roles=(Role.PUPIL, Role.GUARDIAN),
        ),
        NotificationKind(
            slug="cancelled",
            label=_("Un repas est annulé"),
            title=_("Repas du %(day)s annulé"),
            sample={"day": "12 mars"},
            replaces=("planned",),
            channels=(Channel.IN_APP, Channel.PUSH),
            importance=Importance.IMPORTANT,
            roles=(Role.PUPIL, Role.GUARDIAN),
        ),
    ),
    search=f"{_HOOKS}.search",
    banner=f"{_HOOKS}.banners",
    file_access=f"{_HOOKS}.file_access",
    personal_models=("dummy.Booking", "dummy.Meal"),
    impersonal_models=("dummy.Allergen",),
    export_person=f"{_HOOKS}.export_person",
    erase_person=f"{_HOOKS}.erase_person",
    retention=(
        Retention(model="dummy.Booking", basis=_("Facturation"), months=12),
        Retention(model="dummy.Meal", basis=_("Suivi des menus"), months=24),
    ),
    features=(Feature(slug="book", label=_("Réserver un repas"), permission="book"),),
    jobs=(
        Job(
            slug="sweep",
            label=_("Effacer les vieilles réservations"),
            task="tests.contract.dummy.tasks.sweep",
            every_minutes=60,
        ),
    ),
    demo=f"{_HOOKS}.demo",
    actions={"plan": _("Menu composé"), "book": _("Repas réservé")},
)

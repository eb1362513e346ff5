"""What the module declares of itself, part by part in `declared/`."""

from django.utils.translation import gettext_lazy as _

from core.modules.contract import Manifest
from modules.messaging.declared import features, finding, places, privacy, programs
from modules.messaging.declared.access import PERMISSIONS, ROLE_DEFAULTS
from modules.messaging.declared.jobs import JOBS
from modules.messaging.declared.notifications import NOTIFICATIONS
from modules.messaging.declared.settings import SETTINGS

_HOOKS = "modules.messaging.hooks"

manifest = Manifest(
    slug="messaging",
    name=_("Messagerie"),
    description=_("Le courrier de l’établissement : qui écrit à qui est réglé, qui a lu se voit, la nuit est calme."),
    icon="mail",
    path="messagerie",
    preset=("ecole", "college", "lycee"),
    permissions=PERMISSIONS,
    role_defaults={str(role): held for role, held in ROLE_DEFAULTS.items()},
    settings=SETTINGS,
    navigation=places.NAVIGATION,
    widgets=places.WIDGETS,
    notifications=NOTIFICATIONS,
    search=finding.SEARCH,
    pages=(*places.PAGES, *finding.PAGES),
    banner=f"{_HOOKS}.banners",
    file_access=f"{_HOOKS}.file_access",
    personal_models=privacy.PERSONAL,
    impersonal_models=privacy.IMPERSONAL,
    retention=privacy.RETENTION,
    export_person=f"{_HOOKS}.export_person",
    export_labels=privacy.EXPORT_LABELS,
    export_files=f"{_HOOKS}.export_files",
    export_to_guardian=f"{_HOOKS}.export_to_guardian",
    files_to_guardian=False,
    erase_person=f"{_HOOKS}.erase_person",
    erasure_keeps=privacy.ERASURE_KEEPS,
    processing=privacy.PROCESSING,
    scopes=programs.SCOPES,
    api="modules.messaging.api",
    features=features.FEATURES,
    jobs=JOBS,
    demo="modules.messaging.demo.create",
    actions=features.ACTIONS,
)

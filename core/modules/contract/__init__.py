"""What a module declares of itself. A frozen, typed object; no model is imported, implementations are paths.

`docs/adding-a-module.md` explains every part with an example.
"""

from core.modules.contract.api import Callout, Scope
from core.modules.contract.manifest import (
    Banner,
    Feature,
    Job,
    Manifest,
    NavItem,
    Permission,
    Widget,
)
from core.modules.contract.notifications import Channel, Frequency, Importance, NotificationKind
from core.modules.contract.privacy import (
    CONSENT,
    LEGAL_DUTY,
    PUBLIC_MISSION,
    Consent,
    Processing,
    Retention,
)
from core.modules.contract.search import SearchEntry, SearchHit, SearchKind, SearchPage
from core.modules.contract.settings import (
    BoolSetting,
    ChoiceSetting,
    IntSetting,
    RolesSetting,
    Setting,
    TextSetting,
    TimeSetting,
)

__all__ = [
    "CONSENT",
    "LEGAL_DUTY",
    "PUBLIC_MISSION",
    "Banner",
    "BoolSetting",
    "Callout",
    "Channel",
    "ChoiceSetting",
    "Consent",
    "Feature",
    "Frequency",
    "Importance",
    "IntSetting",
    "Job",
    "Manifest",
    "NavItem",
    "NotificationKind",
    "Permission",
    "Processing",
    "Retention",
    "RolesSetting",
    "Scope",
    "SearchEntry",
    "SearchHit",
    "SearchKind",
    "SearchPage",
    "Setting",
    "TextSetting",
    "TimeSetting",
    "Widget",
]

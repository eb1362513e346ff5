"""The manifest and its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from core.modules.contract.api import Callout, Scope
from core.modules.contract.notifications import NotificationKind
from core.modules.contract.privacy import Consent, Processing, Retention
from core.modules.contract.search import SearchKind, SearchPage
from core.modules.contract.settings import Setting


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Something one may do. Its code is `<module slug>.<slug>`."""

    slug: str
    label: Any
    help: Any = ""


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """A place in the rail or the bottom bar; shown to whoever holds `permission` ("news.view").

    `last` puts it at the bottom of the rail, with people and settings. `badge` is the path of `(viewer) -> int`: how
    many things wait there for this person, 0 for none. It is asked on every page that shows the rail: one query along
    an index, and none where the viewer knows it already (`viewer.once`). `short` is its name in the bottom bar, where
    a dozen letters have room.
    """

    label: Any
    url_name: str
    permission: str
    icon: str = ""  # the module's own when empty
    last: bool = False
    badge: str = ""
    short: Any = ""


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A part of the first page. `render` is the path of `render(request) -> dict | None`.

    The dict is the context of `template`; None: nothing to show now. A guardian looks at one child or at all of them
    (`core.people.children.selected_child`): show what concerns the child chosen, or each item with its child's chip.

    `roles` have it on their page from the start, in schools of `school_types` (all that the module suits, when empty);
    `on_request` are further roles that may add it. Everyone may hide it and move it. Until they do, what has a lower
    `weight` stands higher; `weights` gives a role another one. `rows` is about how many lines it takes: the room that
    is kept while it loads. With `later` it never holds the page: it is fetched once the page is there.
    """

    slug: str
    label: Any
    render: str
    template: str
    permission: str
    roles: tuple[str, ...]
    on_request: tuple[str, ...] = ()
    school_types: tuple[str, ...] = ()
    weight: int = 50
    weights: Mapping[str, int] = field(default_factory=dict)
    rows: int = 3
    later: bool = False


@dataclass(frozen=True, kw_only=True)
class Feature:
    """Something whose use is counted by role and day, never by person (`core.adoption.services.count`).

    `permission` is the slug of the module's permission that it takes: who holds it is who could use the feature. Empty
    means everybody whom the module serves.
    """

    slug: str
    label: Any
    permission: str = ""


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work that the scheduler starts in each school where the module is on.

    `task` is the path of a function without arguments; `every_minutes` its rhythm.
    """

    slug: str
    label: Any
    task: str
    every_minutes: int


@dataclass(frozen=True, kw_only=True)
class Banner:
    """A line on top of every page: `text`, where it leads, and whether it is urgent."""

    text: str
    url: str = ""
    urgent: bool = False


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A module, or an area of core (`core=True`: always on, never listed among what may be switched).

    `path` is the first part of its addresses on a school's host ("actualites"), empty for core areas, whose
    addresses the project's URLconf names. `school_types` are where it may be switched on; `preset` where it
    is on from the start. `role_defaults` maps a role to permission slugs. `personal_models` are the models
    that hold personal data ("news.Article"), `impersonal_models` those that hold none: together all of them.

    Dotted paths, each with its signature:
    `banner`: `(request) -> list[Banner]`, what must stand on every page for this person, now;
    `file_access`: `(viewer, stored_file) -> bool`, who may fetch a file that the module owns;
    `export_person`: `(person) -> dict`, JSON-able, all that the module holds about the person;
    `export_files`: `(person) -> Iterable[StoredFile]`, the files that go with it;
    `export_to_guardian`: `(viewer, child, data: dict) -> dict`, what of a child's export this guardian may read,
    where that is not all of it;
    `erase_person`: `(person, *, actor) -> int`, removes or anonymises it, returns how many rows it touched;
    `demo`: `(establishment, rng: random.Random) -> None`, lively data for the demo region, idempotent.
    """

    slug: str
    name: Any
    description: Any
    icon: str
    path: str = ""
    core: bool = False
    roles: tuple[str, ...] = ()
    school_types: tuple[str, ...] = ("ecole", "college", "lycee")
    preset: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = ()
    role_defaults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    navigation: tuple[NavItem, ...] = ()
    widgets: tuple[Widget, ...] = ()
    notifications: tuple[NotificationKind, ...] = ()
    search: tuple[SearchKind, ...] = ()
    pages: tuple[SearchPage, ...] = ()
    banner: str = ""
    file_access: str = ""
    personal_models: tuple[str, ...] = ()
    impersonal_models: tuple[str, ...] = ()
    export_person: str = ""
    # Every key of the export, in French, for people to read: {"articles": _("Actualités écrites")}
    export_labels: Mapping[str, Any] = field(default_factory=dict)
    export_files: str = ""
    export_to_guardian: str = ""
    # Whether a guardian may take along the files that a child has in this module.
    files_to_guardian: bool = True
    erase_person: str = ""
    # What stays of a person who is erased, and why; empty when nothing does.
    erasure_keeps: Any = ""
    retention: tuple[Retention, ...] = ()
    processing: Processing | None = None
    consents: tuple[Consent, ...] = ()
    features: tuple[Feature, ...] = ()
    jobs: tuple[Job, ...] = ()
    demo: str = ""
    # What programs may do: `api` is the path of a module of views with `urlpatterns` ("modules.news.api"), which stand
    # under /api/v1/<slug>/. `webhooks` are the kinds of notification that a school may call out to other tools.
    scopes: tuple[Scope, ...] = ()
    api: str = ""
    webhooks: tuple[Callout, ...] = ()
    # What the journal calls each audited action: {"publish": _("Actualité publiée")}
    actions: Mapping[str, Any] = field(default_factory=dict)

    def codes(self) -> frozenset[str]:
        """All permission codes of the module."""
        return frozenset(f"{self.slug}.{permission.slug}" for permission in self.permissions)

    def scope_codes(self) -> frozenset[str]:
        """All scope codes of the module."""
        return frozenset(f"{self.slug}.{scope.slug}" for scope in self.scopes)

    def default_codes(self, role: str) -> frozenset[str]:
        return frozenset(f"{self.slug}.{slug}" for slug in self.role_defaults.get(role, ()))

    def every_setting(self) -> tuple[Setting, ...]:
        """Those that the module declares, and the months of each retention, which have a page of their own."""
        own = {setting.key for setting in self.settings}
        kept = [rule for rule in self.retention if not rule.follows and rule.key not in own]
        return (*self.settings, *(rule.as_setting() for rule in kept))

    @cached_property
    def setting_defaults(self) -> Mapping[str, Any]:
        """What each setting is from the start, as it is stored."""
        return {setting.key: setting.clean(setting.default) for setting in self.every_setting()}

    def setting(self, key: str) -> Setting:
        """Raises KeyError for a key that the module does not declare."""
        for setting in self.every_setting():
            if setting.key == key:
                return setting
        raise KeyError(f"{self.slug} declares no setting {key!r}")

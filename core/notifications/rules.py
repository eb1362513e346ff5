"""What a person gets: kind × importance × the school's rule × the role's default × the person's own choice.

Pure, but for `rule_of`, which reads what the school's modules already hold. The relay puts the same rules in SQL
(`core.notifications.expansion`); a test compares the two.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings

from core.modules import registry
from core.modules.contract import Channel, Frequency, Importance, NotificationKind
from core.modules.state import Modules
from core.people.choices import Role

# How often a channel speaks when nothing else is said. What is not listed speaks at once.
IMPLIED: Mapping[Importance, Mapping[Channel, Frequency]] = {
    Importance.INFORMATION: {Channel.EMAIL: Frequency.DAILY, Channel.PUSH: Frequency.DAILY},
    Importance.NORMAL: {Channel.EMAIL: Frequency.DAILY},
    Importance.IMPORTANT: {},
    Importance.URGENT: {},
}
# From the rarest to the most frequent: between two children, or two roles, the more frequent one wins.
RANKS = (Frequency.NEVER, Frequency.WEEKLY, Frequency.DAILY, Frequency.HOURLY, Frequency.NOW)
ONLY_AT_ONCE = frozenset({Channel.IN_APP, Channel.SMS})


@dataclass(frozen=True, kw_only=True)
class KindRule:
    """One kind of notification as this school has it.

    `rule`: "default" (each may switch it off), "forced" (nobody may), "off" (those who ask for it), "hidden"
    (nobody). `by_role`: the channels that speak to each role by default. `open`: the channels that exist here.
    """

    code: str
    kind: NotificationKind
    rule: str
    importance: Importance
    by_role: Mapping[str, frozenset[Channel]]
    frequencies: Mapping[Channel, Frequency]
    open: frozenset[Channel]

    @property
    def urgent(self) -> bool:
        return self.importance == Importance.URGENT

    def at_first(self, channel: Channel, roles: Collection[str]) -> Frequency:
        """What holds for somebody with these roles who has chosen nothing."""
        if self.rule in {"off", "hidden"} or channel not in self.open:
            return Frequency.NEVER
        if not any(channel in self.by_role.get(role, ()) for role in roles):
            return Frequency.NEVER
        return self.pace(channel)

    def pace(self, channel: Channel) -> Frequency:
        """How often the channel speaks where it does."""
        if self.urgent or channel in ONLY_AT_ONCE:
            return Frequency.NOW
        return self.frequencies.get(channel, IMPLIED[self.importance].get(channel, Frequency.NOW))

    def settle(self, channel: Channel, roles: Collection[str], choice: Frequency | None) -> Frequency:
        """What finally holds. A choice that may not be made is passed over, not refused: rules change."""
        first = self.at_first(channel, roles)
        if choice is None or self.rule == "hidden" or channel not in self.open:
            return first
        if choice == Frequency.NEVER:
            return first if self.is_imposed(channel) else Frequency.NEVER
        return Frequency.NOW if self.urgent or channel in ONLY_AT_ONCE else choice

    def is_imposed(self, channel: Channel) -> bool:
        """Whether nobody may silence it: what is forced, and what is urgent within the app."""
        return self.rule == "forced" or (self.urgent and channel == Channel.IN_APP)

    def choices(self, channel: Channel, roles: Collection[str]) -> tuple[Frequency, ...]:
        """What somebody with these roles may choose from; empty where the channel does not exist here."""
        if self.rule == "hidden" or channel not in self.open:
            return ()
        at_once = self.urgent or channel in ONLY_AT_ONCE
        paces = (Frequency.NOW,) if at_once else (Frequency.NOW, Frequency.HOURLY, Frequency.DAILY, Frequency.WEEKLY)
        imposed = self.is_imposed(channel) and self.at_first(channel, roles) != Frequency.NEVER
        return paces if imposed else (*paces, Frequency.NEVER)


def rule_of(modules: Modules, code: str, importance: str = "") -> KindRule | None:
    """The rule of a kind ("news.published"), with the importance of one event where it differs.

    None when its module is off here, or when no manifest knows the kind (any more).
    """
    slug, _dot, kind_slug = code.partition(".")
    state = modules.states.get(slug)
    kind = next((k for k in state.manifest.notifications if k.slug == kind_slug), None) if state else None
    if state is None or kind is None or not state.enabled:
        return None
    chosen = state.notifications[kind_slug]
    served = frozenset(kind.roles or Role.values) & state.roles
    general = [Channel(value) for value in chosen["channels"]]
    return KindRule(
        code=code,
        kind=kind,
        rule=chosen["rule"],
        importance=Importance(importance or chosen["importance"]),
        by_role={
            role: frozenset(Channel(value) for value in chosen["roles"].get(role, general)) for role in sorted(served)
        },
        frequencies={Channel(c): Frequency(f) for c, f in chosen["frequencies"].items()},
        open=open_channels(modules),
    )


def rules_of(modules: Modules) -> list[KindRule]:
    """Every kind of the modules that are on, in the référent's order."""
    codes = [f"{state.slug}.{kind.slug}" for state in modules.enabled() for kind in state.manifest.notifications]
    return [rule for code in codes if (rule := rule_of(modules, code)) is not None]


def open_channels(modules: Modules) -> frozenset[Channel]:
    """The channels that exist here: text messages cost money, so the region has a gateway and a school says yes."""
    chosen = modules["notifications"].settings
    found = frozenset(c for c in Channel if chosen.get(c.value, c != Channel.SMS))
    return found if settings.SMS_URL else found - {Channel.SMS}


@cache
def always_told() -> frozenset[str]:
    """The kinds that nothing silences and that are told before everything else ("alerts.started")."""
    return frozenset(
        f"{slug}.{kind.slug}"
        for slug, manifest in registry.manifests().items()
        for kind in manifest.notifications
        if kind.always
    )


def kind_of(code: str) -> NotificationKind | None:
    """None for a kind that no manifest declares (an older release's)."""
    slug, _dot, kind_slug = code.partition(".")
    manifest = registry.manifests().get(slug)
    return next((k for k in manifest.notifications if k.slug == kind_slug), None) if manifest else None

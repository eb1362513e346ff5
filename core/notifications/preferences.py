"""What a person gets of each kind, by the rules and their own choices, and the ready-made choices of all of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from core.modules.contract import Channel, Frequency, Importance
from core.modules.state import Modules
from core.notifications.models import Preference, PushSubscription, Rhythm
from core.notifications.rules import KindRule, rules_of
from core.people.models import Person
from tenants.accounts.models import Account
from tenants.accounts.selectors import verified_address

# (kind, channel) to the frequency chosen for it; what is not there follows the school.
Choices = Mapping[tuple[str, Channel], Frequency]
OUTSIDE = (Channel.PUSH, Channel.EMAIL, Channel.SMS)


@dataclass(frozen=True)
class Told:
    """How one kind reaches somebody: each open channel with how often it speaks."""

    rule: KindRule
    module: str
    by_channel: Mapping[Channel, Frequency]

    @property
    def outside(self) -> dict[Channel, Frequency]:
        """The channels that leave the application and speak, as one lists them."""
        return {c: self.by_channel[c] for c in OUTSIDE if self.by_channel.get(c, Frequency.NEVER) != Frequency.NEVER}

    @property
    def in_app(self) -> bool:
        return self.by_channel.get(Channel.IN_APP, Frequency.NEVER) != Frequency.NEVER


def rules_for(modules: Modules, roles: Collection[str]) -> list[KindRule]:
    """The kinds that may concern somebody with these roles, in the référent's order."""
    return [rule for rule in rules_of(modules) if rule.rule != "hidden" and set(rule.by_role) & set(roles)]


def told(modules: Modules, rules: Iterable[KindRule], roles: Collection[str], chosen: Choices) -> list[Told]:
    """What finally holds for each kind."""
    return [
        Told(
            rule=rule,
            module=modules[rule.code.partition(".")[0]].name,
            by_channel={
                channel: rule.settle(channel, roles, chosen.get((rule.code, channel)))
                for channel in Channel
                if channel in rule.open
            },
        )
        for rule in rules
    ]


def choices_of(person: Person) -> dict[int | None, dict[tuple[str, Channel], Frequency]]:
    """Everything that a person has chosen, by child; under None what holds for all of them. One query."""
    found: dict[int | None, dict[tuple[str, Channel], Frequency]] = {None: {}}
    for row in Preference.objects.filter(person=person):
        found.setdefault(row.child_id, {})[row.kind, Channel(row.channel)] = Frequency(row.frequency)
    return found


def rhythm_of(person: Person) -> Rhythm | None:
    return Rhythm.objects.filter(person=person).first()


def reached_by(person: Person, account: Account | None) -> frozenset[Channel]:
    """The channels that can reach this person at all. `account` is their own, if they have one."""
    ways = {Channel.IN_APP}
    if person.email or (account is not None and verified_address(account)):
        ways.add(Channel.EMAIL)
    if person.phone:
        ways.add(Channel.SMS)
    if PushSubscription.objects.filter(person=person).exists():
        ways.add(Channel.PUSH)
    return frozenset(ways)


# --- Ready-made -------------------------------------------------------------------------------------------
EVENING, AT_ONCE, WEEKLY = "evening", "now", "weekly"
PRESETS = (EVENING, AT_ONCE, WEEKLY)


def preset(slug: str, rules: Iterable[KindRule], roles: Collection[str]) -> dict[tuple[str, Channel], Frequency]:
    """The choices that make a ready-made rhythm, of channels that speak by the school's rules. EVENING is none."""
    chosen = {}
    for rule in rules:
        for channel in OUTSIDE:
            first = rule.at_first(channel, roles)
            wish = _wish(slug, rule, channel)
            if first == Frequency.NEVER or wish is None:
                continue
            allowed = [pace for pace in wish if pace in rule.choices(channel, roles)]
            if allowed and allowed[0] != first:
                chosen[rule.code, channel] = allowed[0]
    return chosen


def _wish(slug: str, rule: KindRule, channel: Channel) -> tuple[Frequency, ...] | None:
    """What a ready-made rhythm wants of a channel, best first; None where it wants nothing of its own."""
    if slug == EVENING or rule.importance == Importance.URGENT:
        return None
    if slug == AT_ONCE:
        return (Frequency.NOW,)
    return (Frequency.WEEKLY,) if channel == Channel.EMAIL else (Frequency.NEVER, Frequency.WEEKLY)


def without_defaults(
    chosen: Choices, rules: Iterable[KindRule], roles: Collection[str]
) -> dict[tuple[str, Channel], Frequency]:
    """Only what differs from the school's rules: who chooses what is proposed follows it when it changes."""
    by_code = {rule.code: rule for rule in rules}
    return {
        (code, channel): frequency
        for (code, channel), frequency in chosen.items()
        if code in by_code and frequency != by_code[code].at_first(channel, roles)
    }


def current_preset(
    modules: Modules, rules: list[KindRule], roles: Collection[str], chosen: Mapping[int | None, Choices]
) -> str:
    """The ready-made rhythm that has the same effect, "" for choices of one's own."""
    if any(own for child, own in chosen.items() if child is not None):
        return ""
    now = [one.by_channel for one in told(modules, rules, roles, chosen.get(None, {}))]
    for slug in PRESETS:
        if now == [one.by_channel for one in told(modules, rules, roles, preset(slug, rules, roles))]:
            return slug
    return ""

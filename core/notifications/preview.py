"""Who would get something, how and when, if it happened now: counted in SQL, by the rules that the relay follows."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from core.modules import words as module_words
from core.modules.contract import Channel, Frequency
from core.modules.state import Modules
from core.notifications import expansion
from core.notifications.audience import Recipients
from core.notifications.models import Event
from core.notifications.rhythm import Hours, SchoolHours, due_at, school_hours
from core.notifications.rules import RANKS, KindRule
from core.notifications.wording import filled
from core.people.choices import Role
from core.people.families import links_with_access
from core.people.models import Person
from core.people.standing import never_activated


@dataclass(frozen=True)
class Way:
    """So many people, perhaps none, by one channel at one pace; `at` is when it would leave, None for at once."""

    channel: Channel
    frequency: Frequency
    people: int
    at: datetime | None


@dataclass(frozen=True)
class RoleView:
    """One role: how many there are, by which ways they are told, and whom nothing reaches outside the app."""

    role: Role
    label: Any
    people: int
    ways: list[Way] = field(default_factory=list)
    nowhere: int = 0
    no_account: int = 0
    inside: int = 0
    never: int = 0  # they have an account, and have never signed in with it


def by_role(rule: KindRule, modules: Modules, now: datetime) -> list[RoleView]:
    """The roles that the kind is made for and that are here. Somebody with two roles is counted in both."""
    school = school_hours(modules, modules.establishment)
    views = [view for role in Role if role in rule.by_role and (view := _view(role, rule, modules, school, now)).people]
    never = _never_by_role()
    return [replace(view, never=never[view.role]) for view in views]


def _never_by_role() -> Counter[str]:
    """How many of each role have an account that they have never used. Two queries."""
    held = Person.objects.filter(left_on=None, account_id__isnull=False)
    roles = dict(held.values_list("pk", "roles"))
    return Counter(role for pk in never_activated(roles) for role in roles[pk])


def _view(role: Role, rule: KindRule, modules: Modules, school: SchoolHours, now: datetime) -> RoleView:
    recipients = everybody(role, modules)
    ways = [
        Way(Channel(channel), Frequency(pace), people, _leaves(Channel(channel), Frequency(pace), rule, school, now))
        for channel, pace, people in expansion.counts(rule, recipients)
    ]
    # What is meant to speak and reaches nobody is shown, too: no device, no number.
    reached = {way.channel for way in ways}
    meant = (rule.by_role[role] & rule.open) - reached if rule.rule in {"default", "forced"} else set()
    ways += [Way(channel, rule.pace(channel), 0, None) for channel in meant]
    ways.sort(key=lambda way: (list(Channel).index(way.channel), -RANKS.index(way.frequency)))
    label = module_words.ROLES[role]
    return RoleView(role=role, label=label, ways=ways, **expansion.unreached(rule, recipients))


def everybody(role: Role, modules: Modules) -> Recipients:
    """Everyone with this role, guardians about the children whose record they may see."""
    people = Person.objects.filter(left_on=None, roles__contains=[role])
    if role != Role.GUARDIAN:
        return Recipients(people=people)
    links = links_with_access(modules)
    childless = people.exclude(pk__in=links.values("guardian"))
    return Recipients(people=childless, links=links.filter(guardian__roles__contains=[role]))


def _leaves(
    channel: Channel, frequency: Frequency, rule: KindRule, school: SchoolHours, now: datetime
) -> datetime | None:
    """By the school's hours: each person's own may move it."""
    if channel == Channel.IN_APP:
        return None
    at = due_at(now, frequency, Hours(), school, urgent=rule.urgent)
    return at if at > now else None


def sample(rule: KindRule) -> tuple[str, str]:
    """Title and text as somebody would read them, with the manifest's example."""
    event = Event(kind=rule.code, importance=rule.importance, data=dict(rule.kind.sample))
    return filled(rule.kind.title, event), filled(rule.kind.text, event)

"""How many an alert would reach and by which means, who cannot be reached, and what text messages would cost."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from core.alerts import audience, telling
from core.alerts.models import Alert
from core.alerts.services import Draft
from core.modules.contract import Channel
from core.modules.state import Modules
from core.notifications import expansion
from core.notifications.audience import Recipients
from core.notifications.channels.sms import sender as sms
from core.notifications.rules import KindRule, rule_of
from core.notifications.words import COLUMNS
from core.people.models import Person
from tenants.establishments.hosts import school_url

# Names shown of those whom nothing reaches.
NAMED = 30


@dataclass(frozen=True)
class Way:
    """One channel: how many it reaches. `open`: whether the school has it."""

    label: Any
    people: int
    open: bool


@dataclass(frozen=True)
class Preview:
    """`inside` see it in the app alone; `nowhere` not even there: `unreached` names some of them."""

    people: int
    ways: list[Way]
    inside: int
    nowhere: int
    unreached: list[Person]
    sms: dict[str, Any] | None


def of(draft: Draft, modules: Modules) -> Preview:
    """What would happen if it were sent now. A handful of queries, whatever the number of people."""
    rule = rule_of(modules, telling.STARTED)
    assert rule is not None  # noqa: S101 -- core is always on
    recipients = audience.recipients(draft.audience, draft.classes, modules)
    counted = {channel: people for channel, _pace, people in expansion.counts(rule, recipients)}
    totals = expansion.unreached(rule, recipients)
    ways = [Way(COLUMNS[channel], counted.get(channel, 0), channel in rule.open) for channel in Channel]
    nowhere = nowhere_of(recipients, rule)
    return Preview(
        people=totals["people"],
        ways=ways,
        inside=totals["inside"],
        nowhere=totals["nowhere"] + totals["no_account"],
        unreached=list(nowhere[:NAMED]),
        sms=_sms(draft, counted.get(Channel.SMS, 0), modules) if Channel.SMS in rule.open else None,
    )


def nowhere_of(recipients: Recipients, rule: KindRule) -> QuerySet[Person]:
    """Those whom no open channel reaches and who have no account to see it with."""
    everybody = Q(pk__in=recipients.people.order_by().values("pk")) | Q(
        pk__in=recipients.links.order_by().values("guardian")
    )
    reached = Q(account_id__isnull=False)
    if Channel.EMAIL in rule.open:
        reached |= ~Q(email="")
    if Channel.SMS in rule.open:
        reached |= ~Q(phone="")
    return Person.objects.filter(everybody, left_on=None).exclude(reached).order_by("last_name", "first_name", "pk")


def _sms(draft: Draft, recipients: int, modules: Modules) -> dict[str, Any]:
    """As `sms.describe`, of the text as it would leave."""
    alert = Alert(kind=draft.kind, drill=draft.drill, text=draft.text)
    place = modules.establishment
    told = sms.foremost(telling.title_of(alert), draft.text, place.display_name)
    return sms.describe(sms.fitted(told, school_url(place, "/alertes/1000/")), recipients)

"""From one event to a row for each person and channel: the rules of `core.notifications.rules`, in SQL.

A school of 2,000 pupils and 3,500 guardians is expanded in a few statements; nobody is listed in Python, but those
who keep hours of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.module_loading import import_string

from core.modules.contract import Channel, Frequency
from core.modules.state import Modules
from core.notifications import rhythm
from core.notifications.audience import Recipients
from core.notifications.models import Event, Rhythm
from core.notifications.rules import ONLY_AT_ONCE, RANKS, KindRule
from core.people.models import Person

# People reached in one transaction.
BATCH = 2000


@dataclass(frozen=True)
class Reached:
    """What one batch did: who has something new in the app, how many people it was for, the last of them.

    `last` is None when nobody is left.
    """

    bells: list[int]
    people: int
    unreachable: int
    last: int | None


def recipients_of(event: Event, rule: KindRule) -> Recipients:
    """Whom the event is for now: the kind's audience, or the people that the event names."""
    if rule.kind.audience:
        found: Recipients = import_string(rule.kind.audience)(event)
        return found
    return Recipients(people=Person.objects.filter(pk__in=event.people or [], left_on=None))


def expand(event: Event, rule: KindRule, modules: Modules, now: datetime) -> Reached:
    """Write the rows of the next BATCH people after `event.cursor`. Two statements, or three, whatever their number.

    Replayed, it writes nothing twice. Called in the transaction that moves the cursor.
    """
    recipients = recipients_of(event, rule)
    upto = _end_of_batch(recipients, event.cursor)
    if upto is None:
        return Reached([], 0, 0, None)
    told, parameters = _told(recipients, rule, after=event.cursor, upto=upto)
    dues, due_parameters = _dues(event, rule, modules, now, after=event.cursor, upto=upto)
    statement = f"""
        WITH {told}, {_wanted(rule)},
        chosen AS (
            SELECT person_id, channel, max(rank) AS rank,
                   coalesce(array_agg(DISTINCT child_id) FILTER (WHERE child_id IS NOT NULL), '{{}}') AS children
            FROM wanted WHERE rank > 0 GROUP BY person_id, channel
        ),
        {dues},
        put AS (
            INSERT INTO notifications_notification
                (event_id, person_id, channel, children, frequency, state, due_at, attempts, reason, created_at)
            SELECT %s, c.person_id, c.channel, c.children, (%s::text[])[c.rank + 1],
                   CASE c.channel WHEN 'in_app' THEN 'unread' ELSE 'waiting' END,
                   CASE c.channel WHEN 'in_app' THEN %s ELSE coalesce(own.at, everybody.at) END, 0, '', %s
            FROM chosen c
            JOIN dues everybody ON everybody.person_id IS NULL AND everybody.rank = c.rank
            LEFT JOIN dues own ON own.person_id = c.person_id AND own.rank = c.rank
            ON CONFLICT DO NOTHING RETURNING person_id, channel
        )
        SELECT array(SELECT person_id FROM put WHERE channel = 'in_app'),
               (SELECT count(DISTINCT person_id) FROM told),
               (SELECT count(DISTINCT person_id) FROM told WHERE NOT has_account AND NOT has_address)
    """  # noqa: S608 -- made of our own parts; every value is a parameter
    ranks = [str(frequency) for frequency in RANKS]
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [*parameters, *_wanted_parameters(rule), *due_parameters, event.pk, ranks, now, now]
        )
        bells, people, unreachable = cursor.fetchone()
    return Reached(bells, people, unreachable, upto)


def counts(rule: KindRule, recipients: Recipients) -> list[tuple[str, str, int]]:
    """For a preview: (channel, frequency, how many people), channels that reach nobody left out."""
    told, parameters = _told(recipients, rule, after=0, upto=None)
    statement = f"""
        WITH {told}, {_wanted(rule)},
        chosen AS (SELECT person_id, channel, max(rank) AS rank FROM wanted WHERE rank > 0 GROUP BY 1, 2)
        SELECT channel, rank, count(*) FROM chosen GROUP BY 1, 2 ORDER BY 1, 2 DESC
    """  # noqa: S608 -- as above
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *_wanted_parameters(rule)])
        return [(channel, str(RANKS[rank]), count) for channel, rank, count in cursor.fetchall()]


def unreached(rule: KindRule, recipients: Recipients) -> dict[str, int]:
    """For a preview: how many people there are, and of them how many no channel outside the app reaches, by why.

    Keys: "people"; "nowhere" (neither account nor address), "no_account" (an address, and nothing leaves for it),
    "inside" (they see it in the app only).
    """
    told, parameters = _told(recipients, rule, after=0, upto=None)
    statement = f"""
        WITH {told}, {_wanted(rule)},
        outside AS (SELECT DISTINCT person_id FROM wanted WHERE rank > 0 AND channel <> 'in_app'),
        people AS (SELECT DISTINCT person_id, has_account, has_address FROM told)
        SELECT count(*),
               count(*) FILTER (WHERE o.person_id IS NULL AND NOT has_account AND NOT has_address),
               count(*) FILTER (WHERE o.person_id IS NULL AND NOT has_account AND has_address),
               count(*) FILTER (WHERE o.person_id IS NULL AND has_account)
        FROM people p LEFT JOIN outside o USING (person_id)
    """  # noqa: S608 -- as above
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, *_wanted_parameters(rule)])
        return dict(zip(("people", "nowhere", "no_account", "inside"), cursor.fetchone(), strict=True))


def _end_of_batch(recipients: Recipients, after: int) -> int | None:
    """The last person of the next batch, or None when nobody is left."""
    told, parameters = recipients.sql()
    statement = f"""
        SELECT max(person_id) FROM (
            SELECT DISTINCT person_id FROM ({told}) AS told(person_id, child_id)
            WHERE person_id > %s ORDER BY person_id LIMIT %s
        ) AS batch
    """  # noqa: S608 -- as above
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, after, BATCH])
        found: int | None = cursor.fetchone()[0]
    return found


def _told(recipients: Recipients, rule: KindRule, *, after: int, upto: int | None) -> tuple[str, list[Any]]:
    """Who is told, with what decides how: roles, and which channels can reach them at all."""
    source, parameters = recipients.sql()
    within = "AND p.id <= %s" if upto is not None else ""
    part = f"""told AS MATERIALIZED (
        SELECT r.person_id, r.child_id, p.roles, p.account_id IS NOT NULL AS has_account,
               p.email <> '' AS has_address, p.phone <> '' AS has_number,
               EXISTS (SELECT FROM notifications_pushsubscription s WHERE s.person_id = p.id) AS has_device
        FROM ({source}) AS r(person_id, child_id) JOIN people_person p ON p.id = r.person_id
        WHERE p.left_on IS NULL AND p.roles && %s::varchar[] AND p.id > %s {within}
    )"""  # noqa: S608 -- as above
    return part, [*parameters, sorted(rule.by_role), after, *([upto] if upto is not None else [])]


# Whether a channel can reach somebody; an address may be the account's, which only the sender sees.
_REACHES = {
    Channel.IN_APP: "true",
    Channel.EMAIL: "(t.has_address OR t.has_account)",
    Channel.PUSH: "t.has_device",
    Channel.SMS: "t.has_number",
}


def _wanted(rule: KindRule) -> str:
    """A row for each person, child and channel with the rank of its frequency: KindRule.settle, in SQL."""
    parts = [_wanted_channel(rule, channel) for channel in _channels(rule)]
    if not parts:
        return (
            "wanted AS (SELECT NULL::bigint AS person_id, NULL::bigint AS child_id, ''::text AS channel, 0 AS rank"
            " WHERE false)"
        )
    return f"wanted AS ({' UNION ALL '.join(parts)})"


def _wanted_channel(rule: KindRule, channel: Channel) -> str:
    first = "CASE WHEN t.roles && %s::varchar[] THEN %s ELSE 0 END"
    choice = "coalesce(own.frequency, common.frequency)"
    at_once = rule.urgent or channel in ONLY_AT_ONCE
    chosen = str(RANKS.index(Frequency.NOW)) if at_once else f"array_position(%s::text[], {choice}::text) - 1"
    silence = first if rule.is_imposed(channel) else "0"
    return f"""
        SELECT t.person_id, t.child_id, '{channel}' AS channel,
               CASE WHEN {choice} IS NULL THEN {first} WHEN {choice} = 'never' THEN {silence} ELSE {chosen} END AS rank
        FROM told t
        LEFT JOIN notifications_preference own ON own.person_id = t.person_id AND own.kind = %s
            AND own.channel = '{channel}' AND own.child_id = t.child_id
        LEFT JOIN notifications_preference common ON common.person_id = t.person_id AND common.kind = %s
            AND common.channel = '{channel}' AND common.child_id IS NULL
        WHERE {_REACHES[channel]}
    """  # noqa: S608 -- as above


def _wanted_parameters(rule: KindRule) -> list[Any]:
    parameters: list[Any] = []
    for channel in _channels(rule):
        roles = [role for role, channels in rule.by_role.items() if channel in channels and rule.rule != "off"]
        first: list[Any] = [roles, RANKS.index(rule.pace(channel))]
        at_once = rule.urgent or channel in ONLY_AT_ONCE
        parameters += first
        parameters += first if rule.is_imposed(channel) else []
        parameters += [] if at_once else [[str(frequency) for frequency in RANKS]]
        parameters += [rule.code, rule.code]
    return parameters


def _channels(rule: KindRule) -> list[Channel]:
    return [] if rule.rule == "hidden" else [channel for channel in Channel if channel in rule.open]


def _dues(
    event: Event, rule: KindRule, modules: Modules, now: datetime, *, after: int, upto: int
) -> tuple[str, list[Any]]:
    """When each frequency leaves: for everybody by the school's hours (person null), for some by their own."""
    school = rhythm.school_hours(modules, modules.establishment)
    moment = max(now, event.due_at)
    people: list[int | None] = []
    ranks: list[int] = []
    moments: list[datetime] = []
    known: dict[rhythm.Hours, Sequence[datetime]] = {}

    def add(person: int | None, hours: rhythm.Hours) -> None:
        if hours not in known:
            known[hours] = [
                rhythm.due_at(moment, frequency, hours, school, urgent=rule.urgent) for frequency in RANKS[1:]
            ]
        people.extend([person] * len(known[hours]))
        ranks.extend(range(1, len(RANKS)))
        moments.extend(known[hours])

    add(None, rhythm.Hours())
    if not rule.urgent:
        for row in Rhythm.objects.filter(person__gt=after, person__lte=upto):
            add(row.person_id, rhythm.hours_of(row))
    part = "dues AS (SELECT * FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS d(person_id, rank, at))"
    return part, [people, ranks, moments]

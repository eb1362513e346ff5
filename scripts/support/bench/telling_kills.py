"""Telling 10,000 things while processes are killed, then the history: what was promised, and what everybody has."""

import argparse
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.support.bench import run, telling_spread
from scripts.support.bench.cluster import Cluster
from scripts.support.bench.crew import Crew
from scripts.support.terminal import say

PEOPLE, EACH = 300, 4
VICTIMS = ("worker", "child", "scheduler", "redis", "forgetful redis", "postgresql")
WORDS = {
    "worker": "le travailleur et ses processus", "child": "un processus du travailleur", "scheduler": "l’ordonnanceur",
    "redis": "Redis", "forgetful redis": "Redis et sa mémoire", "postgresql": "PostgreSQL",
}  # fmt: skip
PAUSE_SECONDS = 2.5
END_SECONDS = 400
REPLAY_GOAL_SECONDS = 60
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([0-9a-f]{32})\.", re.MULTILINE | re.IGNORECASE)


@dataclass
class History:
    """What the one who tells knows: events whose commit was acknowledged, and those whose answer was lost."""

    promised: dict[int, list[int]] = field(default_factory=dict)
    unknown: dict[int, list[int]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)


def main(server: Cluster, folder: Path, options: argparse.Namespace, seed: int) -> int:
    say(f"{options.kills} coups, {options.count} notifications, graine {seed}.")
    school = telling_spread.school_of(run.load(None, folder, limit=11)[-1])
    people = _people(school)
    mail = folder / "mail"
    mail.mkdir(mode=0o777)
    crew = Crew(server, folder, mail)
    history = History()
    try:
        crew.tend()
        crew.wait_until_ready()
        _trial(server, crew, school, people, history, options, random.Random(seed))
        waited = _calm(crew, school)
    finally:
        crew.stop()
    return _conclude(school, history, mail, waited, seed)


def _people(school: Any) -> list[int]:
    from core.people.models import Person
    from tenants.schemas.context import school as inside

    with inside(school):
        made = Person.objects.bulk_create(
            [
                Person(first_name="Essai", last_name=str(n), roles=["teacher"], email=f"essai{n}@exemple.invalid")
                for n in range(PEOPLE)
            ]
        )
    return [person.pk for person in made]


def _trial(
    server: Cluster, crew: Crew, school: Any, people: list[int], history: History, options: argparse.Namespace,
    chance: random.Random,
) -> None:  # fmt: skip
    """Tell at an even pace, and kill at uneven moments."""
    events = options.count // EACH
    pace = options.kills * PAUSE_SECONDS / events
    begun = time.monotonic()
    blows = sorted(chance.uniform(0, options.kills * PAUSE_SECONDS) for _ in range(options.kills))
    for number in range(events):
        while blows and time.monotonic() - begun >= blows[0]:
            blows.pop(0)
            _blow(server, crew, history, chance)
        crew.tend()
        _tell(school, number, chance.sample(people, EACH), history)
        if (ahead := begun + number * pace - time.monotonic()) > 0:
            time.sleep(ahead)
    for _left in blows:
        _blow(server, crew, history, chance)
        crew.tend()


def _blow(server: Cluster, crew: Crew, history: History, chance: random.Random) -> None:
    victim = chance.choice(VICTIMS)
    history.killed[victim] += 1
    if victim in {"worker", "scheduler"}:
        if victim in crew.running:
            crew.kill(victim)
    elif victim == "child":
        if "worker" in crew.running:
            crew.kill_a_child()
    elif victim == "postgresql":
        server.kill()
        time.sleep(chance.uniform(0, 1))
        server.start()
    else:
        server.kill_redis(forget=victim == "forgetful redis")
        time.sleep(chance.uniform(0, 1))
        server.start()


def _tell(school: Any, number: int, people: list[int], history: History) -> None:
    """One event in one transaction. When the server dies nobody knows whether the commit came through."""
    from django.db import InterfaceError, OperationalError, connection, transaction

    from core.modules.contract import Importance
    from core.notifications import services
    from core.people.models import Person
    from tenants.schemas.context import school as inside

    for _try in range(50):
        try:
            with inside(school):
                named = list(Person.objects.filter(pk__in=people))
                reached = False
                with transaction.atomic():
                    services.emit(
                        "dummy.noted", actor=None, key=f"jeton:{number}", people=named, url="/",
                        data={"title": f"jeton-{number}-"}, importance=Importance.URGENT,
                    )  # fmt: skip
                    reached = True
            history.promised[number] = people
            return
        except (InterfaceError, OperationalError):
            connection.close()
            if "reached" in locals() and reached:
                history.unknown[number] = people
                return
            time.sleep(0.2)
    raise RuntimeError("PostgreSQL did not come back")


def _calm(crew: Crew, school: Any) -> float:
    """Wait until nothing waits any more. Returns the seconds it took."""
    from core.notifications import queues
    from tenants.schemas.context import school as inside

    begun = time.monotonic()
    while time.monotonic() - begun < END_SECONDS:
        crew.tend()
        with inside(school):
            if queues.next_moment() is None:
                break
        time.sleep(0.5)
    return time.monotonic() - begun


def _conclude(school: Any, history: History, mail: Path, waited: float, seed: int) -> int:
    faults, slowest = _in_app(school, history)
    letters = _letters(mail)
    faults += _by_mail(school, history, letters)
    doubled = sum(count - 1 for count in letters.values())
    kills = sum(history.killed.values())
    if doubled > kills:
        faults.append(f"{doubled} courriels en double pour {kills} coups")
    told = ", ".join(f"{WORDS[victim]} {count}" for victim, count in sorted(history.killed.items()))
    say(f"\nCoups : {told}.")
    say(f"{len(history.promised)} événements promis, {len(history.unknown)} dont la réponse s’est perdue ;"
        f" {len(letters)} courriels, {doubled} en double.")  # fmt: skip
    say(f"Dans Préau au plus tard {slowest:.1f} s après la promesse ; tout était calme {waited:.0f} s après la fin.")
    if slowest > REPLAY_GOAL_SECONDS:
        faults.append(f"une notification a attendu {slowest:.0f} s")
    if not faults:
        print("Rien de perdu, rien en double dans Préau ; courriels : au plus un double par coup.", flush=True)
        return 0
    print(f"{len(faults)} écarts (graine {seed}) :", *faults[:20], sep="\n  ", flush=True)
    return 1


def _in_app(school: Any, history: History) -> tuple[list[str], float]:
    """Each promised event once for each of its people; an unknown one for all of them or for none."""
    from core.notifications.models import Notification
    from tenants.schemas.context import school as inside

    with inside(school):
        rows = Notification.objects.filter(channel="in_app").values_list(
            "event__key", "person_id", "created_at", "event__happened_at"
        )
        found = list(rows)
    has: dict[int, list[int]] = {}
    for key, person, _created, _happened in found:
        has.setdefault(int(key.partition(":")[2]), []).append(person)
    slowest = max(((created - happened).total_seconds() for _k, _p, created, happened in found), default=0.0)
    faults = [
        f"événement {number} : {len(has.get(number, []))} lignes pour {len(people)} personnes"
        for number, people in history.promised.items()
        if sorted(has.get(number, [])) != sorted(people)
    ]
    faults += [
        f"événement {number} (réponse perdue) : à moitié distribué"
        for number, people in history.unknown.items()
        if has.get(number) and sorted(has[number]) != sorted(people)
    ]
    return faults, slowest


def _letters(mail: Path) -> Counter[str]:
    """How often each message was written, by the number in its Message-ID, from the files of the mail box."""
    found: Counter[str] = Counter()
    for path in mail.iterdir():
        for text in path.read_bytes().split(b"-" * 79 + b"\n"):
            if said := _MESSAGE_ID.search(text):
                found[said[1].decode()] += 1
    return found


def _by_mail(school: Any, history: History, letters: Counter[str]) -> list[str]:
    """Every promised event left in a message to each of its people."""
    from core.notifications.models import Notification
    from tenants.schemas.context import school as inside

    with inside(school):
        rows = Notification.objects.filter(channel="email").values_list("event__key", "person_id", "state", "message")
        written = {
            (int(key.partition(":")[2]), person)
            for key, person, state, message in rows
            if state == "sent" and message is not None and letters[message.hex]
        }
    return [
        f"événement {number} : pas de courriel à la personne {person}"
        for number, people in history.promised.items()
        for person in people
        if (number, person) not in written
    ]
